"""What no correction may do, however sure the model is: what a careful editor would never touch."""

from __future__ import annotations

import re

from smallsense.skills.edit_kind import Correction
from smallsense.skills.spelling import candidates
from smallsense.skills.vocabulary import is_term, is_word

SUPERFLUOUS = frozenset(
    """a an the of to in on at for with by from as than that which is are was were be been being do does
    did has have had will would can it its and or but so also just very""".split()  # noqa: SIM905
)
"""Words that are often one too many. Others carry meaning: a small model has no business dropping them."""

_IDENTIFIER = re.compile(r"\w*(?:_|[a-z][A-Z]|\d)\w*|\w+\(\)?|\w+(?:\.\w+)+|\S*[/\\@#`~^=<>{}\[\]|$%&*+]\S*")
_CALL = re.compile(r"\w\(")
_ABBREVIATION = re.compile(r"[A-Za-z](?:\.[A-Za-z])+")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2190-\u27bf\u2b00-\u2bff]")
_DIGITS = re.compile(r"\d+")
_SPELT = re.compile(r"\s*[`*_\"']*(?:\.\w|[fhlmnrsx][b-df-hj-np-tv-xz\d]*\b)")
"""A name without vowels, or one that begins with a mark that may be read aloud or not."""
_SHORTEST_TAIL = 4
_SHORTEST_SLIP = 6
_CLIPPED = {"creat": "create", "imag": "image", "resolv": "resolve", "shap": "shape"}
"""Names in code that are far more often a word without its end."""
_TWO_WORDS = frozenset({"another", "neither", "inbetween", "altogether"})
_ENDINGS = frozenset({"ed", "es", "ing", "er", "ly", "al", "able"})
_END_MARKS = frozenset(".!?:;,…")
_QUOTES = str.maketrans("’‘“”—–", "''\"\"--")


def forbidden(text: str, protected: tuple[tuple[int, int], ...], correction: Correction) -> bool:
    """Whether the correction does what no correction may do, however sure the model is."""
    start, end, new = correction.start, correction.end, correction.text
    old = text[start:end]
    return (
        any((start < stop and begin < end) or begin < start < stop for begin, stop in protected)
        or sorted(_DIGITS.findall(old)) != sorted(_DIGITS.findall(new))
        or _identifiers(text, start, end) - _identifiers(new, 0, len(new)) != set()
        or _coins(text, start, end, new)
        or _renames(text, start, old, new)
        or _drops_meaning(text, correction)
        or _mistakes_term(old.strip(), new.strip())
        or _clips(old.strip().casefold(), new.strip().casefold())
        or _spells_out(text, correction)
        or _PICTURES.findall(old) != _PICTURES.findall(new)
        or (_is_balanced(text) and not _is_balanced(text[:start] + new + text[end:]))
        or old.translate(_QUOTES) == new.translate(_QUOTES)
        # Headings, list items and labels end without a mark on purpose.
        or (not old.strip() and set(new.strip()) <= _END_MARKS and not re.search(r"\w", text[end:]))
    )


def _is_balanced(text: str) -> bool:
    """Whether every bracket and every straight quotation mark has its counterpart, wherever that stands."""
    return text.count('"') % 2 == 0 and all(
        text.count(a) == text.count(b) for a, b in ("()", "[]", "{}", "“”")
    )


def _drops_meaning(text: str, correction: Correction) -> bool:
    """Whether words disappear that are neither repeated nor of the few that are often one too many."""
    if correction.rule in {"repeated-word", "spacing"} or correction.text.strip():
        return correction.words - len(correction.text.split()) > 1
    words = re.findall(r"[\w'’]+", text[correction.start : correction.end])
    opens = not re.search(r"\w", text[: correction.start])
    return len(words) > 1 or any(opens or word.casefold() not in SUPERFLUOUS for word in words)


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
    words = {text[correction.start : correction.end].strip().casefold(), correction.text.strip().casefold()}
    return words == {"a", "an"} and _SPELT.match(text, correction.end) is not None


def _identifiers(text: str, start: int, end: int) -> set[str]:
    """The identifiers, paths and the like that overlap `[start, end)`."""
    return {word for word in _words(text, start, end) if _IDENTIFIER.fullmatch(_bare(word))}


def _words(text: str, start: int, end: int) -> list[str]:
    """What stands between blanks and overlaps `[start, end)`."""
    words = re.finditer(r"\S+", text)
    return [word.group() for word in words if word.start() < end and start < word.end()]


def _bare(word: str) -> str:
    return word.strip(".,;:!?\"'()")


def _coins(text: str, start: int, end: int, new: str) -> bool:
    """Whether `new` brings code, an address or an identifier that was not there; capitals may change."""
    had = {_bare(word).casefold() for word in (*_words(text, start, end), *text[start:end].split())}
    written = {
        _bare(word)
        for word in new.split()
        if "_" in word or _CALL.search(word) or _IDENTIFIER.fullmatch(_bare(word))
    }
    return any(name.casefold() not in had and not _ABBREVIATION.fullmatch(name) for name in written)


def _is_slip(name: str, kept: set[str]) -> bool:
    """Whether a word with a capital is a known misspelling of one of the others: "the Acccount Manager"."""
    return len(name) >= _SHORTEST_SLIP and any(right in kept for right in candidates(name))


def _renames(text: str, start: int, old: str, new: str) -> bool:
    """Whether a proper name becomes another word: a capital inside the sentence, or an acronym."""
    kept = {word.casefold() for word in re.findall(r"\w+", new)}
    first = re.search(r"\w", text)
    for word in re.finditer(r"\w+(?:['’]\w+)*", old):
        name = word.group()
        if len(name) > 1 and name.isupper() and name not in re.findall(r"\w+(?:['’]\w+)*", new):
            return True
        opens = first is not None and start + word.start() == first.start()
        named = name[0].isupper() and not opens and name != "I" and name not in new
        if named and not _is_slip(name, kept):
            lowered = name.casefold() in kept
            # Lower-casing is a matter of style; anything else changes the name.
            if lowered and name not in new and any(name.casefold() == w for w in re.findall(r"\w+", new)):
                return True
            if not lowered:
                return True
    return False
