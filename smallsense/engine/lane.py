"""Several skills in one context: each has a lane of its own, and they lend each other the cells.

A context costs far more memory than the tokens that a skill keeps in it between two questions. So skills
share one: what a lane has read stays there until another needs the room, and then only as much of its end as
is needed is given up, that of the lane used longest ago first.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from smallsense.engine.context import Cell, Context, Logits
from smallsense.engine.engine import EngineError
from smallsense.engine.interrupt import Interrupted
from smallsense.engine.prefix import TRUNK


class AdaptableContext(Context, Protocol):
    """A context whose adapter may be exchanged between two passes."""

    def adapt(self, adapter: Path | None) -> None:
        """Read with this adapter from now on, or with none.

        Raises:
            EngineError: the adapter cannot be loaded.
        """
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


class CellPool:
    """A context and the lanes in it. Not safe for two threads at once; lanes may take turns at every pass.

    `trunks` lanes at a time keep what they have read; the sequences beyond are lent to whoever has its turn.
    """

    def __init__(self, context: AdaptableContext, trunks: int = 1) -> None:
        self.context = context
        self._free = list(range(trunks))
        self.branches = context.sequences - trunks
        self._trunks = trunks
        # The one used last stands last.
        self._lanes: list[Lane] = []

    def lane(self, adapter: Path | None = None) -> Lane:
        """Return a new lane that reads with `adapter`."""
        lane = Lane(self, adapter)
        self._lanes.append(lane)
        return lane

    def admit(self, lane: Lane, cells: int) -> None:
        """Make the context ready for `lane` to read so many cells; others may lose what they have read."""
        self._lanes.remove(lane)
        self._lanes.append(lane)
        if lane.trunk is None:
            if not self._free:
                self._evict(next(other for other in self._lanes if other.trunk is not None))
            lane.trunk = self._free.pop()
        missing = cells - self.context.capacity + sum(one.held for one in self._lanes)
        for other in self._lanes[:-1]:
            if missing <= 0:
                break
            missing -= other.give_up(missing)
        self.context.adapt(lane.adapter)

    def branch(self, number: int) -> int:
        """The sequence of the context that the branch `number` (from 1 up) of every lane is."""
        return self._trunks + number - 1

    def clear(self) -> None:
        """Forget everything, after a failure that leaves unknown what the context holds."""
        for lane in self._lanes:
            self._evict(lane)

    def close(self) -> None:
        """Free the memory. Lanes are of no use any more."""
        self.context.close()

    def _evict(self, lane: Lane) -> None:
        if lane.trunk is not None:
            for sequence in range(lane.sequences):
                lane.forget(sequence)
            lane.resident.clear()
            self._free.append(lane.trunk)
            lane.trunk = None


class Lane:
    """One skill's part of a context, itself a context: see there.

    `resident` are the tokens its trunk still holds: between two passes it may have become shorter. `trunk` is
    the sequence they are in, None while there are none. `read` counts the cells read so far.
    """

    def __init__(self, pool: CellPool, adapter: Path | None) -> None:
        context = pool.context
        self.capacity, self.batch, self.outputs = context.capacity, context.batch, context.outputs
        self.chunk = context.chunk
        self.sequences = 1 + pool.branches
        self.separator, self.end, self.ends = context.separator, context.end, context.ends
        self.read = self.reused = 0
        self.adapter = adapter
        self.trunk: int | None = None
        self.resident: list[int] = []
        self._pool = pool
        self._ends = [0] * self.sequences
        """How many cells of its own each sequence holds."""

    @property
    def held(self) -> int:
        """Cells in use."""
        return sum(self._ends)

    def tokenize(self, text: str) -> list[int]:
        """See `Context.tokenize`."""
        return self._pool.context.tokenize(text)

    def piece(self, token: int) -> bytes:
        """See `Context.piece`."""
        return self._pool.context.piece(token)

    def decode(self, cells: Sequence[Cell]) -> Logits:
        """See `Context.decode`."""
        self._pool.admit(self, len(cells))
        held = list(self._ends)
        for cell in cells:
            self._ends[cell.sequence] += 1
        try:
            logits = self._pool.context.decode(
                [cell._replace(sequence=self._sequence(cell.sequence)) for cell in cells]
            )
        except Interrupted:
            self._ends = held
            raise
        except EngineError:
            self._pool.clear()
            raise
        self.read += len(cells)
        return logits

    def share_threads(self, contexts: int) -> None:
        """See `Context.share_threads`."""
        self._pool.context.share_threads(contexts)

    def forget(self, sequence: int, start: int = 0) -> None:
        """See `Context.forget`."""
        if self.trunk is None:
            return
        self._pool.context.forget(self._sequence(sequence), start)
        # A branch may begin with cells of the trunk: then it counts as longer than it is, which does no harm.
        self._ends[sequence] = min(self._ends[sequence], start)

    def share(self, source: int, target: int) -> None:
        """See `Context.share`."""
        self._pool.context.share(self._sequence(source), self._sequence(target))

    def give_up(self, cells: int) -> int:
        """Forget so many tokens at the end of the trunk, or as many as there are; return how many."""
        given = min(cells, self._ends[TRUNK])
        self.forget(TRUNK, self._ends[TRUNK] - given)
        del self.resident[self._ends[TRUNK] :]
        return given

    def _sequence(self, own: int) -> int:
        if own != TRUNK:
            return self._pool.branch(own)
        assert self.trunk is not None, "nothing was read"
        return self.trunk
