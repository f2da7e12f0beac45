"""Errors within a word, and words taken for others."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from smallsense.training import lexicon
from smallsense.training.corruptions.pieces import (
    VOWELS,
    Corruption,
    Pieces,
    find,
    from_table,
    grouped,
    pick,
    previous,
    put,
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that corruptions look up: `misspellings` maps a right word to the wrong ones people write."""

    misspellings: Mapping[str, tuple[str, ...]]
    words: frozenset[str]


def misspell(lexicon_: Lexicon) -> Corruption:
    """Write a word as people are known to misspell it."""
    return from_table({w: forms for w, forms in lexicon_.misspellings.items() if len(w) > 2})


def mistype(lexicon_: Lexicon) -> Corruption:
    """Slip on the keyboard: swap, drop, double or miss a letter; rarely into another word."""

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        place = pick(rng, find(pieces, lambda word: len(word) >= 4 and "'" not in word))
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
            vowels = [i for i in range(1, len(word)) if word[i] in VOWELS]
            if not vowels:
                return None
            at = rng.choice(vowels)
            wrong = word[:at] + rng.choice(VOWELS) + word[at + 1 :]
        else:
            wrong = word[:at] + rng.choice(lexicon.NEIGHBORS.get(word[at], "e")) + word[at:]
        if wrong == word or (wrong.lower() in lexicon_.words and rng.random() > 0.25):
            return None
        return put(pieces, place, wrong)

    return corrupt


_SOUNDS = (
    ("ph", "f"),
    ("sc", "s"),
    ("ch", "c"),
    ("ck", "k"),
    ("qu", "cu"),
    ("ei", "ie"),
    ("ie", "ei"),
    ("ea", "e"),
    ("ou", "o"),
    ("au", "o"),
    ("wh", "w"),
    ("kn", "n"),
    ("ght", "gth"),
    ("tion", "sion"),
    ("sion", "tion"),
    ("cious", "sious"),
    ("able", "ible"),
    ("ible", "able"),
    ("ance", "ence"),
    ("ence", "ance"),
    ("ant", "ent"),
    ("ent", "ant"),
    ("ery", "ary"),
    ("ary", "ery"),
    ("ely", "ly"),
    ("ally", "aly"),
    ("ying", "ing"),
    ("pt", "t"),
    ("mn", "m"),
    ("y", "i"),
    ("er", "ar"),
    ("c", "s"),
)


def misheard(lexicon_: Lexicon) -> Corruption:
    """Write a word as it sounds: letters for others that sound alike, one for two and two for one."""

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        place = pick(rng, find(pieces, lambda word: len(word) >= 5 and "'" not in word))
        if place is None:
            return None
        word = pieces[place].text
        ways = [
            word[:at] + sound + word[at + len(right) :]
            for right, sound in _SOUNDS
            for at in range(1, len(word))
            if word.startswith(right, at)
        ]
        ways += [word[:at] + word[at + 1 :] for at in range(2, len(word)) if word[at] == word[at - 1]]
        ways += [word[:at] + word[at] + word[at:] for at in range(2, len(word) - 1) if word[at] in "lmnprst"]
        ways = [way for way in ways if way.lower() not in lexicon_.words]
        return put(pieces, place, rng.choice(ways)) if ways else None

    return corrupt


CONFUSED = grouped((right, wrong) for right, *wrongs in lexicon.CONFUSED for wrong in wrongs)


_HOMOPHONES = grouped(
    (right, wrong)
    for group in lexicon.CONFUSED[:60]
    for right in group
    for wrong in group
    if right != wrong and " " not in right
)


confuse = from_table(CONFUSED)

confuse.__doc__ = "Write a word for another that looks, sounds or means alike."
confuse_homophones = from_table(_HOMOPHONES)


def should_of(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Write "of" for "have" after a modal."""
    modals = ("could", "should", "would", "might", "must")
    place = pick(rng, [i for i in find(pieces, "have".__eq__) if previous(pieces, i) in modals])
    return None if place is None else put(pieces, place, "of")
