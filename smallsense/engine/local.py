"""The engine in this process: one base model in memory, and contexts that the skills share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from smallsense.engine.catalog import Catalog, Weights
from smallsense.engine.choose import choose
from smallsense.engine.context import Stop
from smallsense.engine.effort import available_cores, effort
from smallsense.engine.engine import Priority, Request, Vitals
from smallsense.engine.generate import generate
from smallsense.engine.lane import CellPool, Lane
from smallsense.engine.pace import Pacer
from smallsense.engine.questions import Answer, Choose, Generate, Revise
from smallsense.engine.queue import Queue
from smallsense.engine.revise import revise

if TYPE_CHECKING:
    from smallsense.engine.llama import LlamaContext, LlamaModel


def default_threads() -> int:
    """The threads of a balanced effort."""
    return effort("balanced", available_cores()).threads


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


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a context is divided: see `LlamaContext`. `trunks` is how many skills keep in it what they read."""

    capacity: int
    sequences: int
    outputs: int
    trunks: int


_REVISING = _Layout(capacity=1536, sequences=33, outputs=48, trunks=1)
"""Some thirty sentences. Nothing else may lie between them, or rounding would turn close calls."""

_COMMON = _Layout(capacity=2048, sequences=16, outputs=32, trunks=8)
"""For all other questions of all skills."""


class LocalEngine:
    """Answers in the calling thread, one pass of a model at a time, the most urgent request first.

    Weights are loaded when first needed; llama.cpp itself is imported only then. `threads` is the number of
    threads one pass of the model uses, unless it does better with one alone; with `steady` always.
    """

    def __init__(self, catalog: Catalog, *, threads: int | None = None, steady: bool = False) -> None:
        self._catalog = catalog
        self._threads = threads or default_threads()
        self._pacer = None if steady else Pacer(self._threads)
        self._models: dict[Path, LlamaModel] = {}
        self._pools: dict[tuple[Weights, _Layout], CellPool] = {}
        self._lanes: dict[tuple[str, _Layout], Lane] = {}
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
            lane = self._lane(request.model, _REVISING)
            answers.update(zip(revises, revise(lane, list(revises.values()), stop), strict=True))
        for index, question in enumerate(request.questions):
            if isinstance(question, Choose):
                lane = self._lane(request.model, _COMMON)
                answers[index] = choose(lane, lane.resident, [question], stop)[0]
            elif isinstance(question, Generate):
                lane = self._lane(request.model, _COMMON)
                answers[index] = generate(lane, lane.resident, question, stop)
        return [answers[index] for index in range(len(request.questions))]

    def _lane(self, name: str, layout: _Layout) -> Lane:
        if (name, layout) not in self._lanes:
            weights = self._catalog.weights(name)
            self._lanes[name, layout] = self._pool(weights, layout).lane(weights.adapter)
        return self._lanes[name, layout]

    def _pool(self, weights: Weights, layout: _Layout) -> CellPool:
        from smallsense.engine.llama import LlamaContext, LlamaModel

        # What is read with different adapters lies side by side where it is kept; sentences under revision
        # would have to make room for each other.
        key = (weights if layout is _REVISING else replace(weights, adapter=None), layout)
        if key not in self._pools:
            if weights.base not in self._models:
                self._models[weights.base] = LlamaModel(weights.base)
            context = LlamaContext(
                self._models[weights.base],
                capacity=layout.capacity,
                sequences=layout.sequences,
                outputs=layout.outputs,
                threads=self._threads,
                pacer=self._pacer,
                interrupt=self._queue.interrupt,
            )
            self._pools[key] = CellPool(context, layout.trunks)
        return self._pools[key]
