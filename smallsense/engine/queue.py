"""Whose turn it is: passes of one request at a time, the most urgent first.

A request that is under way gives way when a more urgent one for another model comes, in the middle of its
passes, which are made again later: so a completion never waits for a whole document's worth of grammar.
Requests for the same model share its working memory, and so wait for each other.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from smallsense.engine.engine import Request
from smallsense.engine.interrupt import Interrupt


@dataclass(eq=False, slots=True)
class Turn:
    """One request's place in the queue. `holds` says that it has begun and its model's memory is in use."""

    request: Request
    order: int
    holds: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts the most urgent, then the oldest, first."""
        return (self.request.priority, self.order)


@dataclass(eq=False)
class Queue:
    """Gives turns. Safe to use from any thread.

    `interrupt` breaks off the passes of whoever has the turn, when it is to give way or was cancelled.
    """

    interrupt: Interrupt = field(default_factory=Interrupt)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _waiting: list[Turn] = field(default_factory=list)
    _running: Turn | None = None
    _orders: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def turn(self, request: Request) -> Iterator[Turn]:
        """Wait for the request's turn, and hold it for the body.

        Raises:
            Cancelled: when the request is cancelled while it waits.
        """
        turn = Turn(request, next(self._orders))
        with request.told(lambda: self._cancel(turn)):
            with self._changed:
                self._wait(turn)
            try:
                yield turn
            finally:
                with self._changed:
                    turn.holds = False
                    if self._running is turn:
                        self._running = None
                    self._changed.notify_all()

    def give_way(self, turn: Turn) -> None:
        """Called by the holder between two passes, and after one that was broken off: let others go first.

        Raises:
            Cancelled: when the request was cancelled.
        """
        turn.request.raise_if_cancelled()
        if not self.interrupt.is_set():
            return
        with self._changed:
            self._running = None
            self._changed.notify_all()
            self._wait(turn)

    def _cancel(self, turn: Turn) -> None:
        with self._changed:
            if self._running is turn:
                self.interrupt.set()
            self._changed.notify_all()

    def _wait(self, turn: Turn) -> None:
        self._waiting.append(turn)
        try:
            if self._running is not None and self._overtakes(turn, self._running):
                self.interrupt.set()
            while self._running is not None or self._next() is not turn:
                turn.request.raise_if_cancelled()
                self._changed.wait()
        finally:
            self._waiting.remove(turn)
            self._changed.notify_all()
        turn.request.raise_if_cancelled()
        turn.holds = True
        self._running = turn
        self.interrupt.clear()

    def _overtakes(self, turn: Turn, running: Turn) -> bool:
        """Whether `running` would give way to `turn`."""
        return turn.request.priority < running.request.priority and self._is_free(turn, running)

    def _next(self) -> Turn:
        """The most urgent turn that waits and whose model is not in use by another."""
        return min(filter(self._is_free, self._waiting), key=lambda turn: turn.rank)

    def _is_free(self, turn: Turn, running: Turn | None = None) -> bool:
        """Whether its model is not in use by another that waits, or by `running`."""
        if turn.holds:
            return True
        began = (other for other in (*self._waiting, running) if other is not None and other.holds)
        return turn.request.model not in {other.request.model for other in began}
