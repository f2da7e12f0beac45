"""The vocabulary: which words there are, how common each is, and whether it is one of everyday talk.

It is what `tools/vocabulary.py` counted in permissively licensed documentation and public-domain books, and
what known misspellings stand for; `tools/terms.py` found the words that names in code are made of.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from smallsense.skills.sorted_lines import SortedLines

REGISTER = 2
"""So many units of a word's register make one nat."""

COMMON = 7
"""How common the words are that everybody knows: one in some 50,000."""

_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)*")


def unpacked(name: str) -> bytes:
    """What a packed file beside this module holds."""
    return lzma.decompress(files(__package__ or __name__).joinpath(name).read_bytes())


@cache
def _vocabulary() -> SortedLines:
    """Words, in lower case, each with how common it is and its register."""
    return SortedLines(unpacked("vocabulary.csv.xz"))


@cache
def _terms() -> SortedLines:
    """Words, in lower case, that names in code are made of and prose hardly has."""
    return SortedLines(unpacked("terms.txt.xz"))


def is_known(word: str) -> bool:
    """Whether `word`, in lower case, is in the vocabulary as it stands."""
    return word.encode("utf-8", "replace") in _vocabulary()


def is_word(word: str) -> bool:
    """Whether `word`, or what it is the genitive of, is in the vocabulary."""
    return is_known(word.casefold().replace("’", "'").removesuffix("'s"))


def is_term(word: str) -> bool:
    """Whether several programs have names with this `word`, though it is not in the vocabulary."""
    return word.casefold().encode("utf-8", "replace") in _terms()


def is_english(text: str, protected: Sequence[tuple[int, int]]) -> bool:
    """Whether at least half of the words outside the `protected` ranges are in the vocabulary.

    Of a text in another language few are, nor of a list of names. No words at all are no other language.
    """
    found = _words(text, protected)
    return 2 * sum(map(is_word, found)) >= len(found)


def commonness(word: str) -> int:
    """How common a word is: with each unit twice as much. 0 for what is not in the vocabulary."""
    return _figures(word)[0]


def is_everyday(word: str) -> bool:
    """Whether a word is common, and nearly as common in everyday text as in technical, or more."""
    common, register = _figures(word)
    return common >= COMMON and register >= -REGISTER


def everyday(text: str, protected: Sequence[tuple[int, int]]) -> float:
    """By how many nats the words outside the `protected` ranges are likelier in everyday text.

    Than in technical text, that is: of which they are where this is negative.
    """
    return sum(_figures(word)[1] for word in _words(text, protected)) / REGISTER


def _figures(word: str) -> tuple[int, int]:
    listed = _vocabulary().get(word.casefold().encode("utf-8", "replace"))
    if not listed:
        return 0, 0
    common, register = listed.split(b",")
    return int(common), int(register)


def _words(text: str, protected: Sequence[tuple[int, int]]) -> list[str]:
    found: list[str] = []
    at = 0
    for start, end in (*protected, (len(text), len(text))):
        found += _WORD.findall(text, at, start)
        at = end
    return found
