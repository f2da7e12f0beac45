"""`smallsense eval grammar`: corrections measured beside those of other checkers."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smallsense.cli.data import MEASURED_CLEAN, RECIPE, data_option, needed
from smallsense.cli.measure import Measure, format_option, show

if TYPE_CHECKING:
    from smallsense.engine.catalog import Catalog
    from smallsense.evaluation.grammar import Line, Output, Sample

OURS = "smallsense"
RESULTS = Path("models/grammar/results.csv")
_UNITS = {"precision": "%", "recall": "%", "f05": "%", "exact": "%", "gleu": "%", "false_alarms": "per 1,000"}


@click.command()
@data_option
@click.option("--systems", help="Measure only these, by the start of their names, with commas between them.")
@click.option("--rows", type=click.IntRange(min=1), help="Use the first so many fixes [default: all].")
@click.option(
    "--clean",
    "clean_rows",
    type=click.IntRange(0, MEASURED_CLEAN),
    default=MEASURED_CLEAN,
    show_default=True,
    help="Clean sentences.",
)
@click.option("--learners", type=int, help="Sentences of learners [default: all].")
@click.option("--timed", type=int, default=200, show_default=True, help="Fixes that are asked about alone.")
@click.option("--adapter", type=click.Path(path_type=Path, dir_okay=False), help="Measure this adapter.")
@click.option("--calibration", type=click.Path(path_type=Path, dir_okay=False), help="Made for that adapter.")
@click.option("--cached", is_flag=True, help="Take what other checkers answered in an earlier run.")
@click.option("--save", is_flag=True, help=f"Write {RESULTS}.")
@format_option
def grammar(
    data: Path,
    systems: str | None,
    rows: int | None,
    clean_rows: int,
    learners: int | None,
    timed: int,
    adapter: Path | None,
    calibration: Path | None,
    cached: bool,
    save: bool,
    style: str,
) -> None:
    """Measure the corrections beside those of other checkers: real fixes, clean sentences, learners.

    Run in a checkout, for the recipe in models/recipes says which sentences trained nothing.
    """
    needed(data / "grammar" / "dev.jsonl")
    from smallsense.cli.adapter import with_adapter
    from smallsense.engine.catalog import Catalog
    from smallsense.evaluation import samples
    from smallsense.evaluation.grammar import Sample
    from smallsense.training.recipe import read_recipe

    catalog = Catalog.load()
    if adapter or calibration:
        catalog = with_adapter(catalog, "grammar", adapter, calibration)
    sample = Sample(
        samples.development(data, rows),
        samples.clean(data, read_recipe(RECIPE).raw, clean_rows) if clean_rows else (),
        samples.learner(data, learners),
    )
    lines = measured(catalog, sample, systems, timed, cached)
    if save:
        write(lines, RESULTS)
    lines = [line for line in lines if "by words" not in line.system]
    if style == "table":
        _table(lines)
    size = catalog.skill("grammar").size / 1e6
    bars = list(judged(lines, size))
    if not show([*each_figure(lines), *bars] if style == "json" else bars, style):
        raise SystemExit(1)


def measured(catalog: Catalog, sample: Sample, systems: str | None, timed: int, cached: bool) -> list[Line]:
    """The figures of every system that is wanted and there."""
    from smallsense.engine.local import open_context, revising
    from smallsense.evaluation.grammar import copy, excerpt, line, our_outputs, peer_output
    from smallsense.evaluation.peers import PEERS
    from smallsense.evaluation.scoring import by_errant, by_words
    from smallsense.skills.wording import MODEL

    def wanted(name: str) -> bool:
        return systems is None or any(name.lower().startswith(s.strip().lower()) for s in systems.split(","))

    errant = by_errant()
    if errant is None:
        _say("ABSENT: ERRANT; edits are told apart by words only. pip install 'smallsense[eval]'")
    lines: list[Line] = []

    def add(output: Output) -> None:
        lines.append(line(output, sample, errant or by_words))
        _say(f"measured {output.name}")

    if wanted("copy"):
        add(copy(sample))
    for peer in PEERS:
        if wanted(peer.name) and (output := peer_output(peer, sample, Path("build/eval"), cached, _say)):
            add(output)
    if wanted(OURS):
        version = catalog.skill("grammar").sha256[:12]
        trust = catalog.trust("grammar")
        with revising(catalog, "grammar") as contexts, closing(open_context(catalog, MODEL)) as plain:
            for output in our_outputs(contexts, plain, trust, version, sample, timed):
                add(output)
                lines.append(excerpt(output, sample))
    return lines


def judged(lines: Sequence[Line], megabytes: float) -> Sequence[Measure]:
    """What the bars are for."""
    ours = {line.system.removeprefix(f"{OURS} "): line for line in lines if line.system.startswith(OURS)}
    peers = [line for line in lines if line.system != "copy" and not line.system.startswith(OURS)]
    if not ours:
        return []
    balanced, eager = ours["balanced"], ours["eager"]
    found: list[Measure] = []

    def at_least(name: str, value: float, unit: str, bar: float) -> None:
        found.append(Measure(name, value, unit, bar, value >= bar))

    def at_most(name: str, value: float, unit: str, bar: float) -> None:
        found.append(Measure(name, value, unit, bar, value <= bar))

    if peers:
        best = max(peers, key=lambda line: line.f05)
        at_least(f"balanced: F0.5 against {best.system}", balanced.f05 / max(best.f05, 1e-9), "ratio", 1.5)
    at_least("balanced: precision", balanced.precision, "%", 75)
    at_least("balanced: exact repairs", balanced.exact, "%", 40)
    at_most("balanced: false alarms", balanced.false_alarms, "per 1,000", 30)
    at_least("eager: GLEU of learners", eager.gleu, "%", 54)
    at_most("adapter", megabytes, "MB", 12)
    if balanced.ms_edited_median:
        at_most("an edited sentence, median", balanced.ms_edited_median, "ms", 60)
        at_most("an edited sentence, p95", balanced.ms_edited_p95, "ms", 150)
    return found


def each_figure(lines: Sequence[Line]) -> Sequence[Measure]:
    """Every figure of every system as a measure."""
    return [
        Measure(f"{line.system}: {name}", value, _UNITS.get(name, "ms"))
        for line in lines
        for name, value in asdict(line).items()
        if isinstance(value, float)
    ]


def write(lines: Sequence[Line], path: Path) -> None:
    """Write the figures as a table with one line for each system."""
    from smallsense.evaluation.grammar import Line

    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([field.name for field in fields(Line)])
        for line in lines:
            table.writerow(round(v, 2) if isinstance(v, float) else v for v in asdict(line).values())


def _table(lines: Sequence[Line]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    table.add_column("system", no_wrap=True)
    titles = ("P", "R", "F0.5", "exact", "alarms", "GLEU", "ms", "p95", "edited", "p95")
    for title in titles:
        table.add_column(title, justify="right")
    for line in lines:
        table.add_row(line.system, *(f"{v:.1f}" for v in asdict(line).values() if isinstance(v, float)))
    Console(width=100).print(table)


def _say(message: str) -> None:
    click.echo(message, err=True)
