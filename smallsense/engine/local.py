"""The engine in this process: one base model in memory, and contexts that the skills share."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from smallsense.engine.catalog import Catalog, Weights
from smallsense.engine.choose import choose
from smallsense.engine.context import Stop
from smallsense.engine.effort import available_cores, effort
from smallsense.engine.engine import EngineError, Priority, Request, Vitals
from smallsense.engine.generate import generate
from smallsense.engine.lane import CellPool, Lane
from smallsense.engine.pace import Pacer
from smallsense.engine.questions import Answer, Choose, Generate, Revise
from smallsense.engine.queue import Queue
from smallsense.engine.revise import revise

if TYPE_CHECKING:
    from smallsense.engine.llama import LlamaContext, LlamaModel

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a context is divided: see `LlamaContext`."""

    capacity: int
    sequences: int
    outputs: int


_REVISING = _Layout(capacity=768, sequences=32, outputs=32)
"""A dozen sentences. Nothing else may lie between them, or rounding would turn close calls."""

_MOST_BESIDE = 3
"""At most so many more of the same: each takes some 40 MB."""

_COMMON = _Layout(capacity=1280, sequences=16, outputs=16)
"""For all other questions of all skills."""

_TRUNKS = 8
"""So many skills keep in it what they have read."""


def _beside(threads: int) -> int:
    """How many contexts beside the first one so many threads can serve."""
    return min(threads - 1, _MOST_BESIDE)


def default_threads() -> int:
    """The threads of a balanced effort."""
    return effort("balanced", available_cores()).threads


def open_context(catalog: Catalog, name: str) -> LlamaContext:
    """Return a context for the skill `name`, as this engine has for all questions but `Revise`.

    Raises:
        EngineError: weights missing or broken.
    """
    from smallsense.engine.llama import LlamaContext, LlamaModel

    weights = catalog.weights(name)
    layout = asdict(_COMMON)
    return LlamaContext(LlamaModel(weights.base), weights.adapter, threads=default_threads(), **layout)


@contextmanager
def revising(catalog: Catalog, name: str) -> Iterator[list[LlamaContext]]:
    """Contexts for the skill `name`, as this engine revises with, side by side; closed after the body.

    Raises:
        EngineError: weights missing or broken.
    """
    from smallsense.engine.llama import LlamaContext, LlamaModel

    weights, threads = catalog.weights(name), default_threads()
    model = LlamaModel(weights.base)
    contexts = [
        LlamaContext(model, weights.adapter, threads=threads, **asdict(_REVISING))
        for _ in range(1 + _beside(threads))
    ]
    try:
        yield contexts
    finally:
        for context in contexts:
            context.close()


class LocalEngine:
    """Answers one request at a time, the most urgent first.

    Weights are loaded when first needed; llama.cpp itself is imported only then. Where several sentences are
    revised, up to four of the `threads` read them side by side. Any other pass of the model uses all threads,
    unless it does better with one alone; with `steady` always.
    """

    def __init__(self, catalog: Catalog, *, threads: int | None = None, steady: bool = False) -> None:
        self._catalog = catalog
        self._threads = threads or default_threads()
        self._pacer = None if steady else Pacer(self._threads)
        self._models: dict[Path, LlamaModel] = {}
        self._pools: dict[tuple[Path | str, _Layout, int], CellPool] = {}
        self._lanes: dict[tuple[str, _Layout, int], Lane] = {}
        self._beside = _beside(self._threads)
        self._queue = Queue()

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        with self._queue.turn(request) as turn:
            return self._answer(request, lambda: self._queue.give_way(turn))

    def close(self) -> None:
        """See `Engine.close`."""
        with self._queue.turn(Request("", (), Priority.BACKGROUND)):
            for pool in self._pools.values():
                pool.close()
            for model in self._models.values():
                model.close()
            self._lanes.clear()
            self._pools.clear()
            self._models.clear()

    def vitals(self) -> Vitals:
        """See `Observed.vitals`."""
        lanes = list(self._lanes.values())
        threads = self._pacer.threads if self._pacer is not None else self._threads
        return Vitals(threads, sum(one.read for one in lanes), sum(one.reused for one in lanes))

    def _answer(self, request: Request, stop: Stop) -> list[Answer]:
        """Answer all questions, those of one kind together, in the order they were asked."""
        answers: dict[int, Answer] = {}
        revises = {i: q for i, q in enumerate(request.questions) if isinstance(q, Revise)}
        if revises:
            questions = list(revises.values())
            lane = self._lane(request.model, _REVISING)
            beside = self._lanes_beside(request.model) if len(questions) > 1 else []
            revised = revise(lane, questions, stop, beside=beside)
            answers.update(zip(revises, revised, strict=True))
        chooses = {i: q for i, q in enumerate(request.questions) if isinstance(q, Choose)}
        if chooses:
            lane = self._lane(request.model, _COMMON)
            chosen = choose(lane, lane.resident, list(chooses.values()), stop)
            answers.update(zip(chooses, chosen, strict=True))
        for index, question in enumerate(request.questions):
            if isinstance(question, Generate):
                lane = self._lane(request.model, _COMMON)
                answers[index] = generate(lane, lane.resident, question, stop)
        return [answers[index] for index in range(len(request.questions))]

    def _lanes_beside(self, name: str) -> list[Lane]:
        lanes: list[Lane] = []
        for number in range(1, 1 + self._beside):
            try:
                lanes.append(self._lane(name, _REVISING, number))
            except EngineError as error:
                log.warning("no further context for the skill %s: %s", name, error)
                self._beside = len(lanes)
                break
        return lanes

    def _lane(self, name: str, layout: _Layout, number: int = 0) -> Lane:
        key = (name, layout, number)
        if key not in self._lanes:
            weights = self._catalog.weights(name)
            pool = self._pool(name, weights, layout, number)
            # Not in the threads that read side by side: llama.cpp would add to the model's adapters in two.
            pool.context.adapt(weights.adapter)
            self._lanes[key] = pool.lane(weights.adapter)
        return self._lanes[key]

    def _pool(self, name: str, weights: Weights, layout: _Layout, number: int) -> CellPool:
        from smallsense.engine.llama import LlamaContext, LlamaModel

        # What skills have read lies side by side where it is kept; sentences under revision would have to
        # make room for those of another skill, even with the same weights.
        key = (weights.base if layout is _COMMON else name, layout, number)
        if key not in self._pools:
            if weights.base not in self._models:
                self._models[weights.base] = LlamaModel(weights.base)
            context = LlamaContext(
                self._models[weights.base],
                **asdict(layout),
                threads=self._threads,
                pacer=self._pacer,
                interrupt=self._queue.interrupt,
            )
            self._pools[key] = CellPool(context, _TRUNKS if layout is _COMMON else 1)
        return self._pools[key]
