"""`smallsense eval nullness`: missing guards found, beside type checkers."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smallsense.cli.data import data_option, needed, work_option
from smallsense.cli.measure import Measure, measuring

if TYPE_CHECKING:
    from smallsense.evaluation.nullness.comparison import Line, System
    from smallsense.evaluation.nullness.document import Document
    from smallsense.evaluation.nullness.fixed import Fixed

SYSTEMS = ("ours", "candidates", "base", "basedpyright", "pyrefly", "ty", "typescript")
_CHECKERS = SYSTEMS[3:]
_USUAL = [name for name in SYSTEMS if name != "base"]  # which takes an hour


@click.command()
@data_option
@click.option(
    "--systems",
    default=",".join(_USUAL),
    show_default=True,
    help="What to measure, with commas between; `base` is the untrained model.",
)
@click.option("--rows", type=click.IntRange(min=1), help="Use only the first so many fixes.")
@click.option(
    "--clean/--no-clean", "with_clean", default=True, help="Count false alarms on clean packages too."
)
@work_option
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Write every figure to this file.")
@measuring
def nullness(
    data: Path, systems: str, rows: int | None, with_clean: bool, work: Path, table: Path | None
) -> list[Measure]:
    """Measure the missing guards found in real fixes, and the alarms on clean code, beside type checkers."""
    source = needed(data / "nullness" / "fixes-dev.jsonl")
    wanted = [name.strip() for name in systems.split(",") if name.strip()]
    for name in wanted:
        if name not in SYSTEMS:
            raise click.BadParameter(f"unknown system {name!r}: choose of {', '.join(SYSTEMS)}")

    from smallsense.evaluation.nullness.comparison import figures
    from smallsense.evaluation.nullness.fixed import read_fixed

    fixed: dict[str, Fixed] = {}
    for number, one in enumerate(read_fixed(source)):
        if rows is not None and number >= rows:
            break
        suffix = {"python": "py", "javascript": "js", "typescript": "ts", "tsx": "tsx"}[one.document.language]
        fixed[f"fix{number:04}.{suffix}"] = one
    clean = _clean(work) if with_clean else {}
    measured = _measure(wanted, fixed, clean, work)
    if table is not None:
        _write(table, figures(measured, fixed, clean))
    return _headline(measured, fixed, clean)


def _clean(work: Path) -> dict[str, Document]:
    from smallsense.evaluation.nullness.clean import sources
    from smallsense.training.fetch import PACKAGES, Unfetched, fetched
    from smallsense.training.held_out import held_out

    found: dict[str, Document] = {}
    for package in held_out():
        try:
            unpacked = fetched(package, work / PACKAGES)
        except Unfetched as error:
            click.echo(f"SKIPPED: clean code of {error}", err=True)
            continue
        found |= {document.path: document for document in sources(package, unpacked)}
    return found


def _measure(
    wanted: Sequence[str], fixed: Mapping[str, Fixed], clean: Mapping[str, Document], work: Path
) -> list[System]:
    from smallsense.evaluation.nullness.checker import check
    from smallsense.evaluation.nullness.checkers import checkers
    from smallsense.evaluation.nullness.command import Absent
    from smallsense.evaluation.nullness.comparison import System
    from smallsense.training.fetch import PACKAGES, TYPESCRIPT, Unfetched, fetched

    known = checkers(lambda: fetched(TYPESCRIPT, work / PACKAGES))
    found = _ours(wanted, fixed, clean, work)
    roots = sorted({one.repository for one in clean.values()})
    for name in (name for name in wanted if name in known):
        try:
            said = check(known[name], {path: one.document for path, one in fixed.items()}, (), work / "said")
            said |= check(known[name], clean, roots, work / "said")
        except (Absent, Unfetched) as error:
            click.echo(f"SKIPPED: {error}", err=True)
            continue
        found.append(System(name, known[name].languages, {"all": 0.0}, said))
    return found


def _ours(
    wanted: Sequence[str], fixed: Mapping[str, Fixed], clean: Mapping[str, Document], work: Path
) -> list[System]:
    from smallsense.cli.answers import remembered
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.trust import SENSITIVITIES
    from smallsense.evaluation.nullness import ours
    from smallsense.evaluation.nullness.comparison import LANGUAGES, System
    from smallsense.skills.nullness.prompt import EVIDENCE
    from smallsense.skills.wording import MODEL

    if not {"ours", "candidates", "base"} & set(wanted):
        return []
    documents = {path: one.document for path, one in fixed.items()} | dict(clean)
    proposed = {path: ours.candidates(document) for path, document in documents.items()}
    everything = LANGUAGES["all"]
    catalog = Catalog.load()
    entry = catalog.skill("nullness")
    found: list[System] = []
    if "ours" in wanted:
        points = {name: entry.trust.threshold(name, "") for name in SENSITIVITIES}
        trust = entry.trust
        doubted = (one.opinion for each in proposed.values() for one in each if EVIDENCE in trust.weights)
        questions = [opinion.question for opinion in doubted if opinion is not None]
        answers = remembered(catalog, "nullness", questions, work) if questions else {}
        said = {path: ours.judged(each, answers, trust) for path, each in proposed.items()}
        found.append(System("ours", everything, points, said))
    if "candidates" in wanted:
        said = {path: ours.unjudged(each) for path, each in proposed.items()}
        found.append(System("candidates", everything, {"all": 0.0}, said))
    if "base" in wanted:
        questions = [one.question for each in proposed.values() for one in each]
        answers = remembered(catalog, MODEL, questions, work)
        said = {path: ours.asked(each, answers) for path, each in proposed.items()}
        found.append(System("base", everything, {"half": 0.5}, said))
    return found


def _headline(
    systems: Sequence[System], fixed: Mapping[str, Fixed], clean: Mapping[str, Document]
) -> list[Measure]:
    """The figures that matter, and those that must reach a bar."""
    from smallsense.evaluation.nullness.comparison import on_clean, on_fixes

    by_name = {system.name: system for system in systems}
    found = [
        Measure("fixes", len(fixed), ""),
        Measure("fixed functions", sum(one.document.lines for one in fixed.values()) / 1000, "kLOC"),
        Measure("clean code", sum(one.lines for one in clean.values()) / 1000, "kLOC"),
    ]
    for system in systems:
        shown = on_fixes(system, fixed)
        found.append(Measure(f"{system.name}: average precision", shown.average_precision().value, ""))
        for point, threshold in system.points.items():
            name = system.name if point == "all" else f"{system.name}, {point}"
            found.append(Measure(f"{name}: precision", shown.precision(threshold).value, ""))
            found.append(Measure(f"{name}: recall", shown.recall(threshold).value, ""))
            found.append(
                Measure(f"{name}: alarms on fixed functions", shown.alarms(threshold).value, "per kLOC")
            )
            if clean:
                alarms = on_clean(system, clean, system.languages).alarms(threshold).value
                bar = 1.0 if system.name == "ours" and point == "balanced" else None
                ok = alarms <= bar if bar is not None else None
                found.append(Measure(f"{name}: alarms on clean code", alarms, "per kLOC", bar, ok))
    if "ours" in by_name:
        found += _against(by_name, fixed)
    return found


def _against(systems: Mapping[str, System], fixed: Mapping[str, Fixed]) -> list[Measure]:
    """Ours against each of the others, on all functions and on those that both can read."""
    from smallsense.evaluation.nullness.comparison import groups, on_fixes
    from smallsense.evaluation.nullness.score import sample

    ours = systems["ours"]
    balanced, eager = ours.points["balanced"], ours.points["eager"]
    found: list[Measure] = []
    with_cue = groups(fixed).get("with a cue")
    if with_cue:
        recall = sample(with_cue, ours.said).recall(eager).value
        found.append(Measure("ours, eager: recall where there is a cue", recall, "", 0.5, recall >= 0.5))
    if "candidates" in systems:
        ratio = _ratio(
            on_fixes(ours, fixed).average_precision().value,
            on_fixes(systems["candidates"], fixed).average_precision().value,
        )
        found.append(Measure("average precision against candidates", ratio, "times", 3, ratio >= 3))
    for name in (name for name in _CHECKERS if name in systems):
        other = systems[name]
        # A checker is silent on languages that it cannot read: there it has no alarms either.
        for where, languages in (("all functions", ours.languages), ("its languages", other.languages)):
            we, they = (on_fixes(one, fixed, languages) for one in (ours, other))
            recall = _ratio(we.recall(balanced).value, they.recall(0).value)
            alarms = _ratio(we.alarms(balanced).value, they.alarms(0).value)
            best = we.recall_within(they.alarms(0).value)
            found.append(Measure(f"recall against {name}, {where}", recall, "times", 5, recall >= 5))
            found.append(Measure(f"alarms against {name}, {where}", alarms, "times", 1, alarms <= 1))
            found.append(Measure(f"recall of ours at as many alarms as {name}, {where}", best, ""))
    return found


def _ratio(one: float, other: float) -> float:
    return one / other if other else math.inf


def _write(table: Path, lines: Iterable[Line]) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["system", "sample", "group", "point", "measure", "value", "low", "high"])
        for line in lines:
            figure = (f"{number:.4f}" for number in (line.figure.value, line.figure.low, line.figure.high))
            rows.writerow([line.system, line.sample, line.group, line.point, line.measure, *figure])
