"""Whose turn it is: one pass of a model at a time, the most urgent request first.

A request that is under way gives way between two passes when a more urgent one for another model waits, so
that a completion never waits for a whole document's worth of grammar. Requests for the same model share its
working memory, and so wait for each other.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from smallsense.engine.engine import Cancelled, Request

POLL_SECONDS = 0.02
"""How often a waiting request looks whether it was cancelled."""


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
    """Gives turns. Safe to use from any thread."""

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
        """Called by the holder between two passes: let more urgent requests go first.

        Raises:
            Cancelled: when the request was cancelled.
        """
        _raise_if_cancelled(turn)
        # Reading the list without the lock may miss a newcomer: it is seen at the next pass.
        if not any(other.request.priority < turn.request.priority for other in self._waiting):
            return
        with self._changed:
            self._running = None
            self._changed.notify_all()
            self._wait(turn)

    def _wait(self, turn: Turn) -> None:
        self._waiting.append(turn)
        try:
            while self._running is not None or self._next() is not turn:
                self._changed.wait(POLL_SECONDS)
                _raise_if_cancelled(turn)
        finally:
            self._waiting.remove(turn)
            self._changed.notify_all()
        _raise_if_cancelled(turn)
        turn.holds = True
        self._running = turn

    def _next(self) -> Turn:
        """The most urgent turn that waits and whose model is not in use by another."""
        held = {turn.request.model for turn in self._waiting if turn.holds}
        free = [turn for turn in self._waiting if turn.holds or turn.request.model not in held]
        return min(free, key=lambda turn: turn.rank)


def _raise_if_cancelled(turn: Turn) -> None:
    if turn.request.cancel is not None and turn.request.cancel.is_set():
        raise Cancelled
