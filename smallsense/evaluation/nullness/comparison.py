"""What every system says about the same code, and the figures that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from smallsense.evaluation.nullness.alarm import Alarm
from smallsense.evaluation.nullness.document import Document
from smallsense.evaluation.nullness.fixed import Fixed
from smallsense.evaluation.nullness.score import Figure, Sample, sample

LANGUAGES = {
    "all": frozenset({"python", "javascript", "typescript", "tsx"}),
    "python": frozenset({"python"}),
    "javascript": frozenset({"javascript"}),
    "typescript": frozenset({"typescript", "tsx"}),
    "javascript and typescript": frozenset({"javascript", "typescript", "tsx"}),
}


@dataclass(frozen=True, eq=False)
class System:
    """What one system says, by path, about fixed functions and about clean code.

    `languages` are those it reads, `points` the thresholds at which it is measured, by name.
    """

    name: str
    languages: frozenset[str]
    points: Mapping[str, float]
    said: Mapping[str, Sequence[Alarm]]


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as the table of results has it."""

    system: str
    sample: str
    group: str
    point: str
    measure: str
    figure: Figure


def on_fixes(
    system: System, fixed: Mapping[str, Fixed], languages: frozenset[str] = LANGUAGES["all"]
) -> Sample:
    """Return what a system says about the fixed functions in some languages."""
    return sample(
        {path: one for path, one in fixed.items() if one.document.language in languages}, system.said
    )


def on_clean(
    system: System, clean: Mapping[str, Document], languages: frozenset[str] = LANGUAGES["all"]
) -> Sample:
    """Return what a system says about clean code in some languages."""
    return sample({}, system.said, {path: one for path, one in clean.items() if one.language in languages})


def figures(
    systems: Sequence[System], fixed: Mapping[str, Fixed], clean: Mapping[str, Document]
) -> Iterator[Line]:
    """Every figure of every system: on all fixed functions, on groups of them, and on clean code."""
    for system in systems:
        for group, chosen in groups(fixed).items():
            if not any(one.document.language in system.languages for one in chosen.values()):
                continue
            one = sample(chosen, system.said)
            if len(system.points) > 1 or group in LANGUAGES:
                yield Line(system.name, "fixes", group, "", "average precision", one.average_precision())
            for point, threshold in system.points.items():
                yield Line(system.name, "fixes", group, point, "precision", one.precision(threshold))
                yield Line(system.name, "fixes", group, point, "recall", one.recall(threshold))
                yield Line(system.name, "fixes", group, point, "alarms per kLOC", one.alarms(threshold))
        for group, languages in LANGUAGES.items():
            one = on_clean(system, clean, languages & system.languages)
            for point, threshold in system.points.items() if one.lines.sum() else ():
                yield Line(system.name, "clean", group, point, "alarms per kLOC", one.alarms(threshold))


def groups(fixed: Mapping[str, Fixed]) -> dict[str, dict[str, Fixed]]:
    """The fixed functions by language, by whether they show the need, by origin and by evidence."""
    found: dict[str, dict[str, Fixed]] = {}
    for path, one in fixed.items():
        names = [name for name, languages in LANGUAGES.items() if one.document.language in languages]
        names += ["with a cue" if one.has_cue else "without a cue", f"origin {one.origin}"]
        names += [f"evidence {cue}" for cue in one.evidence]
        for name in names:
            found.setdefault(name, {})[path] = one
    return {name: found[name] for name in (*LANGUAGES, *sorted(found.keys() - LANGUAGES)) if name in found}
