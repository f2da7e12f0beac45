"""The engine in this process: one base model in memory, one context per skill."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from smallsense.engine.catalog import Catalog
from smallsense.engine.choose import choose
from smallsense.engine.context import Stop
from smallsense.engine.engine import Cancelled, Priority, Request
from smallsense.engine.generate import generate
from smallsense.engine.questions import Answer, Choose, Generate, Revise
from smallsense.engine.queue import Queue
from smallsense.engine.revise import revise

if TYPE_CHECKING:
    from smallsense.engine.llama import LlamaContext, LlamaModel


def default_threads() -> int:
    """All cores but one, which the editor needs; but both of two: one alone is 1.7 times slower."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(cores, 2), cores - 1)


def open_context(
    catalog: Catalog, name: str, *, model: LlamaModel | None = None, threads: int | None = None
) -> LlamaContext:
    """Return a context for the skill `name`, over `model` where its base is in memory already.

    Raises:
        EngineError: weights missing or broken.
    """
    from smallsense.engine.llama import LlamaContext, LlamaModel

    weights = catalog.weights(name)
    return LlamaContext(
        model or LlamaModel(weights.base), weights.adapter, threads=threads or default_threads()
    )


@dataclass(slots=True)
class _Seat:
    """One skill's context and the tokens its trunk still holds."""

    context: LlamaContext
    resident: list[int] = field(default_factory=list)


class LocalEngine:
    """Answers in the calling thread, one pass of a model at a time, the most urgent request first.

    Weights are loaded when first needed; llama.cpp itself is imported only then. `threads` is the number of
    threads one pass of the model uses.
    """

    def __init__(self, catalog: Catalog, *, threads: int | None = None) -> None:
        self._catalog = catalog
        self._threads = threads or default_threads()
        self._models: dict[Path, LlamaModel] = {}
        self._seats: dict[str, _Seat] = {}
        self._queue = Queue()

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        with self._queue.turn(request) as turn:
            seat = self._seat(request.model)
            try:
                return _answer(seat, request, lambda: self._queue.give_way(turn))
            except Cancelled:
                raise
            except Exception:
                # What the context holds after a failure is unknown: begin anew next time.
                self._seats.pop(request.model).context.close()
                raise

    def _seat(self, name: str) -> _Seat:
        if name not in self._seats:
            from smallsense.engine.llama import LlamaModel

            base = self._catalog.weights(name).base
            if base not in self._models:
                self._models[base] = LlamaModel(base)
            self._seats[name] = _Seat(
                open_context(self._catalog, name, model=self._models[base], threads=self._threads)
            )
        return self._seats[name]

    def close(self) -> None:
        """See `Engine.close`."""
        with self._queue.turn(Request("", (), Priority.BACKGROUND)):
            for seat in self._seats.values():
                seat.context.close()
            for model in self._models.values():
                model.close()
            self._seats.clear()
            self._models.clear()


def _answer(seat: _Seat, request: Request, stop: Stop) -> list[Answer]:
    """Answer all questions, those of one kind together, in the order they were asked."""
    answers: dict[int, Answer] = {}
    revises = {i: q for i, q in enumerate(request.questions) if isinstance(q, Revise)}
    if revises:
        # Revise uses all sequences, the trunk too.
        seat.context.forget(0)
        seat.resident.clear()
        answers.update(zip(revises, revise(seat.context, list(revises.values()), stop), strict=True))
    for index, question in enumerate(request.questions):
        if isinstance(question, Choose):
            answers[index] = choose(seat.context, seat.resident, [question], stop)[0]
        elif isinstance(question, Generate):
            answers[index] = generate(seat.context, seat.resident, question, stop)
    return [answers[index] for index in range(len(request.questions))]
