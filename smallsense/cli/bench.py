"""`smallsense bench`: measure the engine, and compare it in the same run with the plain way of doing it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median, quantiles

import click

from smallsense.cli.data import data_option, missing
from smallsense.cli.measure import Measure, format_option, show

BATCH = 8
"""Sentences asked at once when throughput is measured."""


@click.group()
def bench() -> None:
    """Measure the speed and faithfulness of the engine."""


@bench.command()
@data_option
@click.option("--rows", default=500, show_default=True, help="Use the first so many.")
@format_option
def revise(data: Path, rows: int, style: str) -> None:
    """Compare Revise with plain greedy decoding: same text? how much faster?"""
    pairs = data / "grammar" / "dev.jsonl"
    if missing(pairs):
        return
    with pairs.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["src"] for _, line in zip(range(rows), lines, strict=False)]
    if not show(_measure_revise(texts), style):
        raise SystemExit(1)


def _measure_revise(texts: list[str]) -> list[Measure]:
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.greedy import revise_plainly
    from smallsense.engine.local import open_context
    from smallsense.engine.questions import Revise
    from smallsense.engine.revise import revise

    context = open_context(Catalog.load(), "grammar")

    def go() -> None:
        """Never stops."""

    fast: list[float] = []
    plain: list[float] = []
    same = 0
    for text in texts:
        # Both ways take turns, so that whatever else the machine does slows them alike.
        start = time.perf_counter()
        answer = revise(context, [Revise(text)], go)[0]
        fast.append(time.perf_counter() - start)
        start = time.perf_counter()
        expected = revise_plainly(context, text)
        plain.append(time.perf_counter() - start)
        same += answer.apply(text) == expected
    start = time.perf_counter()
    for at in range(0, len(texts), BATCH):
        revise(context, [Revise(text) for text in texts[at : at + BATCH]], go)
    batched = time.perf_counter() - start

    ratio = sum(fast) / sum(plain)
    return [
        Measure("rows", len(texts), "sentences"),
        Measure("same text as plain greedy", same / len(texts), "share", 0.99, same / len(texts) >= 0.99),
        Measure("time against plain greedy", ratio, "ratio", 1 / 3, ratio <= 1 / 3),
        Measure("revise, median", median(fast) * 1e3, "ms"),
        Measure("revise, p95", quantiles(fast, n=20)[-1] * 1e3, "ms"),
        Measure("plain greedy, median", median(plain) * 1e3, "ms"),
        Measure("plain greedy, p95", quantiles(plain, n=20)[-1] * 1e3, "ms"),
        Measure(f"{BATCH} at a time, mean", batched / len(texts) * 1e3, "ms"),
    ]
