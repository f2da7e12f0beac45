"""The structural score of the nullness skill, from mended code and from code that needs no mending."""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from smallsense.skills.nullness.judge import score, shares
from smallsense.training.held_out import Package, held_out
from smallsense.training.logistic import Function, fit
from smallsense.training.pairs import DataError
from smallsense.training.uses import mended, modules, safe, stripped

FOLDS = 5
VARIANTS = 3
"""A function is shown without at most so many of its guards, one at a time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recipe says: see `models/recipes/nullness-structure.toml`."""

    fixes: str
    tiers: Mapping[str, float]
    clean_weight: float
    stripped_weight: float
    penalty: float
    apart: float
    least: int
    lines: int
    donor_lines: int
    least_weight: float
    alarms: tuple[float, ...]
    seed: int
    packages: tuple[Package, ...]
    donors: tuple[Package, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What one repository or package has to learn from, and how many lines of code that is."""

    name: str
    functions: tuple[Function, ...]
    lines: int


def read_plan(path: Path) -> Plan:
    """Read a recipe.

    Raises:
        DataError: it cannot be read, or names a package that must not train.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        packages, donors = (tuple(Package(**one) for one in raw[key]) for key in ("packages", "donors"))
        plan = Plan(**raw["structure"], packages=packages, donors=donors)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"cannot follow the recipe {path}: {error!r}") from error
    kept = {package.name for package in held_out()}
    for package in (*plan.packages, *plan.donors):
        if package.name in kept:
            raise DataError(f"{path}: {package.name} is kept to count false alarms and must not train")
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
        odds = [score(use.cues, weights) for use in function.uses]
        chances = shares(odds, [use.path for use in function.uses])
        for use, chance in zip(function.uses, chances, strict=True):
            if use.label is not None:
                yield max(chance, use.prior), use.label


def run(recipe: Path, data: Path, folder: Path, console: Console) -> Path:
    """Learn the weights of a recipe and write them to `folder`; return the file.

    Prints what there was to learn from, and how well it goes on repositories and packages left out in turn,
    at the confidence from which on clean code has as many false alarms as the recipe names.

    Raises:
        DataError: the recipe cannot be followed.
    """
    plan = read_plan(recipe)
    rng = random.Random(plan.seed)
    repositories = _repositories(plan, data)
    packages: list[Source] = []
    artificial: list[Function] = []
    for package in plan.packages:
        read = list(modules(package, folder / "packages", plan.lines, rng))
        functions = tuple(one for module in read for one in safe(module, plan.clean_weight))
        packages.append(Source(package.name, functions, sum(one.source.count(b"\n") for one in read)))
    for package in (*plan.donors, *plan.packages):
        for module in modules(package, folder / "packages", plan.donor_lines, rng):
            artificial += stripped(module, plan.stripped_weight, VARIANTS, rng)
        console.print(f"{package.name}: {len(artificial):,} guards taken out so far", highlight=False)
    for line in _crossed(plan, repositories, packages, artificial):
        console.print(line, highlight=False)
    weights = _fitted(plan, repositories, packages, artificial)
    kept = {cue: weight for cue, weight in weights.items() if abs(weight) >= plan.least_weight}
    path = folder / "weights.tsv"
    path.write_text(
        "# Log-odds of each cue, learned by the recipe models/recipes/nullness-structure.toml.\n"
        + "".join(f"{cue}\t{weight:.2f}\n" for cue, weight in sorted(kept.items())),
        encoding="utf-8",
    )
    return path


def _repositories(plan: Plan, data: Path) -> list[Source]:
    try:
        rows = [json.loads(line) for line in (data / plan.fixes).read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise DataError(f"cannot read {data / plan.fixes}: {error}") from error
    same: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        same.setdefault((row["repo"], row["path"], row["before"]), []).append(row)
    found: dict[str, list[Function]] = {}
    lines: dict[str, int] = {}
    for row in rows:
        others = [one for one in same[row["repo"], row["path"], row["before"]] if one is not row]
        found.setdefault(row["repo"], []).extend(mended(row, plan.tiers[row["tier"]], others))
        lines[row["repo"]] = lines.get(row["repo"], 0) + row["before"].count("\n") + 1
    return [Source(name, tuple(functions), lines[name]) for name, functions in sorted(found.items())]


def _fitted(
    plan: Plan, repositories: Iterable[Source], packages: Iterable[Source], artificial: Sequence[Function]
) -> dict[str, float]:
    functions = [one for source in (*repositories, *packages) for one in source.functions]
    return fit([*functions, *artificial], penalty=plan.penalty, least=plan.least, apart=plan.apart)


def _crossed(
    plan: Plan, repositories: Sequence[Source], packages: Sequence[Source], artificial: Sequence[Function]
) -> Iterator[str]:
    """What repositories and packages say when each in turn is left out of what is learned from."""
    scored: list[tuple[float, bool]] = []
    alarms: list[float] = []
    for fold in range(FOLDS):
        known, clean = (
            [one for at, one in enumerate(part) if at % FOLDS != fold] for part in (repositories, packages)
        )
        weights = _fitted(plan, known, clean, artificial)
        for source in repositories[fold::FOLDS]:
            scored += judged(source.functions, weights)
        for source in packages[fold::FOLDS]:
            alarms += (confidence for confidence, _ in judged(source.functions, weights))
    mended_lines, lines = (sum(one.lines for one in part) / 1000 for part in (repositories, packages))
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
