"""Pairs as token files, and token files as packed rows to train on."""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from smallsense.training.pairs import Pair

if TYPE_CHECKING:
    from smallsense.training.tokens import Tokenizer


SOURCE, COPIED, EDITED = 0, 1, 2
"""What a token is: part of the source, copied into the target, or where the target departs."""


def mark_target(source: Sequence[int], target: Sequence[int]) -> list[int]:
    """Mark each target token as copied or edited; after a deletion, the token that skips ahead is edited."""
    marks = [COPIED] * len(target)
    matcher = difflib.SequenceMatcher(None, source, target, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        for place in range(start, max(end, min(start + 1, len(target)))):
            marks[place] = EDITED
    return marks


@dataclass(frozen=True, slots=True)
class Tokens:
    """Many texts end to end: `ids` and `marks` side by side, text i from `starts[i]` to `starts[i + 1]`.

    A text may branch: tokens of branch 0 are the trunk, those of another branch see the trunk and their own.
    """

    ids: npt.NDArray[np.uint16]
    marks: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    branches: npt.NDArray[np.uint16] | None = None

    def __len__(self) -> int:
        return len(self.starts) - 1

    def save(self, path: Path) -> None:
        """Write to an .npz file."""
        arrays = {"ids": self.ids, "marks": self.marks, "starts": self.starts}
        if self.branches is not None:
            arrays["branches"] = self.branches
        np.savez(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Tokens:
        """Read from an .npz file."""
        with np.load(path) as file:
            branches = file.get("branches")
            return cls(file["ids"], file["marks"], file["starts"], branches)


def tokenize(pairs: Sequence[Pair], tokenizer: Tokenizer, longest: int) -> Tokens:
    """Lay out pairs as `source <file_sep> target <|endoftext|>`; leave out those over `longest` tokens."""
    sources = tokenizer.encode([pair.source for pair in pairs])
    targets = tokenizer.encode([pair.target for pair in pairs])
    ids, marks, starts = [], [], [0]
    for source, target in zip(sources, targets, strict=True):
        ended = [*target, tokenizer.end]
        if len(source) + 1 + len(ended) > longest:
            continue
        ids += [*source, tokenizer.separator, *ended]
        marks += [SOURCE] * (len(source) + 1) + mark_target([*source, tokenizer.end], ended)
        starts.append(len(ids))
    return Tokens(np.array(ids, np.uint16), np.array(marks, np.uint8), np.array(starts, np.int64))


@dataclass(frozen=True, slots=True)
class Batch:
    """Packed rows [rows, tokens]: token ids, positions, number of the text, marks, number of the branch.

    Positions count from the start of the text; every branch goes on where the trunk ends.
    """

    ids: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]
    texts: npt.NDArray[np.int64]
    marks: npt.NDArray[np.int64]
    branches: npt.NDArray[np.int64]


def batches(tokens: Tokens, rows: int, length: int, rng: random.Random) -> Iterator[Batch]:
    """Endless batches of `rows` rows of `length` tokens, texts shuffled anew on every round.

    Texts are packed whole, each into the fullest row that still has room for it.
    """
    while True:
        order = list(range(len(tokens)))
        rng.shuffle(order)
        window = max(rows * length // 2, 64)
        for start in range(0, len(order), window):
            yield from _pack(tokens, order[start : start + window], rows, length)


def _pack(tokens: Tokens, order: list[int], rows: int, length: int) -> Iterator[Batch]:
    sizes = tokens.starts[1:] - tokens.starts[:-1]
    bins: list[list[int]] = []
    free: list[int] = []
    for text in sorted(order, key=lambda i: -sizes[i]):
        size = int(sizes[text])
        fitting = [i for i, room in enumerate(free) if room >= size]
        if fitting:
            best = min(fitting, key=free.__getitem__)
            bins[best].append(text)
            free[best] -= size
        else:
            bins.append([text])
            free.append(length - size)
    # Rows that stayed emptiest hold the leftovers; interleave so that every batch has its share of each kind.
    count = len(bins) // rows
    for number in range(count):
        yield _batch(tokens, bins[number::count][:rows], length)


def _batch(tokens: Tokens, packed: list[list[int]], length: int) -> Batch:
    shape = (len(packed), length)
    ids, positions = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    texts, marks = np.full(shape, -1, np.int64), np.zeros(shape, np.int64)
    branches = np.zeros(shape, np.int64)
    for row, members in enumerate(packed):
        at = 0
        for number, text in enumerate(members):
            start, end = int(tokens.starts[text]), int(tokens.starts[text + 1])
            part = slice(at, at + end - start)
            ids[row, part] = tokens.ids[start:end]
            marks[row, part] = tokens.marks[start:end]
            if tokens.branches is not None:
                branches[row, part] = tokens.branches[start:end]
            positions[row, part] = _positions(branches[row, part])
            texts[row, part] = number
            at += end - start
    return Batch(ids, positions, texts, marks, branches)


def _positions(branches: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The position of each token of one text, given the branch of each (trunk first, then one by one)."""
    places = np.arange(len(branches))
    trunk = int((branches == 0).sum())
    begins = np.flatnonzero(np.diff(branches, prepend=0))
    ends = np.append(begins, len(branches))[1:]
    for begin, end in zip(begins, ends, strict=True):
        places[begin:end] += trunk - begin
    return places
