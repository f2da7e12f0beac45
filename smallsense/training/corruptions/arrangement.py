"""Errors of arrangement: words missing, doubled, stray or swapped; blanks, marks and capitals."""

from __future__ import annotations

import random

from smallsense.training import lexicon
from smallsense.training.corruptions.pieces import (
    Piece,
    Pieces,
    drop,
    find,
    like,
    next_word,
    pick,
    previous,
    put,
    swap_word,
)


def missing_word(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave out a small word."""
    place = pick(rng, find(pieces, lexicon.DROPPED.__contains__))
    return None if place is None else drop(pieces, place)


def doubled_word(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Write a word twice, small words above all."""
    small = find(pieces, lambda word: len(word) <= 4)
    place = pick(rng, small if small and rng.random() < 0.9 else find(pieces, lambda word: True))
    if place is None or pieces[place].lower in ("that", "had"):
        return None
    return put(pieces, place, f"{pieces[place].text} {pieces[place].lower}")


def extra_word(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave a small word behind, as after a change of mind."""
    places = [i for i in find(pieces, lambda word: len(word) > 1) if i]
    place = pick(rng, places)
    if place is None:
        return None
    stray = rng.choice(("to", "of", "is", "be", "are", "the", "a", "for", "in", "it", "that", "and"))
    if stray in (previous(pieces, place), pieces[place].lower):
        return None
    return put(pieces, place, f"{stray} {pieces[place].text}")


def word_order(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Swap two neighboring words."""
    places = find(pieces, lambda word: True)
    pairs = [(i, j) for i in places if (j := next_word(pieces, i)) is not None and j + 1 < len(pieces)]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    one, other = pieces[first].text, pieces[second].text
    if other == "I" or one.lower() == other.lower():
        return None
    swapped = f"{like(one, other)} {one if one == 'I' else one.lower()}"
    return (*pieces[:first], Piece(swapped, False), *pieces[second + 1 :])


def spacing(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Run two words together or pull one apart."""
    kind = rng.random()
    if kind < 0.3:
        spots = [
            (i, j)
            for i in find(pieces, lambda word: True)
            if (j := next_word(pieces, i)) is not None
            and f"{pieces[i].lower} {pieces[j].lower}" in lexicon.JOINED
        ]
        if not spots:
            return None
        first, second = rng.choice(spots)
        together = lexicon.JOINED[f"{pieces[first].lower} {pieces[second].lower}"]
        return put(pieces, first, like(pieces[first].text, together), 3)
    if kind < 0.6:
        place = pick(rng, find(pieces, lexicon.SPLIT.__contains__))
        return None if place is None else swap_word(pieces, place, lexicon.SPLIT[pieces[place].lower])
    if kind < 0.85:
        place = pick(rng, [i for i in find(pieces, lambda word: True) if next_word(pieces, i) is not None])
        return None if place is None else put(pieces, place, pieces[place].text + pieces[place + 2].lower, 3)
    place = pick(rng, find(pieces, lambda word: len(word) > 5))
    if place is None:
        return None
    word = pieces[place].text
    at = rng.randrange(2, len(word) - 2)
    return put(pieces, place, f"{word[:at]} {word[at:]}")


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
        place = pick(rng, introduced)
        return None if place is None else (*pieces[:place], *pieces[place + 1 :])
    if kind < 0.52:
        place = pick(rng, find(pieces, lambda word: "'" in word))
        if place is None:
            return None
        return put(pieces, place, pieces[place].text.replace("'", ""))
    if kind < 0.62:
        places = find(pieces, lambda word: len(word) > 3 and word.endswith("s") and not word.endswith("ss"))
        place = pick(rng, places)
        return None if place is None else put(pieces, place, pieces[place].text[:-1] + "'s")
    if kind < 0.74:
        places = [i for i in find(pieces, lambda word: True) if next_word(pieces, i) is not None]
        place = pick(rng, places)
        return None if place is None else put(pieces, place, pieces[place].text + ",")
    if kind < 0.86 and commas:
        place = rng.choice(commas)
        spaced = " ," if rng.random() < 0.5 else ","
        return put(pieces, place, spaced, 2 if spaced == "," else 1)
    if kind < 0.94 and len(pieces) > 3 and pieces[-1].text in ".?":
        return (*pieces[:-1], Piece(rng.choice((" .", "..", ",", " ?")), False))
    if commas:
        return put(pieces, rng.choice(commas), ",,")
    return None


def capitalization(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Write a proper noun or "I" small, or a common word with a capital."""
    names = [i for i, p in enumerate(pieces) if p.open and (p.text in lexicon.PROPER or p.text == "I")]
    place = pick(rng, names)
    if place is not None:
        return put(pieces, place, pieces[place].lower)
    if rng.random() < 0.3:
        small = find(pieces, lambda word: len(word) <= 4)
        place = pick(rng, [i for i in small if i and pieces[i].text.islower()])
        return None if place is None else put(pieces, place, pieces[place].text.capitalize())
    starts = [
        i
        for i, p in enumerate(pieces)
        if p.open and i >= 2 and pieces[i - 2].text in (".", "?", "!") and p.text != "I"
    ]
    place = pick(rng, starts)
    return None if place is None else put(pieces, place, pieces[place].lower)


def small_opening(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Begin the sentence with a small letter."""
    first = pieces[0] if pieces else None
    if first is None or not first.open or not first.text.istitle() or first.text in lexicon.PROPER:
        return None
    return put(pieces, 0, first.lower)
