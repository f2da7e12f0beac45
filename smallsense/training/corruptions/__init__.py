"""Synthetic errors: each corruption is a pure function of a sentence's pieces and a random source.

A sentence is cut into pieces; code spans, URLs, paths, identifiers and numbers are pieces nobody touches. A
corruption returns new pieces, with what it wrote marked as touched so that no second one hits it, or None
where it does not apply.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

from smallsense.training.corruptions import arrangement, derivation, inflection, learner, spelling
from smallsense.training.corruptions.pieces import Corruption, cut, join
from smallsense.training.corruptions.spelling import Lexicon


def corruptions(lexicon_: Lexicon) -> Mapping[str, Corruption]:
    """Every corruption by the name that recipes weight it with."""
    return MappingProxyType(
        {
            "misspell": spelling.misspell(lexicon_),
            "mistype": spelling.mistype(lexicon_),
            "confuse": spelling.confuse,
            "homophone": spelling.confuse_homophones,
            "article": inflection.article,
            "agreement": inflection.agreement,
            "verb_form": inflection.verb_form,
            "noun_number": inflection.noun_number,
            "preposition": inflection.preposition,
            "missing_word": arrangement.missing_word,
            "doubled_word": arrangement.doubled_word,
            "extra_word": arrangement.extra_word,
            "word_order": arrangement.word_order,
            "spacing": arrangement.spacing,
            "punctuation": arrangement.punctuation,
            "capitalization": arrangement.capitalization,
            "small_opening": arrangement.small_opening,
            "should_of": spelling.should_of,
            "derivation": derivation.derivation(lexicon_),
            "relative": derivation.relative(lexicon_.misspellings),
            "misheard": spelling.misheard(lexicon_),
            "any_form": learner.any_form(lexicon_),
            "lookalike": learner.lookalike(lexicon_),
            "learned": learner.mistake,
            "comparative": learner.comparative,
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
