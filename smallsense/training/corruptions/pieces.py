"""A sentence in pieces, and the few moves that every corruption is made of."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

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


VOWELS = "aeiou"


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


def like(pattern: str, word: str) -> str:
    """`word` with the initial case of `pattern`."""
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word


def find(pieces: Pieces, wanted: Callable[[str], bool]) -> list[int]:
    """Indexes of the open words that are `wanted`, asked in lower case."""
    return [i for i, piece in enumerate(pieces) if piece.open and wanted(piece.lower)]


def put(pieces: Pieces, place: int, text: str, count: int = 1) -> Pieces:
    """Write `text` over `count` pieces from `place` on, touched."""
    return (*pieces[:place], Piece(text, False), *pieces[place + count :])


def swap_word(pieces: Pieces, place: int, word: str) -> Pieces:
    """Write `word` for the one at `place`, with its initial case."""
    return put(pieces, place, like(pieces[place].text, word))


def next_word(pieces: Pieces, place: int) -> int | None:
    """Index of the open word right after `place`, one space between."""
    if place + 2 < len(pieces) and pieces[place + 1].text == " " and pieces[place + 2].open:
        return place + 2
    return None


def previous(pieces: Pieces, place: int) -> str:
    """The word before `place` in lower case, or nothing."""
    return pieces[place - 2].lower if place >= 2 and pieces[place - 1].text == " " else ""


def pick(rng: random.Random, places: list[int]) -> int | None:
    """One of `places`, if there are any."""
    return rng.choice(places) if places else None


def drop(pieces: Pieces, place: int) -> Pieces | None:
    """Leave out a word and a space; what moves to the front of the sentence takes its capital."""
    if place + 2 < len(pieces) and pieces[place + 1].text == " ":
        follower = pieces[place + 2]
        if place == 0 and follower.open:
            follower = replace(follower, text=like(pieces[0].text, follower.text))
        return (*pieces[:place], follower, *pieces[place + 3 :])
    return None


def from_table(table: Mapping[str, tuple[str, ...]]) -> Corruption:
    """Make a corruption that writes one of the wrong words that `table` has for a right one."""

    def corrupt(pieces: Pieces, rng: random.Random) -> Pieces | None:
        place = pick(rng, find(pieces, table.__contains__))
        return None if place is None else swap_word(pieces, place, rng.choice(table[pieces[place].lower]))

    return corrupt


def grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Right words with all the wrong ones that `pairs` (right, wrong) give them."""
    table: dict[str, tuple[str, ...]] = {}
    for right, wrong in pairs:
        if wrong not in table.get(right, ()):
            table[right] = (*table.get(right, ()), wrong)
    return MappingProxyType(table)
