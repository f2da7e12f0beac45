"""What an engine is: something that answers questions, in order of priority, until told to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, runtime_checkable

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.questions import Answer, Question


class Priority(IntEnum):
    """Who is served first: the smaller number. Typing always wins."""

    COMPLETION = 0
    ACTION = 1
    DIAGNOSTIC = 2
    BACKGROUND = 3


class EngineError(Exception):
    """The engine cannot answer; the message says why and what the user can do about it."""


class Cancelled(Exception):
    """The asker lost interest; there is no answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """Questions for one model, asked together.

    `model` is the name of a skill in the catalog. `cancel`, once set, makes the engine give up, even in the
    middle of a pass of the model, and raise `Cancelled`.
    """

    model: str
    questions: tuple[Question, ...]
    priority: Priority = Priority.BACKGROUND
    cancel: Cancellation | None = None

    def raise_if_cancelled(self) -> None:
        """Do nothing, or else raise `Cancelled`."""
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled

    def told(self, listener: Callable[[], None]) -> AbstractContextManager[None]:
        """See `Cancellation.told`. A request that cannot be cancelled tells nothing."""
        return self.cancel.told(listener) if self.cancel is not None else nullcontext()


@dataclass(frozen=True, slots=True)
class Vitals:
    """How an engine fares: `threads` in use now, and the tokens that were `read`, or `reused` instead."""

    threads: int
    read: int
    reused: int


class Engine(Protocol):
    """Answers requests. Every method may be called from any thread; `answer` blocks its caller."""

    def answer(self, request: Request) -> Sequence[Answer]:
        """Return one answer per question, in order.

        Raises:
            EngineError: weights missing or broken, model unknown, or the engine failed.
            Cancelled: `request.cancel` was set before the answer was ready.
        """
        ...

    def close(self) -> None:
        """Free the model's memory. A closed engine loads again when asked again."""
        ...


@runtime_checkable
class Observed(Protocol):
    """An engine that tells how it fares."""

    def vitals(self) -> Vitals:
        """Return how it fares at this moment."""
        ...
