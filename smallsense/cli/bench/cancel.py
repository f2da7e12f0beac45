"""`smallsense bench cancel`: how soon a cancelled model is free again, how long a completion waits."""

from __future__ import annotations

import itertools
import random
import threading
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING

import click

from smallsense.cli.bench.keystroke import document
from smallsense.cli.measure import Measure, measuring
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled, Priority, Request
from smallsense.engine.questions import Choose, Generate, Question, Revise, Shape, Slot

if TYPE_CHECKING:
    from smallsense.engine.local import LocalEngine

FREE, WAITED = 50.0, 100.0
"""The bars, in milliseconds, for 95 of 100."""

WORDS = 5_000
BATCH = 32


@click.command()
@click.option(
    "--rounds", type=click.IntRange(min=20), default=60, show_default=True, help="Cancels, and completions."
)
@measuring
def cancel(rounds: int) -> list[Measure]:
    """Cancel at any moment, and complete in the middle of a long check: who waits how long?"""
    return _measure(rounds)


def _measure(rounds: int) -> list[Measure]:
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.local import LocalEngine

    engine = LocalEngine(Catalog.load())
    text = document(WORDS, 200)
    try:
        for request in _requests(text):
            engine.answer(request)
        freed = _freed(engine, text, rounds)
        idle, waited, read = _waited(engine, text, rounds)
    finally:
        engine.close()
    free, wait = quantiles(freed, n=20)[-1] * 1e3, quantiles(waited, n=20)[-1] * 1e3
    return [
        Measure("cancels", len(freed), ""),
        Measure("free again after a cancel, median", median(freed) * 1e3, "ms"),
        Measure("free again after a cancel, p95", free, "ms", FREE, free <= FREE),
        Measure("completion alone, one token, median", idle * 1e3, "ms"),
        Measure(f"completions during a check of {WORDS:,} words", len(waited), ""),
        Measure("tokens of the check read meanwhile", read, "per s"),
        Measure("a completion waits for the check, median", median(waited) * 1e3, "ms"),
        Measure("a completion waits for the check, p95", wait, "ms", WAITED, wait <= WAITED),
    ]


def _requests(text: str) -> tuple[Request, ...]:
    """One long request of every kind, whose prompt was not read before."""
    prompt = f"{random.random()} {text[:4000]}"
    written = Generate(prompt, shape=Shape((Slot(stop=("\0",), max_tokens=64),)))
    kinds: tuple[tuple[str, tuple[Question, ...]], ...] = (
        ("grammar", _sentences(text)[:BATCH]),
        ("nullness", (Choose(prompt, (" yes", " no")),)),
        ("docstring", (written,)),
    )
    return tuple(Request(model, questions, Priority.DIAGNOSTIC) for model, questions in kinds)


def _sentences(text: str) -> tuple[Revise, ...]:
    return tuple(Revise(line.removeprefix("- ")) for line in text.split("\n") if len(line) > 40)


def _freed(engine: LocalEngine, text: str, rounds: int) -> list[float]:
    """Seconds from a cancel at a random moment until the model is free."""
    freed: list[float] = []
    durations: dict[str, float] = {}
    while len(freed) < rounds:
        for request in _requests(text):
            stop = Cancellation()
            told = [0.0]
            # As long as it takes when nobody cancels, or a second.
            delay = random.uniform(0.0, min(1.0, durations.get(request.model, 0.3)))
            timer = threading.Timer(delay, _tell, (stop, told))
            timer.start()
            start = time.perf_counter()
            try:
                engine.answer(Request(request.model, request.questions, request.priority, stop))
                durations[request.model] = time.perf_counter() - start
            except Cancelled:
                freed.append(time.perf_counter() - told[0])
            timer.cancel()
            timer.join()
    return freed


def _tell(stop: Cancellation, told: list[float]) -> None:
    told[0] = time.perf_counter()
    stop.set()


def _waited(engine: LocalEngine, text: str, rounds: int) -> tuple[float, list[float], float]:
    """Seconds of a completion alone (median), its seconds beyond that while a long check runs, and how many
    tokens per second are read meanwhile."""
    question = Generate(text[:600], shape=Shape((Slot(max_tokens=1),)))

    def complete() -> float:
        start = time.perf_counter()
        engine.answer(Request("completion", (question,), Priority.COMPLETION))
        return time.perf_counter() - start

    alone = median(complete() for _ in range(10))
    over = Cancellation()

    def check() -> None:
        sentences = _sentences(text)
        for at in itertools.cycle(range(0, len(sentences), BATCH)):
            batch = sentences[at : at + BATCH]
            try:
                engine.answer(Request("grammar", batch, Priority.DIAGNOSTIC, over))
            except Cancelled:
                return

    checking = threading.Thread(target=check)
    began, before = time.perf_counter(), engine.vitals().read
    checking.start()
    try:
        waited: list[float] = []
        for _ in range(rounds):
            time.sleep(random.uniform(0.02, 0.2))
            waited.append(max(0.0, complete() - alone))
        read = (engine.vitals().read - before) / (time.perf_counter() - began)
    finally:
        over.set()
        checking.join()
    return alone, waited, read
