"""The real server with canned answers in place of a model: `python fake_server.py [GATE [apart]]`.

A question that holds the word `gate` is answered once the file GATE exists; one that holds `abyss` never is.
Both give up when cancelled, and say so on standard error. With `apart`, a process of its own answers.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import platformdirs

from smallsense.assistant.notebook import Notebook
from smallsense.assistant.policy import Policies
from smallsense.assistant.run import Assistant
from smallsense.engine.catalog import Catalog
from smallsense.engine.deferred import DeferredEngine
from smallsense.engine.engine import Cancelled, EngineError, Request
from smallsense.engine.questions import (
    Answer,
    Change,
    Choice,
    Choose,
    Generate,
    Generation,
    Question,
    Revise,
    Revision,
    Slot,
)
from smallsense.engine.worker import WorkerEngine
from smallsense.server.stdio import serve_stdio
from smallsense.skills import loader

MISTAKES = {"recieve": "receive", "teh": "the", "wich": "which"}
ENDINGS = {"return width": " * height", "listens on": " port 8080."}


class CannedEngine:
    def __init__(self, gate: Path | None) -> None:
        self._gate = gate

    def answer(self, request: Request) -> Sequence[Answer]:
        return [self._one(question, request) for question in request.questions]

    def close(self) -> None:
        pass

    def _one(self, question: Question, request: Request) -> Answer:
        text = repr(question)
        if "missing weights" in text:
            raise EngineError("the weights are not there: run `smallsense models pull`")
        while "abyss" in text or ("gate" in text and self._gate and not self._gate.exists()):
            if request.cancel is not None and request.cancel.wait(0.01):
                print(f"engine: gave up for {request.model}", file=sys.stderr, flush=True)
                raise Cancelled
            time.sleep(0.001)
        match question:
            case Revise():
                changes = [
                    Change(at, at + len(wrong), right, 8.0)
                    for wrong, right in MISTAKES.items()
                    if (at := question.text.find(wrong)) >= 0
                ]
                return Revision(tuple(sorted(changes, key=lambda change: change.start)))
            case Choose():
                return _chosen(question)
            case Generate():
                return _generated(question)


def _chosen(question: Choose) -> Choice:
    """Even odds, but a candidate with one of the mistakes is hardly likely: as a model knows common words."""
    weights = [
        0.01 if any(wrong in candidate for wrong in MISTAKES) else 1.0 for candidate in question.candidates
    ]
    return Choice(tuple(weight / sum(weights) for weight in weights))


def _generated(question: Generate) -> Generation:
    before = question.prefix.rstrip()
    ending = next((text for start, text in ENDINGS.items() if before.endswith(start)), "Say what it does")
    slots = tuple(ending for part in question.shape.parts if isinstance(part, Slot))
    text = "".join(ending if isinstance(part, Slot) else part for part in question.shape.parts)
    return Generation(text, slots, 0.95)


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    gate = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    engine = CannedEngine(gate)
    if sys.argv[2:] == ["apart"]:
        # By its name, under which the other process finds it.
        make = partial(importlib.import_module("fake_server").CannedEngine, gate)
        engine = DeferredEngine(lambda: WorkerEngine(make))
    policies = Policies(user=Notebook(platformdirs.user_config_path("smallsense")))
    serve_stdio(Assistant(engine, Catalog.load(), loader.own(), policies=policies))
