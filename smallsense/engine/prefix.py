"""Prefix reuse: what a sequence has read stays read while the next prompt begins alike."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from smallsense.engine.context import Cell, Context, Stop, fewer
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
    # The last token is always read again: its logits are wanted.
    kept = min(common_prefix(resident, tokens), len(tokens) - 1)
    context.forget(TRUNK, kept)
    del resident[kept:]
    context.reused += kept
    size = context.chunk
    while True:
        stop()
        at = len(resident)
        left = len(tokens) - at
        # A single token would be rounded differently: none is left over, whatever the size of the parts.
        part = tokens[at : at + (size - 1 if left == size + 1 else size)]
        last = at + len(part) == len(tokens)
        cells = [Cell(t, at + i, TRUNK, last and i == len(part) - 1) for i, t in enumerate(part)]
        try:
            logits = context.decode(cells)
        except Interrupted:
            size = fewer(len(part))
            continue
        resident += part
        if last:
            return logits[0].copy()
