"""What no correction may do, however sure the model is: what a careful editor would never touch."""

from __future__ import annotations

import re

from smallsense.skills.edit_kind import Correction
from smallsense.skills.edit_pieces import ahead, opens
from smallsense.skills.edit_words import ARTICLES, DETERMINERS, NEGATIONS, WORD
from smallsense.skills.spelling import candidates, is_near
from smallsense.skills.vocabulary import commonness, is_everyday, is_term, is_word
from smallsense.text.words import words

SUPERFLUOUS = words(
    """a an the of to in on at for with by from as than that which is are was were be been being do does
    did has have had will would can it its and or but so also just very"""
)
"""Words that are often one too many. Others carry meaning: a small model has no business dropping them."""

SMALL = (SUPERFLUOUS - {"will"}) | words(
    "not no if when then than you we they he she there into your my our their his her all"
)
"""Words that are hardly anybody's name: no more than part of one, as in "The Hague"."""

_IDENTIFIER = re.compile(r"\w*(?:_|[a-z][A-Z]|\d)\w*|\w+\(\)?|\w+(?:\.\w+)+|\S*[/\\@#`~^=<>{}\[\]|$%&*+]\S*")
_CALL = re.compile(r"\w\(")
_ABBREVIATION = re.compile(r"[A-Za-z](?:\.[A-Za-z])+")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2190-\u27bf\u2b00-\u2bff]")
_AROUND = ".,;:!?\"'()"
_EMPHASIS = re.compile(r"(?P<mark>\*{1,3}|~~)(?P<word>\w.*\w[.,;:!?]?)(?P=mark)")
_MARKUP = re.compile(r"[*~_]")
_DIGITS = re.compile(r"\d+")
_SPELT = re.compile(r"\s*[`*_\"']*(?:\.\w|[fhlmnrsx][b-df-hj-np-tv-xz\d]*\b)")
"""A name without vowels, or one that begins with a mark that may be read aloud or not."""
_SHORTEST_TAIL = 4
_SHORTEST_SLIP = 6
_KNOWN = 4
"""How common the word is of which one with a capital may be a misspelling."""
_CLIPPED = {"creat": "create", "imag": "image", "resolv": "resolve", "shap": "shape"}
"""Names in code that are far more often a word without its end."""
_TWO_WORDS = frozenset({"another", "neither", "inbetween", "altogether"})
_ENDINGS = frozenset({"ed", "es", "ing", "er", "ly", "al", "able"})
_END_MARKS = frozenset(".!?:;,…")
_QUOTES = str.maketrans("’‘“”—–", "''\"\"--")


def forbidden(
    text: str, protected: tuple[tuple[int, int], ...], correction: Correction, register: float = 0.0
) -> bool:
    """Whether the correction does what no correction may do, however sure the model is.

    Where the `register` of the sentence (see `vocabulary.everyday`) is that of everyday text, one word may go
    that carries meaning, and capitals of everyday words inside the sentence are no names.
    """
    start, end, new = correction.start, correction.end, correction.text
    old = text[start:end]
    return (
        any((start < stop and begin < end) or begin < start < stop for begin, stop in protected)
        or sorted(_DIGITS.findall(old)) != sorted(_DIGITS.findall(new))
        or _identifiers(text, start, end) - _identifiers(new, 0, len(new)) != set()
        or _coins(text, start, end, new)
        or _renames(text, start, old, new, register > 0)
        or (dropped(text, correction) > (register > 0))
        or _mistakes_term(old.strip(), new.strip())
        or _clips(old.strip().casefold(), new.strip().casefold())
        or _spells_out(text, correction)
        or _MARKUP.findall(old) != _MARKUP.findall(new)
        or _PICTURES.findall(old) != _PICTURES.findall(new)
        or (_is_balanced(text) and not _is_balanced(text[:start] + new + text[end:]))
        or old.translate(_QUOTES) == new.translate(_QUOTES)
        # Headings, list items and labels end without a mark on purpose.
        or (not old.strip() and _is_end_mark(new) and not re.search(r"\w", text[end:]))
    )


def _is_end_mark(new: str) -> bool:
    return bool(new.strip()) and set(new.strip()) <= _END_MARKS


def _is_balanced(text: str) -> bool:
    """Whether every bracket and every straight quotation mark has its counterpart, wherever that stands."""
    return text.count('"') % 2 == 0 and all(
        text.count(a) == text.count(b) for a, b in ("()", "[]", "{}", "“”")
    )


def dropped(text: str, correction: Correction) -> int:
    """How many words too many disappear: neither repeated nor of the few that are often superfluous.

    What opens the sentence counts as two, unless it is an article and one too many; so do several words at a
    time, and words that deny.
    """
    if correction.rule == "repeated-word":
        return 0
    if lost := ahead(text, correction.start, correction.end, correction.text):
        return 0 if lost.strip().casefold() in ARTICLES else 2
    if correction.rule == "spacing" or correction.text.strip():
        return max(correction.words - len(correction.text.split()) - 1, 0)
    gone = [word.casefold() for word in re.findall(r"[\w'’]+", text[correction.start : correction.end])]
    denies = any(word.endswith(("n't", "n’t")) or word in NEGATIONS for word in gone)
    if len(gone) > 1 or denies or (gone and opens(text, correction.start)):
        return 2
    return sum(word not in SUPERFLUOUS for word in gone)


def _mistakes_term(old: str, new: str) -> bool:
    """Whether a word of names in code becomes another: 134 of 6,716 mined corrections of unknown words do.

    Those that are hardly one in a sentence may.
    """
    return is_term(old) and new.isalpha() and new.casefold() not in {old.casefold(), _CLIPPED.get(old)}


def _clips(old: str, new: str) -> bool:
    """Whether a word loses its beginning ("antialiasing") or, if nobody knows it, its tail ("linesep").

    Hands slip otherwise: of 29,157 mined corrections of unknown words 60 take the beginning, 29 the tail.
    """
    if not (old.isalpha() and new.isalpha()) or candidates(old):
        return False
    lost = len(old) - len(new)
    if old.endswith(new) and lost > 0:
        return old[0] != old[1] and (len(new) >= _SHORTEST_TAIL or not is_word(old)) and old not in _TWO_WORDS
    if not old.startswith(new) or lost < 2 or is_word(old):
        return False
    # What is written twice, or an ending that words have, is a slip after all: "maximumum", "casted".
    return not new.endswith(old[-lost:]) and old[-lost:] not in _ENDINGS


def _spells_out(text: str, correction: Correction) -> bool:
    """Whether "a" and "an" are exchanged before a name that may be read letter by letter: "an `fs` call"."""
    both = {text[correction.start : correction.end].strip().casefold(), correction.text.strip().casefold()}
    return both == {"a", "an"} and _SPELT.match(text, correction.end) is not None


def _identifiers(text: str, start: int, end: int) -> set[str]:
    """The identifiers, paths and the like that overlap `[start, end)`."""
    return {word for word in _words(text, start, end) if _IDENTIFIER.fullmatch(_bare(word))}


def _words(text: str, start: int, end: int) -> list[str]:
    """What stands between blanks and overlaps `[start, end)`."""
    found = re.finditer(r"\S+", text)
    return [word.group() for word in found if word.start() < end and start < word.end()]


def _bare(word: str) -> str:
    """A word without marks around it, and without those of emphasis."""
    bare = word.strip(_AROUND)
    emphasis = _EMPHASIS.fullmatch(bare)
    return emphasis["word"].strip(_AROUND) if emphasis else bare


def _coins(text: str, start: int, end: int, new: str) -> bool:
    """Whether `new` brings code, an address or an identifier that was not there; capitals may change."""
    had = {_bare(word).casefold() for word in (*_words(text, start, end), *text[start:end].split())}
    written = {
        _bare(word)
        for word in new.split()
        if "_" in word or _CALL.search(word) or _IDENTIFIER.fullmatch(_bare(word))
    }
    return any(name.casefold() not in had and not _ABBREVIATION.fullmatch(name) for name in written)


def _is_slip(text: str, at: int, name: str, new: list[str]) -> bool:
    """Whether a word with a capital is a misspelling of one of the `new` ones: "the Acccount Manager".

    It is a known one, or hardly anybody's name: no word at all, but within its letters near a common one,
    and it stands beside another with a capital ("the Naitonal Archive"). Names end as they like: "Browne".
    """
    if len(name) < _SHORTEST_SLIP:
        return False
    kept = {word.casefold() for word in new}
    if any(right in kept for right in candidates(name)):
        return True
    beside = WORD.findall(text[:at])[-1:] + WORD.findall(text[at + len(name) :])[:1]
    return (
        not is_word(name)
        and any(word[0].isupper() for word in beside)
        and any(
            word[0].isupper()
            and word[-2:] == name[-2:]
            and commonness(word) >= _KNOWN
            and is_near(word.casefold(), name.casefold())
            for word in new
        )
    )


def _is_common(text: str, at: int, name: str, everyday: bool) -> bool:
    """Whether a word with a capital inside the sentence is no name, and no part of one.

    It is one that holds sentences together, or in `everyday` text one of every day behind "my" or the like.
    """
    after = re.match(r"\s*(\w)", text[at + len(name) :])
    if _is_title(text) or (after is not None and after[1].isupper()):
        return False
    bare = re.sub(r"['’]\w+$", "", name).casefold()
    before = "".join(WORD.findall(text[:at])[-1:]).casefold()
    return bare in SMALL or (everyday and is_everyday(bare) and before in DETERMINERS)


def _is_title(text: str) -> bool:
    """Whether more of the longer words than not have capitals."""
    longer = [word for word in WORD.findall(text) if len(word) >= _SHORTEST_TAIL]
    return 2 * sum(word[0].isupper() for word in longer) > len(longer)


def _renames(text: str, start: int, old: str, new: str, everyday: bool) -> bool:
    """Whether a proper name becomes another word: a capital inside the sentence, or an acronym.

    A word of every day that is written small is none: in `everyday` text ("my Dog"), or if it is one of those
    that hold sentences together, and this is no title.
    """
    left = re.findall(r"\w+(?:['’]\w+)*", new)
    kept = {word.casefold() for word in left}
    first = re.search(r"\w", text)
    for word in re.finditer(r"\w+(?:['’]\w+)*", old):
        name = word.group()
        if len(name) > 1 and name.isupper() and name not in left:
            return True
        opens = first is not None and start + word.start() == first.start()
        named = name[0].isupper() and not opens and name != "I" and name not in new
        if not named or _is_slip(text, start + word.start(), name, left):
            continue
        # Lower-casing is a matter of style; anything else changes the name.
        if name.casefold() not in kept or not _is_common(text, start + word.start(), name, everyday):
            return True
    return False
