"""`smallsense bench contention`: how much slower answers come while other programs want all cores."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

import click

from smallsense.cli.measure import Measure, measuring
from smallsense.engine.effort import available_cores, effort
from smallsense.engine.engine import Engine, Request
from smallsense.engine.questions import Choose, Generate, Question, Revise, Shape, Slot
from smallsense.engine.worker import Upkeep, WorkerEngine

WORST = 4.0
LOSS = 1.1

_CODE = """\
def load(path, encoding, strict):
    with open(path, encoding=encoding) as lines:
        rows = [line.rstrip() for line in lines if line.strip()]
    table = dict(row.split("=", 1) for row in rows)
    if strict and not table:
        raise ValueError(f"{path} is empty")
"""

_FOREVER = """
import os, sys, threading
# Ends with the program that started it, whatever happens to that.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True:
    pass
"""


@click.command()
@click.option(
    "--seconds",
    type=click.FloatRange(min=2),
    default=12.0,
    show_default=True,
    help="How long to ask, in each of three phases.",
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads the model may use.")
@measuring
def contention(seconds: float, threads: int | None) -> list[Measure]:
    """Ask alone, and beside an endless loop on every core: how much slower are the answers?"""
    return measure(seconds, threads)


def measure(seconds: float, threads: int | None = None) -> list[Measure]:
    """Measure for about four times so many seconds."""
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.child import LocalMaker

    catalog = Catalog.load()
    granted = effort("balanced", available_cores(), threads=threads)
    upkeep = Upkeep(granted.niceness)
    own = WorkerEngine(LocalMaker(catalog, granted.threads), upkeep)
    # What it would be like if the engine did not look after its speed.
    plain = WorkerEngine(LocalMaker(catalog, granted.threads, steady=True), upkeep)
    try:
        for engine in (own, plain):
            _ask(engine, 1.0)
        alone, unwatched = _by_turns(own, plain, 2 * seconds)
        with _loops():
            beside = _ask(own, seconds)
        status = own.status()
    finally:
        own.close()
        plain.close()
    measures = [
        Measure("endless loops", available_cores(), ""),
        Measure("threads at most", granted.threads, ""),
        Measure("threads at the end", status.vitals.threads if status.vitals is not None else 0, ""),
    ]
    for name in alone:
        idle, busy = median(alone[name]), median(beside[name])
        loss = idle / median(unwatched[name])
        measures += [
            Measure(f"{name}, alone, median", 1e3 * idle, "ms"),
            Measure(f"{name}, beside loops, median", 1e3 * busy, "ms"),
            Measure(f"{name}, beside loops against alone", busy / idle, "ratio", WORST, busy / idle <= WORST),
            Measure(f"{name}, alone, against unwatched threads", loss, "ratio", LOSS, loss <= LOSS),
        ]
    return measures


def _questions(turn: int) -> Iterator[tuple[str, str, tuple[Question, ...]]]:
    """A question of every kind, none of which begins like that of the turn before."""
    yield "Revise", "grammar", (Revise(f"This function return the {turn} users who has asked for it."),)
    sentences = (f"The {turn} of {n} file are read before the job starts." for n in range(16))
    yield "Revise, 16 sentences", "grammar", tuple(map(Revise, sentences))
    code = f"# {turn}\n{_CODE}"
    yield "Choose", "nullness", (Choose(f"{code}\nCan table be None?\nAnswer:", (" Yes", " No")),)
    yield "Generate", "completion", (Generate(f"{code}    return ", "", Shape((Slot(max_tokens=8),))),)


def _ask(engine: Engine, seconds: float, at_least: int = 5) -> dict[str, list[float]]:
    """Ask for so many seconds, all kinds of questions in turn; return the times of each kind."""
    times: dict[str, list[float]] = {}
    end, turn = time.perf_counter() + seconds, 0
    while time.perf_counter() < end or turn < at_least:
        for name, model, questions in _questions(turn):
            began = time.perf_counter()
            engine.answer(Request(model, questions))
            times.setdefault(name, []).append(time.perf_counter() - began)
        turn += 1
    return times


def _by_turns(
    one: Engine, other: Engine, seconds: float
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Ask two engines by turns, so that whatever else the machine does slows them alike."""
    results: tuple[dict[str, list[float]], dict[str, list[float]]] = ({}, {})
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for engine, result in zip((one, other), results, strict=True):
            for name, times in _ask(engine, 0.0, at_least=2).items():
                result.setdefault(name, []).extend(times)
    return results


@contextlib.contextmanager
def _loops() -> Iterator[None]:
    loops = [
        subprocess.Popen([sys.executable, "-c", _FOREVER], stdin=subprocess.PIPE)
        for _ in range(available_cores())
    ]
    try:
        time.sleep(0.5)
        yield
    finally:
        for loop in loops:
            loop.kill()
        for loop in loops:
            loop.wait()
            if loop.stdin is not None:
                loop.stdin.close()
