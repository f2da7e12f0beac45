"""Prefix reuse: what a sequence has read stays read while the next prompt begins alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from smallsense.engine.context import Cell, Context, Logits, Stop, decode_steadily, fewer, parts
from smallsense.engine.interrupt import Interrupted
from smallsense.text.common_prefix import common_prefix

TRUNK = 0
"""The sequence that keeps the last prompt."""


def read_prefix(
    context: Context, resident: list[int], tokens: list[int], stop: Stop
) -> npt.NDArray[np.float32]:
    """Bring the trunk to hold exactly `tokens`; return the logits, shape (vocabulary,), of what follows them.

    `resident` are the tokens the trunk holds, kept up to date in place; only what differs is read, in passes
    of at most `context.chunk` tokens. Whenever `stop` is called, the trunk may lose some of its end to others
    and `resident` with it: that is read once more.

    Raises:
        ValueError: when there is no token at all.
        Cancelled: from `stop`; what was read so far stays read.
    """
    if not tokens:
        raise ValueError("a prompt needs at least one token")
    rows: list[npt.NDArray[np.float32]] = []

    def hear(_: int, row: Logits) -> None:
        rows.append(row.copy())

    # A token that is written after others is read alone, as fast as can be.
    read_trunk(context, resident, tokens, [len(tokens) - 1], hear, stop, steadily=False)
    return rows[-1]


def read_trunk(
    context: Context,
    resident: list[int],
    tokens: list[int],
    wanted: Sequence[int],
    hear: Callable[[int, Logits], None],
    stop: Stop,
    *,
    steadily: bool = True,
) -> None:
    """Bring the trunk to hold exactly `tokens`; let `hear` have what follows the `wanted` positions.

    It gets each position, in ascending order, and the logits, shape (vocabulary,), which are valid until it
    returns. Of `resident` and `stop` see `read_prefix`. A token left over is rounded as others are, if it is
    read `steadily`.
    """
    todo = list(wanted)
    # What is wanted has to be read again even if it is there.
    kept = min(common_prefix(resident, tokens), *todo[:1], len(tokens))
    context.forget(TRUNK, kept)
    del resident[kept:]
    context.reused += kept
    size = context.chunk
    while len(resident) < len(tokens):
        stop()
        at = len(resident)
        left = len(tokens) - at
        # A single token would be rounded differently: none is left over, whatever the size of the parts.
        part = tokens[at : at + (size - 1 if left == size + 1 else size)]
        cells = [Cell(token, at + i, TRUNK, at + i in todo) for i, token in enumerate(part)]
        cells = next(parts(cells, size, context.outputs))
        try:
            logits = decode_steadily(context, cells) if steadily else context.decode(cells)
        except Interrupted:
            size = fewer(len(cells))
            continue
        resident += part[: len(cells)]
        for row in logits:
            hear(todo.pop(0), row)
