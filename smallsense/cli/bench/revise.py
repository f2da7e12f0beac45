"""`smallsense bench revise`: the engine's way of revising against plain greedy decoding."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles

import click

from smallsense.cli.data import data_option, needed
from smallsense.cli.measure import Measure, measuring
from smallsense.engine.catalog import Catalog
from smallsense.engine.context import Context
from smallsense.engine.greedy import revise_plainly
from smallsense.engine.local import open_context
from smallsense.engine.questions import Revise, Revision
from smallsense.engine.revise import revise as answer_all

BATCH = 32
"""Sentences asked at once when throughput is measured."""


@click.command()
@data_option
@click.option(
    "--rows", type=click.IntRange(min=2), default=500, show_default=True, help="Use the first so many."
)
@measuring
def revise(data: Path, rows: int) -> list[Measure]:
    """Compare Revise with plain greedy decoding: same text? how much faster?"""
    path = needed(data / "grammar" / "dev.jsonl")
    with path.open(encoding="utf-8") as lines:
        pairs = [json.loads(line) for _, line in zip(range(rows), lines, strict=False)]
    return _measure([p["src"] for p in pairs], [p["tgt"] for p in pairs[: rows // 4]])


@dataclass(frozen=True, slots=True)
class _Run:
    """A sentence revised in all ways; times in seconds. `together` is its share of a batch's time."""

    question: Revise
    changes: int
    together: float
    alone: float
    plain: float
    same: bool
    same_alone: bool
    same_unsteady: bool


def _go() -> None:
    """Never stops."""


def _together(context: Context, questions: Sequence[Revise]) -> tuple[list[Revision], float]:
    """Answers, and seconds a sentence."""
    start = time.perf_counter()
    answers = answer_all(context, questions, _go)
    return answers, (time.perf_counter() - start) / len(questions)


def _runs(context: Context, texts: Sequence[str]) -> list[_Run]:
    runs: list[_Run] = []
    for at in range(0, len(texts), BATCH):
        # All ways take turns, so that whatever else the machine does slows them alike.
        questions = [Revise(text) for text in texts[at : at + BATCH]]
        answers, together = _together(context, questions)
        for question, answer in zip(questions, answers, strict=True):
            (single,), alone = _together(context, [question])
            start = time.perf_counter()
            unsteady = revise_plainly(context, question.text, steady=False)
            plain = time.perf_counter() - start
            steady = revise_plainly(context, question.text, steady=True)
            text = answer.apply(question.text)
            runs.append(
                _Run(
                    question,
                    len(answer.changes),
                    together,
                    alone,
                    plain,
                    text == steady,
                    single == answer,
                    text == unsteady,
                )
            )
    return runs


def _speedups(context: Context, kind: str, runs: Sequence[_Run], bar: float) -> list[Measure]:
    """How many times faster than plain greedy decoding sentences of one kind are, in batches of their own."""
    if not runs:
        return []
    spent = 0.0
    for at in range(0, len(runs), BATCH):
        questions = [run.question for run in runs[at : at + BATCH]]
        spent += _together(context, questions)[1] * len(questions)
    plain = sum(run.plain for run in runs)
    alone = plain / sum(run.alone for run in runs)
    ratio = plain / spent
    return [
        Measure(f"{kind}: sentences", len(runs), ""),
        Measure(f"{kind}: faster than plain greedy, {BATCH} at a time", ratio, "times", bar, ratio >= bar),
        Measure(f"{kind}: faster than plain greedy, one at a time", alone, "times"),
    ]


def _measure(faulty: Sequence[str], corrected: Sequence[str]) -> list[Measure]:
    context = open_context(Catalog.load(), "grammar")
    runs = _runs(context, faulty)
    clean = [run for run in _runs(context, corrected) if not run.changes]
    share = mean(run.same for run in runs)
    together, alone, plain = ([getattr(run, way) for run in runs] for way in ("together", "alone", "plain"))
    ratio, gain = mean(together) / mean(plain), mean(alone) / mean(together)
    return [
        Measure("sentences", len(runs), ""),
        Measure("same text as plain greedy", share, "share", 0.99, share >= 0.99),
        Measure("same text as plain greedy by one-row kernels", mean(r.same_unsteady for r in runs), "share"),
        Measure(f"same answer one at a time and {BATCH}", mean(r.same_alone for r in runs), "share"),
        Measure(f"time against plain greedy, {BATCH} at a time", ratio, "ratio", 1 / 3, ratio <= 1 / 3),
        Measure("time against plain greedy, one at a time", mean(alone) / mean(plain), "ratio"),
        Measure(f"throughput, {BATCH} at a time against one", gain, "times", 1.8, gain >= 1.8),
        *_speedups(context, "clean", clean, 5.0),
        *_speedups(context, "one change", [run for run in runs if run.changes == 1], 3.0),
        Measure(f"{BATCH} at a time, each, median", median(together) * 1e3, "ms"),
        Measure("one at a time, median", median(alone) * 1e3, "ms"),
        Measure("one at a time, p95", quantiles(alone, n=20)[-1] * 1e3, "ms"),
        Measure("plain greedy, median", median(plain) * 1e3, "ms"),
        Measure("plain greedy, p95", quantiles(plain, n=20)[-1] * 1e3, "ms"),
    ]
