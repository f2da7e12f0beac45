"""Errors of people who write a language that they learn: forms of any verb, words taken for others."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from smallsense.training import lexicon
from smallsense.training.corruptions.inflection import past, progressive, third_person
from smallsense.training.corruptions.pieces import (
    Corruption,
    Pieces,
    find,
    from_table,
    grouped,
    pick,
    previous,
    put,
    swap_word,
)
from smallsense.training.corruptions.spelling import Lexicon

_SHORTEST = 3
"""Letters of the shortest base of a verb."""

_SHORTEST_ALIKE = 4
"""Letters of the shortest word that is taken for another: small ones would be all that is taken."""


def any_form(lexicon_: Lexicon) -> Corruption:
    """Put a verb, known by its ending or by what governs it, into another form."""

    def forms(word: str) -> tuple[str, ...]:
        base = _base(word, lexicon_.words)
        return () if base is None else (base, third_person(base), past(base), progressive(base))

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        bare = lexicon.MODALS | {"to"}
        places = [
            i for i in find(pieces, lambda word: word not in lexicon.NO_VERBS) if forms(pieces[i].lower)
        ]
        places += [
            i
            for i in find(pieces, lambda word: len(word) >= _SHORTEST and word in lexicon_.words)
            if previous(pieces, i) in bare
        ]
        place = pick(rng, places)
        if place is None:
            return None
        word = pieces[place].lower
        known = forms(word) or (word, third_person(word), past(word), progressive(word))
        return swap_word(pieces, place, rng.choice([form for form in known if form != word]))

    return corrupt


def _base(word: str, words: Container[str]) -> str | None:
    """The base of a regular form in "-ed" or "-ing"."""
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            bases = (stem, stem + "e", stem[:-1] + "y" if stem.endswith("i") else stem)
            return next((base for base in bases if base in words), None)
    return None


def lookalike(lexicon_: Lexicon) -> Corruption:
    """Write another word that differs by one letter: left out, put in, swapped, or taken for another."""
    near = _neighbors(lexicon_.misspellings)

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        place = pick(rng, find(pieces, near.__contains__))
        return None if place is None else swap_word(pieces, place, rng.choice(near[pieces[place].lower]))

    return corrupt


def _neighbors(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Words with the words that are a letter away; they share the first letter, as slips of the pen do."""
    gapped: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if len(word) >= _SHORTEST_ALIKE and word.isalpha():
            gapped[word].add(word)
            for at in range(1, len(word)):
                gapped[word[:at] + word[at + 1 :]].add(word)
    pairs = {
        (one, other)
        for group in gapped.values()
        if len(group) > 1
        for one in group
        for other in group
        if one != other and abs(len(one) - len(other)) <= 1
    }
    return grouped(sorted(pairs))


mistake = from_table(grouped((right, wrong) for right, *wrongs in lexicon.LEARNED for wrong in wrongs))
mistake.__doc__ = (
    "Write what learners write for a word: a false plural, a false friend, a preposition of home."
)


def comparative(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Compare twice, or by the wrong means: "more easier", "the most biggest"."""
    compared = find(pieces, lexicon.COMPARED.__contains__)
    place = pick(rng, [i for i in compared if previous(pieces, i) not in ("more", "most")])
    if place is None:
        return None
    word = pieces[place].lower
    return put(pieces, place, f"{'most' if word.endswith('st') else 'more'} {word}")
