"""Synthetic errors: each corruption is a pure function of a sentence's pieces and a random source.

A sentence is cut into pieces; code spans, URLs, paths, identifiers and numbers are pieces nobody touches. A
corruption returns new pieces, with what it wrote marked as touched so that no second one hits it, or None
where it does not apply.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from smallsense.training import lexicon

_CUT = re.compile(
    r"`[^`]*`+"  # code spans
    r"|\w*://\S+"  # URLs
    r"|[^\s\w'\"(]*\w*[_/\\@#<>{}=$|~^*+]\S*"  # paths, identifiers, markup
    r"|\w+(?:[.:]\w+)+"  # dotted names, versions
    r"|[A-Za-z]+(?:'[A-Za-z]+)?"
    r"|\s+|\w+|.",
    re.DOTALL,
)
_PLAIN = re.compile(r"(?:[A-Z]?[a-z]+(?:'[a-z]+)?|[AI])\Z")
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence. Only words that are open to errors are `open`."""

    text: str
    open: bool

    @property
    def lower(self) -> str:
        """The piece in lower case."""
        return self.text.lower()


Pieces = tuple[Piece, ...]
Corruption = Callable[[Pieces, random.Random], Pieces | None]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that corruptions look up: `misspellings` maps a right word to the wrong ones people write."""

    misspellings: Mapping[str, tuple[str, ...]]
    words: frozenset[str]


def cut(text: str) -> Pieces:
    """Cut a sentence into pieces; joined again they give `text`."""
    found = _CUT.findall(text)
    pieces = []
    for place, piece in enumerate(found):
        beside = (found[place - 1] if place else " ") + (found[place + 1] if place + 1 < len(found) else " ")
        glued = "-" in beside or "`" in beside or any(c.isalnum() or c in "_/.*" for c in beside[:1])
        pieces.append(Piece(piece, bool(_PLAIN.match(piece)) and not glued))
    return tuple(pieces)


def join(pieces: Iterable[Piece]) -> str:
    """The text of `pieces`."""
    return "".join(piece.text for piece in pieces)


def _like(pattern: str, word: str) -> str:
    """`word` with the initial case of `pattern`."""
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word


def _open(pieces: Pieces, wanted: Callable[[str], bool]) -> list[int]:
    return [i for i, piece in enumerate(pieces) if piece.open and wanted(piece.lower)]


def _put(pieces: Pieces, place: int, text: str, count: int = 1) -> Pieces:
    """Write `text` over `count` pieces from `place` on, touched."""
    return (*pieces[:place], Piece(text, False), *pieces[place + count :])


def _swap_word(pieces: Pieces, place: int, word: str) -> Pieces:
    return _put(pieces, place, _like(pieces[place].text, word))


def _next_word(pieces: Pieces, place: int) -> int | None:
    """Index of the open word right after `place`, one space between."""
    if place + 2 < len(pieces) and pieces[place + 1].text == " " and pieces[place + 2].open:
        return place + 2
    return None


def _previous(pieces: Pieces, place: int) -> str:
    """The word before `place` in lower case, or nothing."""
    return pieces[place - 2].lower if place >= 2 and pieces[place - 1].text == " " else ""


def _pick(rng: random.Random, places: list[int]) -> int | None:
    return rng.choice(places) if places else None


def _drop(pieces: Pieces, place: int) -> Pieces | None:
    """Leave out a word and a space; what moves to the front of the sentence takes its capital."""
    if place + 2 < len(pieces) and pieces[place + 1].text == " ":
        follower = pieces[place + 2]
        if place == 0 and follower.open:
            follower = replace(follower, text=_like(pieces[0].text, follower.text))
        return (*pieces[:place], follower, *pieces[place + 3 :])
    return None


def _table(table: Mapping[str, tuple[str, ...]]) -> Corruption:
    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        place = _pick(rng, _open(pieces, table.__contains__))
        return None if place is None else _swap_word(pieces, place, rng.choice(table[pieces[place].lower]))

    return corrupt


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for right, wrong in pairs:
        if wrong not in grouped.get(right, ()):
            grouped[right] = (*grouped.get(right, ()), wrong)
    return MappingProxyType(grouped)


def misspell(lexicon_: Lexicon) -> Corruption:
    """Write a word as people are known to misspell it."""
    return _table({w: forms for w, forms in lexicon_.misspellings.items() if len(w) > 2})


def mistype(lexicon_: Lexicon) -> Corruption:
    """Slip on the keyboard: swap, drop, double or miss a letter; rarely into another word."""

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        place = _pick(rng, _open(pieces, lambda word: len(word) >= 4 and "'" not in word))
        if place is None:
            return None
        word = pieces[place].text
        at = rng.randrange(1, len(word) - 1)
        kind = rng.random()
        if kind < 0.3:
            wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        elif kind < 0.58:
            wrong = word[:at] + word[at + 1 :]
        elif kind < 0.72:
            wrong = word[: at + 1] + word[at:]
        elif kind < 0.84:
            wrong = word[:at] + rng.choice(lexicon.NEIGHBORS.get(word[at], "e")) + word[at + 1 :]
        elif kind < 0.94:
            vowels = [i for i in range(1, len(word)) if word[i] in _VOWELS]
            if not vowels:
                return None
            at = rng.choice(vowels)
            wrong = word[:at] + rng.choice(_VOWELS) + word[at + 1 :]
        else:
            wrong = word[:at] + rng.choice(lexicon.NEIGHBORS.get(word[at], "e")) + word[at:]
        if wrong == word or (wrong.lower() in lexicon_.words and rng.random() > 0.25):
            return None
        return _put(pieces, place, wrong)

    return corrupt


CONFUSED = _grouped((right, wrong) for right, *wrongs in lexicon.CONFUSED for wrong in wrongs)
_HOMOPHONES = _grouped(
    (right, wrong)
    for group in lexicon.CONFUSED[:60]
    for right in group
    for wrong in group
    if right != wrong and " " not in right
)
confuse = _table(CONFUSED)
confuse.__doc__ = "Write a word for another that looks, sounds or means alike."
confuse_homophones = _table(_HOMOPHONES)


def article(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave out an article, take the wrong one, or put one where a determiner stands already."""
    kind = rng.random()
    if kind < 0.5:
        place = _pick(rng, _open(pieces, lambda word: word in ("a", "an", "the")))
        return None if place is None else _drop(pieces, place)
    if kind < 0.72:
        place = _pick(rng, _open(pieces, lambda word: word in ("a", "an")))
        return (
            None if place is None else _swap_word(pieces, place, "an" if pieces[place].lower == "a" else "a")
        )
    if kind < 0.8:
        place = _pick(rng, _open(pieces, lambda word: word in ("a", "an", "the")))
        if place is None:
            return None
        return _swap_word(pieces, place, "the" if pieces[place].lower != "the" else "a")
    if kind < 0.9:
        places = _open(pieces, lambda word: word.endswith("s") and len(word) > 4 and not word.endswith("ss"))
        place = _pick(rng, [i for i in places if _previous(pieces, i) not in lexicon.DETERMINERS and i])
        return None if place is None else _put(pieces, place, "a " + pieces[place].text)
    place = _pick(rng, _open(pieces, lambda word: word in lexicon.DETERMINERS))
    if place is None:
        return None
    other = rng.choice(("the", "a"))
    if pieces[place].lower == other:
        other = "the" if other == "a" else "a"
    if rng.random() < 0.5:
        return _put(pieces, place, f"{pieces[place].text} {other}")
    return _put(pieces, place, _like(pieces[place].text, f"{other} {pieces[place].lower}"))


_NUMBER = _grouped(
    pair
    for one, many in (
        ("is", "are"),
        ("was", "were"),
        ("has", "have"),
        ("does", "do"),
        ("doesn't", "don't"),
        ("isn't", "aren't"),
        ("wasn't", "weren't"),
        ("hasn't", "haven't"),
    )
    for pair in ((one, many), (many, one))
)
_IRREGULAR = {form: line for line in lexicon.FORMS for form in line}


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in _VOWELS else verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in _VOWELS else verb + "ed"


def _progressive(verb: str) -> str:
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"


_FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        form: (verb, _third(verb), _past(verb), _progressive(verb))
        for verb in lexicon.REGULAR_VERBS
        for form in (verb, _third(verb), _past(verb), _progressive(verb))
    }
    | _IRREGULAR
)
_THIRD = {_third(verb): verb for verb in lexicon.REGULAR_VERBS} | {
    line[1]: line[0] for line in lexicon.FORMS if line[0] != "be" and line[0] != "have" and line[0] != "do"
}
_BASE = {base: third for third, base in _THIRD.items()}


def agreement(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Break the agreement of a verb with its subject."""
    if rng.random() < 0.5:
        place = _pick(rng, _open(pieces, _NUMBER.__contains__))
        return None if place is None else _swap_word(pieces, place, rng.choice(_NUMBER[pieces[place].lower]))
    place = _pick(rng, _open(pieces, lambda word: word in _THIRD))
    if place is not None and rng.random() < 0.75:
        return _swap_word(pieces, place, _THIRD[pieces[place].lower])
    places = _open(pieces, lambda word: word in _BASE)
    subjects = ("they", "we", "you", "i", "to", "that", "which", "who", *lexicon.MODALS)
    place = _pick(rng, [i for i in places if _previous(pieces, i) in subjects])
    return None if place is None else _swap_word(pieces, place, _BASE[pieces[place].lower])


def verb_form(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Put a verb into another of its forms where its neighbors do not allow it."""
    auxiliaries = lexicon.MODALS | {
        "to",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "have",
        "has",
        "had",
    }
    auxiliaries |= {"by", "for", "of", "without", "from", "when", "while", "not", "and"}
    places = _open(pieces, _FORMS.__contains__)
    guided = [i for i in places if _previous(pieces, i) in auxiliaries]
    place = _pick(rng, guided if guided and rng.random() < 0.8 else places)
    if place is None:
        return None
    word = pieces[place].lower
    others = [form for form in _FORMS[word] if form != word]
    return _swap_word(pieces, place, rng.choice(others))


def noun_number(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Take a singular for a plural or the other way round, mostly where a neighbor tells."""

    def plural(word: str) -> bool:
        return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))

    kind = rng.random()
    if kind < 0.15:
        place = _pick(rng, _open(pieces, lexicon.UNCOUNTABLE.__contains__))
        return None if place is None else _put(pieces, place, pieces[place].text + "s")
    if kind < 0.7:
        places = [i for i in _open(pieces, plural) if pieces[i].lower not in _THIRD and i]
        cued = [i for i in places if _previous(pieces, i) in lexicon.PLURAL_CUES]
        place = _pick(rng, cued if cued and rng.random() < 0.7 else places)
        if place is None:
            return None
        word = pieces[place].text
        return _put(pieces, place, word[:-3] + "y" if word.endswith("ies") else word[:-1])
    places = _open(pieces, lambda word: len(word) > 3 and not word.endswith(("s", "ing", "ed", "ly")))
    cued = [i for i in places if _previous(pieces, i) in lexicon.SINGULAR_CUES]
    nouns = [i for i in cued if i + 1 >= len(pieces) or pieces[i + 1].text != " "]
    place = _pick(rng, nouns or cued)
    return None if place is None else _put(pieces, place, _third(pieces[place].text))


def preposition(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Take a wrong preposition, or put one where none belongs."""
    if rng.random() < 0.12:
        place = _pick(rng, _open(pieces, lexicon.EXTRA_AFTER.__contains__))
        if place is None or _next_word(pieces, place) is None:
            return None
        word = pieces[place].text
        return _put(pieces, place, f"{word} {lexicon.EXTRA_AFTER[word.lower()]}")
    place = _pick(rng, _open(pieces, lexicon.PREPOSITIONS.__contains__))
    if place is None:
        return None
    return _swap_word(pieces, place, rng.choice(lexicon.PREPOSITIONS[pieces[place].lower]))


def missing_word(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave out a small word."""
    place = _pick(rng, _open(pieces, lexicon.DROPPED.__contains__))
    return None if place is None else _drop(pieces, place)


def doubled_word(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Write a word twice, small words above all."""
    small = _open(pieces, lambda word: len(word) <= 4)
    place = _pick(rng, small if small and rng.random() < 0.9 else _open(pieces, lambda word: True))
    if place is None or pieces[place].lower in ("that", "had"):
        return None
    return _put(pieces, place, f"{pieces[place].text} {pieces[place].lower}")


def extra_word(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave a small word behind, as after a change of mind."""
    places = [i for i in _open(pieces, lambda word: len(word) > 1) if i]
    place = _pick(rng, places)
    if place is None:
        return None
    stray = rng.choice(("to", "of", "is", "be", "are", "the", "a", "for", "in", "it", "that", "and"))
    if stray in (_previous(pieces, place), pieces[place].lower):
        return None
    return _put(pieces, place, f"{stray} {pieces[place].text}")


def word_order(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Swap two neighboring words."""
    places = _open(pieces, lambda word: True)
    pairs = [(i, j) for i in places if (j := _next_word(pieces, i)) is not None and j + 1 < len(pieces)]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    one, other = pieces[first].text, pieces[second].text
    if other == "I" or one.lower() == other.lower():
        return None
    swapped = f"{_like(one, other)} {one if one == 'I' else one.lower()}"
    return (*pieces[:first], Piece(swapped, False), *pieces[second + 1 :])


def spacing(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Run two words together or pull one apart."""
    kind = rng.random()
    if kind < 0.3:
        spots = [
            (i, j)
            for i in _open(pieces, lambda word: True)
            if (j := _next_word(pieces, i)) is not None
            and f"{pieces[i].lower} {pieces[j].lower}" in lexicon.JOINED
        ]
        if not spots:
            return None
        first, second = rng.choice(spots)
        together = lexicon.JOINED[f"{pieces[first].lower} {pieces[second].lower}"]
        return _put(pieces, first, _like(pieces[first].text, together), 3)
    if kind < 0.6:
        place = _pick(rng, _open(pieces, lexicon.SPLIT.__contains__))
        return None if place is None else _swap_word(pieces, place, lexicon.SPLIT[pieces[place].lower])
    if kind < 0.85:
        place = _pick(rng, [i for i in _open(pieces, lambda word: True) if _next_word(pieces, i) is not None])
        return None if place is None else _put(pieces, place, pieces[place].text + pieces[place + 2].lower, 3)
    place = _pick(rng, _open(pieces, lambda word: len(word) > 5))
    if place is None:
        return None
    word = pieces[place].text
    at = rng.randrange(2, len(word) - 2)
    return _put(pieces, place, f"{word[:at]} {word[at:]}")


def punctuation(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave out, add, double or misplace a mark."""
    kind = rng.random()
    commas = [i for i, piece in enumerate(pieces[:-1]) if piece.text == "," and pieces[i + 1].text == " "]
    if kind < 0.3:
        introduced = [
            i
            for i in commas
            if 1 <= i <= 7 or (i + 2 < len(pieces) and pieces[i + 2].lower in ("but", "so", "which"))
        ]
        place = _pick(rng, introduced)
        return None if place is None else (*pieces[:place], *pieces[place + 1 :])
    if kind < 0.52:
        place = _pick(rng, _open(pieces, lambda word: "'" in word))
        if place is None:
            return None
        return _put(pieces, place, pieces[place].text.replace("'", ""))
    if kind < 0.62:
        places = _open(pieces, lambda word: len(word) > 3 and word.endswith("s") and not word.endswith("ss"))
        place = _pick(rng, places)
        return None if place is None else _put(pieces, place, pieces[place].text[:-1] + "'s")
    if kind < 0.74:
        places = [i for i in _open(pieces, lambda word: True) if _next_word(pieces, i) is not None]
        place = _pick(rng, places)
        return None if place is None else _put(pieces, place, pieces[place].text + ",")
    if kind < 0.86 and commas:
        place = rng.choice(commas)
        spaced = " ," if rng.random() < 0.5 else ","
        return _put(pieces, place, spaced, 2 if spaced == "," else 1)
    if kind < 0.94 and len(pieces) > 3 and pieces[-1].text in ".?":
        return (*pieces[:-1], Piece(rng.choice((" .", "..", ",", " ?")), False))
    if commas:
        return _put(pieces, rng.choice(commas), ",,")
    return None


def capitalization(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Write a proper noun or "I" small, or a common word with a capital."""
    names = [i for i, p in enumerate(pieces) if p.open and (p.text in lexicon.PROPER or p.text == "I")]
    place = _pick(rng, names)
    if place is not None:
        return _put(pieces, place, pieces[place].lower)
    if rng.random() < 0.3:
        small = _open(pieces, lambda word: len(word) <= 4)
        place = _pick(rng, [i for i in small if i and pieces[i].text.islower()])
        return None if place is None else _put(pieces, place, pieces[place].text.capitalize())
    starts = [
        i
        for i, p in enumerate(pieces)
        if p.open and i >= 2 and pieces[i - 2].text in (".", "?", "!") and p.text != "I"
    ]
    place = _pick(rng, starts)
    return None if place is None else _put(pieces, place, pieces[place].lower)


def should_of(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Write "of" for "have" after a modal."""
    modals = ("could", "should", "would", "might", "must")
    place = _pick(rng, [i for i in _open(pieces, "have".__eq__) if _previous(pieces, i) in modals])
    return None if place is None else _put(pieces, place, "of")


def derivation(lexicon_: Lexicon) -> Corruption:
    """Take the adjective for the adverb or the other way round, or a double comparative."""

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        if rng.random() < 0.2:
            place = _pick(
                rng, _open(pieces, ("better", "easier", "faster", "larger", "smaller", "worse").__contains__)
            )
            return None if place is None else _put(pieces, place, "more " + pieces[place].lower)
        places = _open(pieces, lambda w: len(w) > 5 and w.endswith("ly") and w[:-2] in lexicon_.words)
        place = _pick(rng, places)
        if place is not None and rng.random() < 0.7:
            return _put(pieces, place, pieces[place].text[:-2])
        places = _open(pieces, lambda w: w.endswith(("al", "ful", "ous", "ent", "ant", "ive")) and len(w) > 5)
        place = _pick(rng, [i for i in places if pieces[i].lower + "ly" in lexicon_.words])
        return None if place is None else _put(pieces, place, pieces[place].text + "ly")

    return corrupt


def corruptions(lexicon_: Lexicon) -> Mapping[str, Corruption]:
    """Every corruption by the name that recipes weight it with."""
    return MappingProxyType(
        {
            "misspell": misspell(lexicon_),
            "mistype": mistype(lexicon_),
            "confuse": confuse,
            "homophone": confuse_homophones,
            "article": article,
            "agreement": agreement,
            "verb_form": verb_form,
            "noun_number": noun_number,
            "preposition": preposition,
            "missing_word": missing_word,
            "doubled_word": doubled_word,
            "extra_word": extra_word,
            "word_order": word_order,
            "spacing": spacing,
            "punctuation": punctuation,
            "capitalization": capitalization,
            "should_of": should_of,
            "derivation": derivation(lexicon_),
        }
    )


def corrupt(
    text: str,
    count: int,
    weights: Mapping[str, float],
    table: Mapping[str, Corruption],
    rng: random.Random,
) -> tuple[str, tuple[str, ...]]:
    """Make up to `count` errors in `text`, kinds drawn by `weights`; return the text and the kinds made.

    Raises:
        KeyError: a weight names no corruption.
    """
    names = list(weights)
    unknown = [name for name in names if name not in table]
    if unknown:
        raise KeyError(f"unknown corruption {unknown[0]!r}; known: {', '.join(table)}")
    pieces, made = cut(text), []
    for _ in range(count * 6):
        if len(made) == count:
            break
        name = rng.choices(names, [weights[n] for n in names])[0]
        changed = table[name](pieces, rng)
        if changed is not None and join(changed) != join(pieces):
            pieces = changed
            made.append(name)
    return join(pieces), tuple(made)
