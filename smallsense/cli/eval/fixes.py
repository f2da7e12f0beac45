"""`smallsense eval fixes`: what the guards that the null check offers do to real code."""

from __future__ import annotations

from pathlib import Path

import click

from smallsense.cli.data import data_option, needed, work_option
from smallsense.cli.measure import Measure, measuring


@click.command()
@data_option
@click.option("--sites", type=click.IntRange(min=1), default=1000, show_default=True, help="Places to guard.")
@work_option
@measuring
def fixes(data: Path, sites: int, work: Path) -> list[Measure]:
    """Guard many unguarded places of real functions: does the code parse, and is the finding gone?

    The places are those that people guarded, then others, drawn by chance. Whether code parses is asked of
    Python itself, and of TypeScript where npm can fetch it.
    """
    source = needed(data / "nullness" / "fixes-dev.jsonl")
    return _measure(source, sites, work)


def _measure(source: Path, sites: int, work: Path) -> list[Measure]:
    from smallsense.evaluation.nullness.command import Absent
    from smallsense.evaluation.nullness.fixed import read_fixed
    from smallsense.evaluation.nullness.guards import guarded
    from smallsense.evaluation.nullness.typescript import broken
    from smallsense.training.fetch import PACKAGES, TYPESCRIPT, Unfetched, fetched

    tried = list(guarded(list(read_fixed(source)), sites))
    every = [one for offered in tried for one in offered]
    scripts = {
        str(number): one.after for number, one in enumerate(every) if one.document.language != "python"
    }
    before = {number: every[int(number)].document.snapshot for number in scripts}
    spoiled = 0
    try:
        library = fetched(TYPESCRIPT, work / PACKAGES)
        spoiled = len(broken(scripts, library) - broken(before, library))
    except (Absent, Unfetched) as error:
        click.echo(f"SKIPPED: asking TypeScript whether the code parses: {error}", err=True)
    promises = {
        "parse": sum(one.parses for one in every) - spoiled,
        "silence the finding": sum(one.silent for one in every),
        "leave the rest alone": sum(one.only_adds for one in every),
        "are indented as the code around": sum(one.aligned for one in every),
    }
    measures = [
        Measure("places", len(tried), ""),
        Measure("places with a fix", sum(map(bool, tried)) / max(1, len(tried)), "share"),
        Measure("fixes", len(every), ""),
    ]
    for name, kept in promises.items():
        measures.append(
            Measure(f"fixes that {name}", kept / max(1, len(every)), "share", 1, kept == len(every))
        )
    return measures
