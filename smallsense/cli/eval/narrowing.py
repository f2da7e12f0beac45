"""`smallsense eval narrowing`: what type checkers know to be guarded, the null check must know too."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from smallsense.cli.data import data_option, needed
from smallsense.cli.measure import Measure, measuring

SILENT = 0.98
"""The least share of lines, on which a checker expects nothing, that must stay silent."""


@click.command()
@data_option
@click.option("--list", "listed", is_flag=True, help="Print every alarm on a line that should be silent.")
@measuring
def narrowing(data: Path, listed: bool) -> list[Measure]:
    """Run the null check, as eager as it gets, over the narrowing tests of type checkers.

    Counted are lines with a dereference: those on which nothing is expected, and those on which an error
    about a value that may be missing is.
    """
    folder = needed(data / "nullness" / "checkers")
    return _measure(folder, listed)


def _measure(folder: Path, listed: bool) -> list[Measure]:
    from smallsense.engine.catalog import Catalog
    from smallsense.evaluation.nullness.narrowing import read_cases
    from smallsense.evaluation.nullness.ours import candidates

    least = Catalog.load().skill("nullness").thresholds["eager"]
    silent: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for case in read_cases(folder):
        snapshot = case.document.snapshot
        said = {
            snapshot.line_column(one.suspect.dereference.value.start_byte)[0] + 1
            for one in candidates(case.document)
            if one.confidence >= least
        }
        for name in (case.checker, "all", *(["where values may be missing"] if case.about_missing else [])):
            silent[name] += len(case.silent)
            alarms[name] += len(case.silent & said)
            expected[name] += len(case.missing)
            found[name] += len(case.missing & said)
        if listed:
            for line in sorted(case.silent & said):
                text = snapshot.slice(snapshot.line_span(line - 1)).strip()
                click.echo(f"{snapshot.uri}:{line}: {text}", err=True)
    measures: list[Measure] = []
    for name in silent:
        share = 1 - alarms[name] / silent[name]
        measures += [
            Measure(f"{name}: lines that expect nothing", silent[name], ""),
            Measure(f"{name}: of these silent", share, "share", SILENT, share >= SILENT),
            Measure(f"{name}: lines that expect a missing value", expected[name], ""),
            Measure(f"{name}: of these found", found[name] / max(1, expected[name]), "share"),
        ]
    return measures
