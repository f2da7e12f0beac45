"""Words taken for their relatives: the adjective for the adverb, the verb for the noun."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from smallsense.training.corruptions.pieces import Corruption, Pieces, find, from_table, pick, put
from smallsense.training.corruptions.spelling import Lexicon

_ENDINGS = (
    *("ation", "ition", "sion", "tion", "ion", "ment", "ness", "ity", "ty", "ance", "ence", "ancy", "ency"),
    *("ant", "ent", "ful", "ous", "ious", "ive", "ative", "able", "ible", "ial", "al", "ical", "ic"),
    *("ize", "ify", "ate", "er", "or", "ist", "ism", "th", "e", "y", ""),
)
"""What a word may end in beside its stem; the longest one counts."""

_SHORTEST_STEM = 4


def derivation(lexicon_: Lexicon) -> Corruption:
    """Take the adjective for the adverb or the other way round, or a double comparative."""

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        if rng.random() < 0.2:
            place = pick(
                rng,
                find(pieces, ("better", "easier", "faster", "larger", "smaller", "worse").__contains__),
            )
            return None if place is None else put(pieces, place, "more " + pieces[place].lower)
        places = find(pieces, lambda w: len(w) > 5 and w.endswith("ly") and w[:-2] in lexicon_.words)
        place = pick(rng, places)
        if place is not None and rng.random() < 0.7:
            return put(pieces, place, pieces[place].text[:-2])
        places = find(pieces, lambda w: w.endswith(("al", "ful", "ous", "ent", "ant", "ive")) and len(w) > 5)
        place = pick(rng, [i for i in places if pieces[i].lower + "ly" in lexicon_.words])
        return None if place is None else put(pieces, place, pieces[place].text + "ly")

    return corrupt


def relative(words: Iterable[str]) -> Corruption:
    """Take another word of the same family: "success" for "successful", "develop" for "development"."""
    return from_table(_families(words))


def _families(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Words with the others of the same stem; large families only begin alike and are left out."""
    endings = sorted(_ENDINGS, key=len, reverse=True)
    stems: dict[str, list[str]] = {}
    for word in sorted(words):
        ending = next(
            e for e in endings if (word.endswith(e) and len(word) - len(e) >= _SHORTEST_STEM) or not e
        )
        if word.isalpha() and len(word) - len(ending) >= _SHORTEST_STEM:
            stems.setdefault(word.removesuffix(ending), []).append(word)
    return {
        word: tuple(other for other in family if other != word)
        for family in stems.values()
        if 1 < len(family) <= 6
        for word in family
    }
