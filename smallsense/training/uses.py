"""Functions to learn from: mended ones, released ones, and released ones without one of their guards."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.habit import Habit, habit
from smallsense.skills.nullness.judge import evidence, least, repeated
from smallsense.skills.nullness.surroundings import path_of, surroundings
from smallsense.skills.nullness.suspect import Suspect
from smallsense.text.languages import by_path
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span
from smallsense.training.fetch import Unfetched, fetched
from smallsense.training.held_out import Package
from smallsense.training.logistic import Function, Use
from smallsense.training.mined import UNDECIDED, Row
from smallsense.training.removal import Unguarded, unguarded
from smallsense.training.rows import DataError
from smallsense.training.wrapped import wrapped

MOST_BYTES, MOST_WIDTH = 200_000, 100
"""Larger files and longer lines (on average) are generated."""

LANGUAGES = frozenset({"python", "javascript", "typescript", "tsx"})
_NOT_WRITTEN = re.compile(r"(^|/)(_?tests?|__tests__|dist|build)(/|$)|\.(d|min|test|spec)\.|(^|/)test_")

_OTHERS = re.compile(r"(^|/)(_?vendor(ed)?|third_?party|externals?|node_modules)(/|$)")
"""Where packages carry the code of others."""


def mended(row: Row, weight: float, others: Sequence[Row] = ()) -> Iterator[Function]:
    """The functions of a row of mined fixes: the mended use, and all others that say something.

    `others` are the rows about the same code: of what they mended nothing is said here.
    """
    return (function for _, function in mended_by_scope(row, weight, others))


def mended_by_scope(row: Row, weight: float, others: Sequence[Row] = ()) -> Iterator[tuple[Scope, Function]]:
    """As `mended`, each with its scope: a use for every candidate there, in order."""
    snapshot, offset = wrapped(row["before"], row["lang"])
    unknown = {start + offset for key in UNDECIDED for start, *_ in row[key]}
    unknown |= {other["deref_start"] + offset for other in others}
    needed = Span(row["deref_start"] + offset, row["expr_end"] + offset)

    def label(suspect: Suspect) -> bool | None:
        value = suspect.dereference.value
        if Span(value.start_byte, value.end_byte) == needed:
            return True
        return None if value.start_byte in unknown else False

    for scope in scopes(snapshot, "function"):
        if uses := _uses(scope, label):
            yield scope, Function(uses, weight)


def modules(package: Package, folder: Path, lines: int, rng: random.Random) -> Iterator[Snapshot]:
    """The modules of a package in any order, as many as have so many lines together.

    Raises:
        DataError: the package could not be had.
    """
    try:
        root = fetched(package, folder) / package.below
    except Unfetched as error:
        raise DataError(str(error)) from error
    files = sorted(path for path in root.rglob("*") if path.is_file())
    rng.shuffle(files)
    for path in files:
        language = by_path(path.name)
        if lines < 0 or language is None or not is_code(path.relative_to(root).as_posix()):
            continue
        source = path.read_bytes()
        if not is_generated(source):
            lines -= source.count(b"\n")
            yield Snapshot.open(path.resolve().as_uri(), language, 1, source)


def is_code(place: str) -> bool:
    """Whether a file of a package, by its path there, holds code of its own that tests nothing.

    What is measured must not train: others' code may be code of a package that is held out.
    """
    language = by_path(place)
    known = language is not None and language.name in LANGUAGES
    return known and not _NOT_WRITTEN.search(place) and not _OTHERS.search(place)


def is_generated(source: bytes) -> bool:
    """Whether code looks as if a program wrote it."""
    return len(source) > min(MOST_BYTES, MOST_WIDTH * source.count(b"\n"))


def safe(snapshot: Snapshot, weight: float) -> Iterator[Function]:
    """The functions of released code, every use in which is taken to be safe.

    What only a constructor shows is left out: it is in sight here, as it never is in mended functions, and
    would pass for a sign of safety.
    """
    return (function for _, function in safe_by_scope(snapshot, weight))


def safe_by_scope(snapshot: Snapshot, weight: float) -> Iterator[tuple[Scope, Function]]:
    """As `safe`, each with its scope: a use for every candidate there, in order."""
    for scope in scopes(snapshot, "function"):
        uses = _uses(scope, lambda suspect: None if suspect.origin.kind == "attribute" else False)
        if uses:
            yield scope, Function(uses, weight)


def stripped(snapshot: Snapshot, weight: float, most: int, rng: random.Random) -> Iterator[Function]:
    """The functions of released code, out of context, without one guard: at most so many variants of each.

    What the other methods of their classes do is told all the same. The first use of what the guard protected
    lacks one; of its other uses, and of what they make of it, nothing is said.
    """
    for scope in scopes(snapshot, "function"):
        for one in without_guards(scope, most, rng):
            yield Function(_uses(one.scope, lacks(one), _habit(scope)), weight, artificial=True)


def without_guards(scope: Scope, most: int, rng: random.Random) -> Iterator[Unguarded]:
    """A function, out of context, without one guard: at most so many variants of it."""
    snapshot = scope.snapshot
    column = snapshot.line_column(scope.span.start)[1] if snapshot.language.name == "python" else 0
    alone, offset = wrapped(" " * column + scope.text, snapshot.language.name)
    start = offset + column
    variants = [
        one for other in scopes(alone, "function") if other.span.start == start for one in unguarded(other)
    ]
    yield from rng.sample(variants, min(most, len(variants)))


def lacks(variant: Unguarded) -> Callable[[Suspect], bool | None]:
    """Tells of each use whether it lacks the guard that was taken out, asked in their order."""
    seen: set[str] = set()

    def label(suspect: Suspect) -> bool | None:
        path = path_of(suspect.dereference.value)
        first = path not in seen
        seen.add(path)
        if path == variant.path:
            return True if first else None
        part = path.startswith(f"{variant.path}.")
        return False if path in variant.before and not part else None

    return label


def _habit(scope: Scope) -> Habit:
    return habit(scope.node) if scope.node is not None else Habit()


def _uses(
    scope: Scope, label: Callable[[Suspect], bool | None], others: Habit | None = None
) -> tuple[Use, ...]:
    """The uses of a scope that nothing protects, in order; `others` are the methods beside it."""
    if scope.node is None:
        return ()
    found = candidates_of(scope)
    if not found:
        return ()
    around, others = surroundings(scope.node), others or _habit(scope)
    return tuple(
        Use(
            frozenset(evidence(suspect, around, scope.node)),
            label(suspect),
            path_of(suspect.dereference.value),
            least(suspect),
            again,
            others.cues(suspect.dereference.value),
        )
        for suspect, again in zip(found, repeated(found, around), strict=True)
    )
