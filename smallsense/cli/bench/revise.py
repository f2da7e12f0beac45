"""`smallsense bench revise`: the engine's way of revising against plain greedy decoding."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median, quantiles
from typing import NamedTuple

import click

from smallsense.cli.data import RECIPE, data_option, needed
from smallsense.cli.measure import Measure, measuring
from smallsense.engine.catalog import Catalog
from smallsense.engine.context import Context
from smallsense.engine.greedy import revise_plainly
from smallsense.engine.local import revising
from smallsense.engine.questions import Revise, Revision
from smallsense.engine.revise import revise as answer_all
from smallsense.evaluation import samples
from smallsense.training.recipe import read_recipe

BATCH = 32
"""Sentences asked at once when throughput is measured."""

SENTENCES, ROUNDS = 64, 5
"""So many sentences of a kind at most, so many times, where kinds are measured among themselves."""


@click.command()
@data_option
@click.option(
    "--rows", type=click.IntRange(min=2), default=500, show_default=True, help="Use the first so many."
)
@measuring
def revise(data: Path, rows: int) -> list[Measure]:
    """Compare Revise with plain greedy decoding: same text? how much faster?"""
    needed(data / "grammar" / "dev.jsonl")
    pairs = samples.development(data, rows)
    clean = samples.clean(data, read_recipe(RECIPE).raw, SENTENCES)
    return _measure([p.source for p in pairs], [p.target for p in pairs[:SENTENCES]], clean)


@dataclass(frozen=True, slots=True)
class _Run:
    """A sentence revised in all ways; times in seconds. `together` is its share of a batch's time, and
    `twice` its share where every sentence is read twice. `spared` is one that was not."""

    question: Revise
    changes: int
    spared: bool
    together: float
    alone: float
    twice: float
    plain: float
    same: bool
    same_alone: bool
    same_unsteady: bool
    same_at_a_glance: bool


class _Spent(NamedTuple):
    """Seconds that each way of revising takes for the same sentences."""

    together: float
    twice: float
    alone: float
    plain: float


def _go() -> None:
    """Never stops."""


@dataclass(frozen=True, slots=True)
class _Bench:
    """The contexts that sentences are revised in, and the doubt below which one is read but once."""

    contexts: Sequence[Context]
    glance: float

    def together(
        self, questions: Sequence[Revise], glance: float | None = None
    ) -> tuple[list[Revision], float]:
        """Answers, and seconds a sentence."""
        context, *beside = self.contexts
        glance = self.glance if glance is None else glance
        start = time.perf_counter()
        asked = [replace(question, glance=glance) for question in questions]
        answers = answer_all(context, asked, _go, beside=beside)
        return answers, (time.perf_counter() - start) / len(questions)

    def plainly(self, question: Revise) -> tuple[str, float]:
        """The text by plain greedy decoding, and seconds."""
        start = time.perf_counter()
        text = revise_plainly(self.contexts[0], question.text, steady=False)
        return text, time.perf_counter() - start

    def runs(self, texts: Sequence[str]) -> list[_Run]:
        """All `texts`, `BATCH` at a time."""
        runs: list[_Run] = []
        for at in range(0, len(texts), BATCH):
            # All ways take turns, so that whatever else the machine does slows them alike.
            questions = [Revise(text) for text in texts[at : at + BATCH]]
            glanced, together = self.together(questions)
            answers, twice = self.together(questions, -math.inf)
            for question, glance, answer in zip(questions, glanced, answers, strict=True):
                runs.append(self._run(question, glance, answer, together, twice))
        return runs

    def _run(
        self, question: Revise, glanced: Revision, answer: Revision, together: float, twice: float
    ) -> _Run:
        context = self.contexts[0]
        (single,), alone = self.together([question])
        unsteady, plain = self.plainly(question)
        steady = revise_plainly(context, question.text, steady=True)
        text = answer.apply(question.text)
        return _Run(
            question,
            changes=len(answer.changes),
            spared=(glanced.doubt or 0.0) < self.glance,
            together=together,
            alone=alone,
            twice=twice,
            plain=plain,
            same=text == steady,
            same_alone=single.changes == glanced.changes,
            same_unsteady=text == unsteady,
            same_at_a_glance=glanced.apply(question.text) == steady,
        )

    def speedups(self, kind: str, runs: Sequence[_Run], bar: float) -> list[Measure]:
        """How many times faster than plain greedy decoding sentences of one kind are, among themselves.

        Medians of `ROUNDS` rounds, in each of which all ways take turns.
        """
        if not runs:
            return []
        runs = runs[:SENTENCES]
        rounds = [self._round([run.question for run in runs]) for _ in range(ROUNDS)]
        together, twice, alone = (median(spent.plain / spent[way] for spent in rounds) for way in range(3))
        times = f"{kind}: faster than plain greedy"
        return [
            Measure(f"{kind}: sentences", len(runs), ""),
            Measure(f"{times}, {BATCH} at a time", together, "times", bar, together >= bar),
            Measure(f"{times}, {BATCH} at a time, all read twice", twice, "times"),
            Measure(f"{times}, one at a time", alone, "times"),
            Measure(f"{kind}: read but once", mean(run.spared for run in runs), "share"),
        ]

    def _round(self, questions: Sequence[Revise]) -> _Spent:
        """What each way takes for all `questions`."""
        together = twice = alone = plain = 0.0
        for at in range(0, len(questions), BATCH):
            part = questions[at : at + BATCH]
            together += self.together(part)[1] * len(part)
            twice += self.together(part, -math.inf)[1] * len(part)
            for question in part:
                alone += self.together([question])[1]
                plain += self.plainly(question)[1]
        return _Spent(together, twice, alone, plain)


def _measure(faulty: Sequence[str], mended: Sequence[str], clean: Sequence[str]) -> list[Measure]:
    catalog = Catalog.load()
    with revising(catalog, "grammar") as contexts:
        bench = _Bench(contexts, catalog.trust("grammar").glance("balanced"))
        runs = bench.runs(faulty)
        alike = [
            *bench.speedups("clean", bench.runs(clean), 5.0),
            *bench.speedups("mended, left alone", [r for r in bench.runs(mended) if not r.changes], 5.0),
            *bench.speedups("one change", [run for run in runs if run.changes == 1], 3.0),
        ]
    share = mean(run.same for run in runs)
    together, alone, twice, plain = (
        [getattr(run, way) for run in runs] for way in ("together", "alone", "twice", "plain")
    )
    ratio, gain = mean(twice) / mean(plain), mean(alone) / mean(together)
    against = "time against plain greedy"
    return [
        Measure("sentences", len(runs), ""),
        Measure("same text as plain greedy, all read twice", share, "share", 0.99, share >= 0.99),
        Measure("same text as plain greedy by one-row kernels", mean(r.same_unsteady for r in runs), "share"),
        Measure("same text as plain greedy, at a glance", mean(r.same_at_a_glance for r in runs), "share"),
        Measure(f"same answer one at a time and {BATCH}", mean(r.same_alone for r in runs), "share"),
        Measure(f"{against}, {BATCH} at a time, all read twice", ratio, "ratio", 1 / 3, ratio <= 1 / 3),
        Measure(f"{against}, {BATCH} at a time", mean(together) / mean(plain), "ratio"),
        Measure(f"{against}, one at a time", mean(alone) / mean(plain), "ratio"),
        Measure(f"throughput, {BATCH} at a time against one", gain, "times", 1.8, gain >= 1.8),
        *alike,
        Measure(f"{BATCH} at a time, each, median", median(together) * 1e3, "ms"),
        Measure("one at a time, median", median(alone) * 1e3, "ms"),
        Measure("one at a time, p95", quantiles(alone, n=20)[-1] * 1e3, "ms"),
        Measure("plain greedy, median", median(plain) * 1e3, "ms"),
        Measure("plain greedy, p95", quantiles(plain, n=20)[-1] * 1e3, "ms"),
    ]
