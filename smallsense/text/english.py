"""Whether a sentence is English prose at all: only then is it worth a model's time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from smallsense.text.words import words

Variant = Literal["as-is", "us", "uk", "ca", "au"]
"""Whose spelling is wanted; `as-is` leaves the spelling of any country alone."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FEWEST_WORDS = 2
_LEAST_LATIN = 0.9

# Words that no English sentence needs and hardly a sentence of their language does without.
_FOREIGN = words(
    "der das und ist nicht ein eine einen für mit auf dem wird werden sich auch oder zum zur"
    " le les des est une dans que qui sur avec sont cette pas du au aux"
    " el los las una por para con es del como más está"
    " il che di non per sono della gli nel questo è"
    " het een van niet voor wordt deze naar"
    " não uma com são os ao pelo isso"
    " och att är inte som och det jest nie się na że"
)
_ENGLISH = words(
    "the a an of to in is are and or for with that this it you we if when not be as on by from can will use"
    " has have which at no all any"
)


def is_english_prose(text: str, protected: Sequence[tuple[int, int]]) -> bool:
    """Whether `text` has at least two words outside its protected ranges, in Latin letters, and does not look
    like another language that is written in them."""
    found: list[str] = []
    at = 0
    for start, end in [*protected, (len(text), len(text))]:
        found += _WORD.findall(text, at, start)
        at = end
    if len(found) < _FEWEST_WORDS:
        return False
    letters = "".join(found)
    # Latin letters with all their accents end at U+024F; the Vietnamese ones stand apart.
    latin = sum(each < "\u0250" or "\u1e00" <= each < "\u1f00" for each in letters)
    if latin < _LEAST_LATIN * len(letters):
        return False
    folded = [word.lower() for word in found]
    foreign = sum(word in _FOREIGN for word in folded)
    return foreign < 2 or foreign <= sum(word in _ENGLISH for word in folded)
