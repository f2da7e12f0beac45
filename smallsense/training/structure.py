"""The structural score of the nullness skill, from mended code and from code that needs no mending."""

from __future__ import annotations

import math
import random
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from smallsense.skills.nullness.judge import confidences, score
from smallsense.training.fetch import PACKAGES
from smallsense.training.held_out import Package, refuse_held_out
from smallsense.training.logistic import Function, fit
from smallsense.training.mined import read_mined
from smallsense.training.releases import RELEASES, History, mined_releases, newest, read_histories
from smallsense.training.rows import DataError
from smallsense.training.uses import mended, modules, safe, stripped

FOLDS = 5
VARIANTS = 3
"""A function is shown without at most so many of its guards, one at a time."""

MOST = 1.0
"""A habit is worth no more than this: guards are taken out where there are guards."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recipe says: see `models/recipes/nullness-structure.toml`."""

    fixes: str
    tiers: Mapping[str, float]
    clean_weight: float
    newest_weight: float
    stripped_weight: float
    penalty: float
    apart: float
    least: int
    lines: int
    newest_lines: int
    donor_lines: int
    least_weight: float
    alarms: tuple[float, ...]
    seed: int
    packages: tuple[Package, ...]
    donors: tuple[Package, ...]
    histories: tuple[History, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What one repository or package has to learn from, and how many lines of code that is.

    `stripped` are its functions without one of their guards.
    """

    name: str
    functions: tuple[Function, ...]
    lines: int
    stripped: tuple[Function, ...] = ()


def read_plan(path: Path) -> Plan:
    """Read a recipe.

    Raises:
        DataError: it cannot be read, or names a package that must not train.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        packages, donors = (tuple(Package(**one) for one in raw[key]) for key in ("packages", "donors"))
        histories = read_histories(path.parent / raw["releases"]) if "releases" in raw else ()
        plan = Plan(**raw["structure"], packages=packages, donors=donors, histories=histories)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"cannot follow the recipe {path}: {error!r}") from error
    refuse_held_out(path, (package.name for package in (*plan.packages, *plan.donors)))
    return plan


def average_precision(scored: list[tuple[float, bool]]) -> float:
    """The mean precision at each positive, the surest first."""
    hits, total = 0, 0.0
    for rank, (_, label) in enumerate(sorted(scored, key=lambda one: -one[0]), start=1):
        hits += label
        total += label * hits / rank
    return total / hits if hits else 0.0


def judged(functions: Iterable[Function], weights: Mapping[str, float]) -> Iterator[tuple[float, bool]]:
    """The confidence in each use that has a label, and the label."""
    for function in functions:
        sure = judged_uses(function, weights)
        yield from (
            (one, use.label) for one, use in zip(sure, function.uses, strict=True) if use.label is not None
        )


def judged_uses(function: Function, weights: Mapping[str, float]) -> list[float]:
    """The confidence in each use of a function, in order."""
    uses = function.uses
    return confidences(
        [score(use.cues | use.habit, weights) for use in uses],
        [use.path for use in uses],
        [use.prior for use in uses],
        [use.again for use in uses],
    )


def run(recipe: Path, data: Path, folder: Path, console: Console) -> Path:
    """Learn the weights of a recipe and write them to `folder`; return the file.

    Prints what there was to learn from, and how well it goes on repositories and packages left out in turn,
    at the confidence from which on clean code has as many false alarms as the recipe names.

    Raises:
        DataError: the recipe cannot be followed.
    """
    plan = read_plan(recipe)
    rng = random.Random(plan.seed)
    mined = repositories(plan, data)
    compared = histories(plan, folder, console)
    clean, donors = packages(plan, folder, rng, console)
    released = [*compared, *unmended(plan, folder, console)]
    names = {source.name for source in mined}
    for line in _crossed(plan, mined, clean, [*(one for one in released if one.name not in names), *donors]):
        console.print(line, highlight=False)
    weights = fitted(plan, [*mined, *released, *clean, *donors])
    kept = {cue: weight for cue, weight in weights.items() if abs(weight) >= plan.least_weight}
    path = folder / "weights.tsv"
    path.write_text(
        "# Log-odds of each cue, learned by the recipe models/recipes/nullness-structure.toml.\n"
        + "".join(f"{cue}\t{weight:.2f}\n" for cue, weight in sorted(kept.items())),
        encoding="utf-8",
    )
    return path


def repositories(plan: Plan, data: Path) -> list[Source]:
    """What the repositories of the mined fixes have to learn from.

    Raises:
        DataError: the fixes are missing or broken.
    """
    found: dict[str, list[Function]] = {}
    lines: dict[str, int] = {}
    for row, others in read_mined(data / plan.fixes):
        found.setdefault(row["repo"], []).extend(mended(row, plan.tiers[row["tier"]], others))
        lines[row["repo"]] = lines.get(row["repo"], 0) + row["before"].count("\n") + 1
    return [Source(name, tuple(functions), lines[name]) for name, functions in sorted(found.items())]


def histories(plan: Plan, folder: Path, console: Console) -> list[Source]:
    """What the releases of packages mended, to learn from. They are fetched to `folder`.

    Raises:
        DataError: what was kept there is broken.
    """
    found: dict[str, list[Function]] = {}
    for row in mined_releases(plan.histories, folder / RELEASES, console):
        found.setdefault(row["repo"], []).extend(mended(row, plan.tiers[row["tier"]]))
    return [Source(name, tuple(functions), 0) for name, functions in sorted(found.items())]


def unmended(plan: Plan, folder: Path, console: Console) -> list[Source]:
    """What the newest releases of these packages have to learn from, as code in which nothing is missing.

    Without it the ways of these packages would themselves be signs of a missing guard. They are fetched to
    `folder`.
    """
    rng = random.Random(plan.seed)
    found: list[Source] = []
    for history, read in newest(plan.histories, folder / PACKAGES, plan.newest_lines, rng, console):
        functions = tuple(one for module in read for one in safe(module, plan.newest_weight))
        found.append(Source(history.repository, functions, sum(one.source.count(b"\n") for one in read)))
    return found


def packages(
    plan: Plan, folder: Path, rng: random.Random, console: Console
) -> tuple[list[Source], list[Source]]:
    """What the clean packages have to learn from, and those that only guards are taken out of.

    They are fetched to `folder`.

    Raises:
        DataError: a package could not be had.
    """
    folder = folder / PACKAGES
    clean: list[tuple[tuple[Function, ...], int]] = []
    for package in plan.packages:
        read = list(modules(package, folder, plan.lines, rng))
        functions = tuple(one for module in read for one in safe(module, plan.clean_weight))
        clean.append((functions, sum(one.source.count(b"\n") for one in read)))
    taken: dict[Package, tuple[Function, ...]] = {}
    for package in (*plan.donors, *plan.packages):
        taken[package] = tuple(
            one
            for module in modules(package, folder, plan.donor_lines, rng)
            for one in stripped(module, plan.stripped_weight, VARIANTS, rng)
        )
        console.print(f"{package.name}: {len(taken[package]):,} guards taken out", highlight=False)
    return (
        [
            Source(package.name, functions, lines, taken[package])
            for package, (functions, lines) in zip(plan.packages, clean, strict=True)
        ],
        [Source(package.name, (), 0, taken[package]) for package in plan.donors],
    )


def fitted(plan: Plan, sources: Sequence[Source]) -> dict[str, float]:
    """The weights of all cues, learned from these sources."""
    functions = [one for source in sources for one in source.functions]
    artificial = [one for source in sources for one in source.stripped]
    weights = fit([*functions, *artificial], penalty=plan.penalty, least=plan.least, apart=plan.apart)
    return weights | factors(functions, artificial)


def factors(functions: Iterable[Function], artificial: Iterable[Function]) -> dict[str, float]:
    """How much likelier each habit is where a guard was taken out than where none is missing, in log-odds.

    Mended functions come without their class, so this cannot be fitted together with the rest.
    """
    lacking, safe = (
        Counter(cue for one in part for use in one.uses if use.label is label for cue in use.habit)
        for part, label in ((artificial, True), (functions, False))
    )
    names = sorted(lacking.keys() | safe.keys())
    ratio = {
        cue: (lacking[cue] + 1)
        / (lacking.total() + len(names))
        * (safe.total() + len(names))
        / (safe[cue] + 1)
        for cue in names
    }
    return {cue: min(max(math.log(one), -MOST), MOST) for cue, one in ratio.items()}


def _crossed(
    plan: Plan, mined: Sequence[Source], released: Sequence[Source], others: Sequence[Source]
) -> Iterator[str]:
    """What repositories and packages say when each in turn is left out of learning; `others` never is."""
    scored: list[tuple[float, bool]] = []
    alarms: list[float] = []
    for fold in range(FOLDS):
        known, clean = (
            [one for at, one in enumerate(part) if at % FOLDS != fold] for part in (mined, released)
        )
        weights = fitted(plan, [*known, *clean, *others])
        for source in mined[fold::FOLDS]:
            scored += judged(source.functions, weights)
        for source in released[fold::FOLDS]:
            alarms += (confidence for confidence, _ in judged(source.functions, weights))
    mended_lines, lines = (sum(one.lines for one in part) / 1000 for part in (mined, released))
    hits = np.array([one for one, label in scored if label])
    misses = np.array([one for one, label in scored if not label])
    yield (
        f"left out in turn: {len(hits):,} mended uses, {len(misses):,} others in {mended_lines:.0f} kLOC; "
        f"average precision {average_precision(scored):.3f}"
    )
    surest = sorted(alarms, reverse=True)
    for wanted in plan.alarms:
        threshold = surest[min(int(wanted * lines), len(surest) - 1)]
        found, false = int((hits > threshold).sum()), int((misses > threshold).sum())
        yield (
            f"at {wanted} alarms per kLOC of clean code: confidence {threshold:.3f}, "
            f"precision {found / max(found + false, 1):.1%}, recall {found / len(hits):.1%}, "
            f"{false / mended_lines:.2f} false alarms per kLOC of mended functions"
        )
