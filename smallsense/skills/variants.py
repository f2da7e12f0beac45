"""Spelling variants: which words are the same, written as in another country.

The table is condensed from VarCon by `tools/variants.py`; its notice is in `variants.license.txt`.
"""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from smallsense.text.english import Variant

_LETTERS: Mapping[Variant, str] = {"us": "U", "uk": "K", "ca": "C", "au": "A"}


@cache
def _table() -> Mapping[str, tuple[Mapping[str, str], ...]]:
    """For each word in lower case: its spellings, each with the letters of the countries that use it."""
    packed = files("smallsense.skills").joinpath("variants.txt.xz").read_bytes()
    table: dict[str, tuple[Mapping[str, str], ...]] = defaultdict(tuple)
    for line in lzma.decompress(packed).decode().splitlines():
        entries = (entry.partition(":") for entry in line.casefold().split(" "))
        spellings = {word: countries for countries, _, word in entries}
        for word in spellings:
            table[word] += (spellings,)
    return dict(table)


def is_variant(old: str, new: str) -> bool:
    """Whether two different words are one word in two spellings."""
    old, new = _folded(old), _folded(new)
    return old != new and any(new in spellings for spellings in _table().get(old, ()))


def belongs(word: str, variant: Variant) -> bool:
    """Whether a word is spelled as people do there; a word that is spelled alike everywhere is."""
    if variant == "as-is":
        return True
    folded = _folded(word)
    letter = _LETTERS[variant].casefold()
    known = _table().get(folded, ())
    return not known or any(letter in spellings[folded] for spellings in known)


def is_unwanted(old: str, new: str, variant: Variant) -> bool:
    """Whether replacing `old` by `new` only moves a word to another country, and not to the wanted one."""
    if not is_variant(old, new):
        return False
    return variant == "as-is" or belongs(old, variant) or not belongs(new, variant)


def _folded(word: str) -> str:
    return word.casefold().removesuffix("'s").removesuffix("’s")
