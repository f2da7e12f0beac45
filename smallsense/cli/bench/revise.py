"""`smallsense bench revise`: the engine's way of revising against plain greedy decoding."""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import mean, median, quantiles

import click

from smallsense.cli.data import data_option, missing
from smallsense.cli.measure import Measure, format_option, show

BATCH = 32
"""Sentences asked at once when throughput is measured."""


@click.command()
@data_option
@click.option(
    "--rows", type=click.IntRange(min=2), default=500, show_default=True, help="Use the first so many."
)
@format_option
def revise(data: Path, rows: int, style: str) -> None:
    """Compare Revise with plain greedy decoding: same text? how much faster?"""
    pairs = data / "grammar" / "dev.jsonl"
    if missing(pairs):
        if style == "json":
            show([], style)  # whoever reads this as JSON still gets a list
        return
    with pairs.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["src"] for _, line in zip(range(rows), lines, strict=False)]
    if not show(_measure(texts), style):
        raise SystemExit(1)


def _measure(texts: list[str]) -> list[Measure]:
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.greedy import revise_plainly
    from smallsense.engine.local import open_context
    from smallsense.engine.questions import Revise
    from smallsense.engine.revise import revise

    context = open_context(Catalog.load(), "grammar")

    def go() -> None:
        """Never stops."""

    alone: list[float] = []
    plain: list[float] = []
    together: list[float] = []
    same = same_alone = same_unsteady = 0
    for at in range(0, len(texts), BATCH):
        # All ways take turns, so that whatever else the machine does slows them alike.
        batch = texts[at : at + BATCH]
        questions = [Revise(text) for text in batch]
        start = time.perf_counter()
        shared = revise(context, questions, go)
        together += [(time.perf_counter() - start) / len(batch)] * len(batch)
        for text, question, answer in zip(batch, questions, shared, strict=True):
            start = time.perf_counter()
            single = revise(context, [question], go)[0]
            alone.append(time.perf_counter() - start)
            start = time.perf_counter()
            unsteady = revise_plainly(context, text, steady=False)
            plain.append(time.perf_counter() - start)
            expected = revise_plainly(context, text, steady=True)
            same += answer.apply(text) == expected
            same_alone += single == answer
            same_unsteady += answer.apply(text) == unsteady

    share, ratio = same / len(texts), mean(together) / mean(plain)
    return [
        Measure("sentences", len(texts), ""),
        Measure("same text as plain greedy", share, "share", 0.99, share >= 0.99),
        Measure("same text as plain greedy by one-row kernels", same_unsteady / len(texts), "share"),
        Measure(f"same answer one at a time and {BATCH}", same_alone / len(texts), "share"),
        Measure(f"time against plain greedy, {BATCH} at a time", ratio, "ratio", 1 / 3, ratio <= 1 / 3),
        Measure("time against plain greedy, one at a time", mean(alone) / mean(plain), "ratio"),
        Measure(f"{BATCH} at a time, each, median", median(together) * 1e3, "ms"),
        Measure("one at a time, median", median(alone) * 1e3, "ms"),
        Measure("one at a time, p95", quantiles(alone, n=20)[-1] * 1e3, "ms"),
        Measure("plain greedy, median", median(plain) * 1e3, "ms"),
        Measure("plain greedy, p95", quantiles(plain, n=20)[-1] * 1e3, "ms"),
    ]
