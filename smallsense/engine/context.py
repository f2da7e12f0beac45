"""A context: one model's working memory, as the three ways of answering see it.

The protocol keeps `revise`, `choose` and `generate` free of any inference library, so that they can be tested
against a toy model.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]


class Cell(NamedTuple):
    """One token to read: at `position` of `sequence`; `wanted` asks for the logits of what follows it."""

    token: int
    position: int
    sequence: int
    wanted: bool


class Context(Protocol):
    """The working memory of one model with its adapter.

    `capacity` cells are shared by `sequences` sequences; one `decode` takes at most `batch` cells, of
    which at most `outputs` may be wanted; `chunk` of them at a time are the cheapest. `ends` are the tokens
    that end a text, `end` the one training used. `reused` counts the tokens of prompts that did not have to
    be read again.
    """

    capacity: int
    sequences: int
    batch: int
    outputs: int
    chunk: int
    end: int
    ends: frozenset[int]
    separator: int
    reused: int

    def tokenize(self, text: str) -> list[int]:
        """Tokens of `text`; whatever looks like a special token in it is read as plain text."""
        ...

    def piece(self, token: int) -> bytes:
        """The UTF-8 bytes of a token: possibly a part of a character; special tokens have none."""
        ...

    def decode(self, cells: Sequence[Cell]) -> Logits:
        """Read `cells` in one pass and return the wanted logits, shape (wanted cells, vocabulary).

        The array is the library's own memory: it is valid until the next call.

        Raises:
            Interrupted: the pass was broken off, and the context is as before. Call `stop` and try again.
        """
        ...

    def share_threads(self, contexts: int) -> None:
        """Tell how many contexts have passes at the same time, this one too: they share the threads."""
        ...

    def forget(self, sequence: int, start: int = 0) -> None:
        """Drop the cells of `sequence` from position `start` on."""
        ...

    def share(self, source: int, target: int) -> None:
        """Let `target` begin with all that `source` has read, without reading it again."""
        ...


Stop = Callable[[], None]
"""Called between two passes of the model, and after one that was broken off; raises `Cancelled` when the
answer is no longer wanted."""

FEWEST = 8
"""A pass over fewer cells is hardly shorter."""


def fewer(cells: int) -> int:
    """How many cells to read at a time after a pass over so many was broken off.

    Half as many: so every request gets on, however often others go first.
    """
    return max(cells // 2, FEWEST)


def decode_steadily(context: Context, cells: Sequence[Cell]) -> Logits:
    """As `Context.decode`, with the rounding of a pass over several cells even when there is but one.

    A single cell takes other kernels, whose rounding differs enough to turn a close call. With a second one
    beside it, in the last sequence, an answer does not depend on where a draft happened to end.
    """
    if len(cells) > 1:
        return context.decode(cells)
    spare = context.sequences - 1
    try:
        return context.decode([*cells, Cell(cells[0].token, 0, spare, False)])
    finally:
        context.forget(spare)


def parts(cells: Sequence[Cell], most: int, outputs: int) -> Iterator[Sequence[Cell]]:
    """`cells` in order, cut into parts of at most `most`, of which at most `outputs` are wanted."""
    begin = wanted = 0
    for index, cell in enumerate(cells):
        if index - begin == most or wanted + cell.wanted > outputs:
            yield cells[begin:index]
            begin, wanted = index, 0
        wanted += cell.wanted
    yield cells[begin:]


Passes = Generator[list[Cell], Logits | None, None]
"""Passes to make, one after the other: each is sent what it gives, or None if it was broken off."""


def in_chunks(context: Context, cells: Sequence[Cell]) -> Generator[list[Cell], Logits | None, Logits]:
    """The passes that read `cells`, however many there are; returns the logits of all wanted ones.

    Only for sequences that nobody else may take cells from between two passes.
    """
    rows: list[Logits] = []
    at, most = 0, context.batch
    while True:
        part = [*cells[at:]]
        if len(part) > most:
            part = part[: min(most, context.chunk)]
        logits = yield part
        if logits is None:
            most = min(most, fewer(len(part)))
            continue
        at += len(part)
        if len(part) == len(cells):
            return logits
        rows.append(logits.copy())  # the next chunk overwrites it
        if at == len(cells):
            return np.concatenate(rows)


def log_probability(row: Logits, token: int) -> float:
    """Natural logarithm of the probability that `row` (vocabulary) gives `token`."""
    peak = float(row.max())
    return float(row[token]) - peak - float(np.log(np.exp(row - peak).sum()))
