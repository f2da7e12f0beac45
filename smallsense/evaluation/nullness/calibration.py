"""Calibration of the null check: what a verdict of the model is worth beside the score, and thresholds.

Both are measured on code that neither has learned from: mended functions of repositories that the recipe of
the adapter holds out, by a score learned without them, and released code that nothing learned as safe.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from rich.console import Console

from smallsense.engine.questions import Choice, Choose
from smallsense.engine.trust import CONSTANT, SENSITIVITIES, Trust
from smallsense.skills.nullness import FLOOR
from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.prompt import EVIDENCE, SCORE, evidence, opinion
from smallsense.skills.opinion import Opinion, said
from smallsense.text.scope import Scope
from smallsense.training.choices import held_out
from smallsense.training.fetch import PACKAGES
from smallsense.training.held_out import Package
from smallsense.training.logistic import Function
from smallsense.training.mined import read_mined
from smallsense.training.releases import RELEASES, mined_releases
from smallsense.training.structure import (
    Plan,
    average_precision,
    fitted,
    histories,
    judged_uses,
    packages,
    repositories,
    unmended,
)
from smallsense.training.uses import mended_by_scope, modules, safe_by_scope

RIDGE = 0.5
STEPS = 50

Ask = Callable[[Sequence[Choose]], Mapping[Choose, Choice]]


@dataclass(frozen=True, slots=True)
class Doubted:
    """A use, how sure the score is that it lacks a guard, what that is worth beside the verdict of the model,
    what this is asked, if it is, and whether the use does lack one.
    """

    confidence: float
    evidence: tuple[tuple[str, float], ...]
    opinion: Opinion | None
    label: bool

    def told(self, answers: Mapping[Choose, Choice]) -> tuple[tuple[str, float], ...]:
        """All evidence, once the model is heard."""
        heard = said(self.opinion, answers[self.opinion.question]) if self.opinion is not None else ()
        return (*self.evidence, *heard)


def doubted(scope: Scope, function: Function, weights: Mapping[str, float]) -> Iterator[Doubted]:
    """The uses of a function that are worth a word, of which somebody can say whether they lack a guard."""
    sure = judged_uses(function, weights)
    for suspect, use, confidence in zip(candidates_of(scope), function.uses, sure, strict=True):
        if use.label is not None and confidence >= FLOOR:
            asked = opinion(scope, suspect, confidence)
            yield Doubted(confidence, evidence(scope, confidence), asked, use.label)


def mended_uses(
    data: Path, plan: Plan, percent: int, folder: Path, weights: Mapping[str, float], console: Console
) -> list[Doubted]:
    """The doubted uses in the mended functions of this share of the repositories, and of the packages whose
    releases are compared; what these mended is kept in `folder`.

    Raises:
        DataError: the data is missing or broken.
    """
    compared = ((row, ()) for row in mined_releases(plan.histories, folder / RELEASES, console))
    return [
        use
        for row, others in chain(read_mined(data / plan.fixes), compared)
        if held_out(row["repo"], percent)
        for scope, function in mended_by_scope(row, 1.0, others)
        for use in doubted(scope, function, weights)
    ]


def released_uses(
    packages: Iterable[Package], folder: Path, lines: int, weights: Mapping[str, float], rng: random.Random
) -> tuple[list[Doubted], float]:
    """The doubted uses in so many lines of each package, and how many thousand lines were read.

    Raises:
        DataError: a package could not be had.
    """
    found: list[Doubted] = []
    read = 0
    for package in packages:
        for module in modules(package, folder, lines, rng):
            read += module.source.count(b"\n")
            for scope, function in safe_by_scope(module, 1.0):
                found += doubted(scope, function, weights)
    return found, read / 1000


def fit(uses: Sequence[Doubted], answers: Mapping[Choose, Choice]) -> dict[str, float]:
    """What a constant, the score and the verdict weigh, in log-odds: logistic regression with a ridge."""
    told = [dict(use.told(answers)) for use in uses]
    x = np.array([(1.0, one[SCORE], one.get(EVIDENCE, 0.0)) for one in told])
    y = np.array([float(use.label) for use in uses])
    beta = np.zeros(3)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ beta))
        slope = x.T @ (y - p) - RIDGE * beta
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(3), slope)
        beta += step
    return dict(zip((CONSTANT, SCORE, EVIDENCE), (round(float(one), 3) for one in beta), strict=True))


def weighed(
    uses: Sequence[Doubted], answers: Mapping[Choose, Choice], weights: Mapping[str, float]
) -> list[float]:
    """The confidence in each use, once the model is heard."""
    trust = Trust(weights=weights)
    return [trust.confidence(use.confidence, use.told(answers)) for use in uses]


def levels(confident: Sequence[float], lines: float, alarms: Sequence[float]) -> dict[str, float]:
    """For each sensitivity the confidence above which a thousand lines of code have so many `alarms`."""
    surest = sorted(confident, reverse=True)
    return {
        name: math.ceil(1000 * surest[min(int(most * lines), len(surest) - 1)]) / 1000
        for name, most in zip(SENSITIVITIES, alarms, strict=True)
    }


@dataclass(frozen=True, slots=True)
class Sure:
    """How sure one is of the uses in mended functions, each with whether it lacks a guard, and of those in
    released code (`alarms`).
    """

    mended: Sequence[tuple[float, bool]]
    alarms: Sequence[float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a calibration found: weights of evidence and levels.

    The score judged `alone`, and with the model `heard`, also in so many thousand `lines` of released code.
    """

    weights: Mapping[str, float]
    levels: Mapping[str, float]
    alone: Sure
    heard: Sure
    lines: float


def calibrate(
    data: Path, plan: Plan, percent: int, folder: Path, lines: int, ask: Ask, console: Console
) -> Measured:
    """Measure with this share of the repositories held out, and so many lines of each donor of guards.

    Packages are fetched to `folder`.

    Raises:
        DataError: the data is missing or broken, or a package could not be had.
    """
    rng = random.Random(plan.seed)
    sources = (
        *repositories(plan, data),
        *histories(plan, folder, console),
        *unmended(plan, folder, console),
    )
    trains = [source for source in sources if not held_out(source.name, percent)]
    clean, donors = packages(plan, folder, rng, console)
    weights = fitted(plan, [*trains, *clean, *donors])
    mended = mended_uses(data, plan, percent, folder, weights, console)
    known = {(history.registry, history.name) for history in plan.histories}
    # Where older releases have taught what lacks a guard, more is doubted than in code that nobody has seen.
    unknown = [package for package in plan.donors if (package.registry, package.name) not in known]
    released, read = released_uses(unknown, folder / PACKAGES, lines, weights, random.Random(plan.seed))
    answers = ask([use.opinion.question for use in (*mended, *released) if use.opinion is not None])
    verdicts = fit(mended, answers)
    labels = [use.label for use in mended]
    alone = [use.confidence for use in mended]
    heard = weighed(mended, answers, verdicts)
    alarms = weighed(released, answers, verdicts)
    return Measured(
        verdicts,
        levels(alarms, read, plan.alarms),
        Sure(list(zip(alone, labels, strict=True)), [use.confidence for use in released]),
        Sure(list(zip(heard, labels, strict=True)), alarms),
        read,
    )


def report(measured: Measured, alarms: Sequence[float]) -> Iterator[str]:
    """What people want to know of it, a line each; levels are for so many alarms in a thousand lines."""
    for name, sure in (("score alone", measured.alone), ("with the verdict", measured.heard)):
        needs = sum(label for _, label in sure.mended)
        yield (
            f"{name}: average precision {average_precision(list(sure.mended)):.3f}; "
            f"{needs} of {len(sure.mended)} doubted uses in mended functions lack a guard"
        )
        for sensitivity, level in levels(sure.alarms, measured.lines, alarms).items():
            shown = [label for one, label in sure.mended if one >= level]
            wrong = sum(one >= level for one in sure.alarms) / measured.lines
            yield (
                f"  {sensitivity}: confidence {level:.3f}, precision {sum(shown) / max(len(shown), 1):.1%}, "
                f"recall {sum(shown) / needs:.1%}, {wrong:.2f} alarms per kLOC of released code"
            )
    yield ", ".join(f"{name} {weight}" for name, weight in measured.weights.items())
