"""Mended functions out of the releases of packages: each release is compared with the one before it.

Most releases mend something. Where all that changed about a value is that it is guarded now, that guard tells
which use of it lacked one.
"""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from rich.console import Console

from smallsense.text.language import Language
from smallsense.text.languages import by_path
from smallsense.text.snapshot import Snapshot
from smallsense.training.fetch import Unfetched, contents
from smallsense.training.held_out import Package, refuse_held_out
from smallsense.training.licenses import permissive
from smallsense.training.mending import TESTS, functions, mended_between
from smallsense.training.mined import Row
from smallsense.training.rows import DataError, rows
from smallsense.training.uses import is_code, is_generated, modules

RELEASES = "releases"
"""The folder that keeps what was found."""

MOST_PARSED = 4096
"""So many files are kept as they were parsed: some hundred megabytes at most."""

MOST_ALIKE = 2
"""Of one change made in many functions of a package so many are kept."""


@dataclass(frozen=True, slots=True)
class History:
    """A package of a registry, and those of its releases that are compared, oldest first.

    `mined` is the repository that it is released from, where there are mined fixes of it.
    """

    registry: Literal["pypi", "npm"]
    name: str
    license: str
    versions: tuple[str, ...]
    mined: str = ""

    @property
    def place(self) -> str:
        """Which registry has it, and by what name."""
        return f"{self.registry}/{self.name}"

    @property
    def repository(self) -> str:
        """What rows name as their repository: who holds out one of its kind of rows holds out the others."""
        return self.mined or self.place

    @property
    def newest(self) -> Package:
        """The last of its releases."""
        return self.at(self.versions[-1])

    def at(self, version: str) -> Package:
        """One of its releases."""
        return Package(self.registry, self.name, version, self.license, "")


def read_histories(path: Path) -> tuple[History, ...]:
    """Read which releases are compared.

    Raises:
        DataError: the file cannot be read, or names a package that must not train.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))["histories"]
        found = tuple(History(**one | {"versions": tuple(one["versions"])}) for one in raw)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"cannot read the releases {path}: {error!r}") from error
    refuse_held_out(path, (history.name for history in found))
    for history in found:
        if not permissive(history.license):
            raise DataError(f"{path}: {history.name} must not train, its license is {history.license}")
    return found


def mined_releases(histories: Sequence[History], folder: Path, console: Console) -> list[Row]:
    """What the releases of all these packages mended; what is found is kept in `folder`, a file a package.

    A release that is not to be had is passed over.

    Raises:
        DataError: a kept file is broken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found: list[Row] = []
    for history in histories:
        kept = folder / f"{history.place.replace('/', '+')}.jsonl"
        if not kept.exists():
            lines = [json.dumps(row) + "\n" for row in _mined(history, console)]
            console.print(f"{history.place}: {len(lines):,} guards came", highlight=False)
            partial = kept.with_suffix(".partial")
            partial.write_text("".join(lines), encoding="utf-8")
            partial.replace(kept)
        found += rows(kept)
    return found


def newest(
    histories: Iterable[History], folder: Path, lines: int, rng: random.Random, console: Console
) -> Iterator[tuple[History, list[Snapshot]]]:
    """So many lines of the newest release of each package; they are fetched to `folder`.

    A release that is not to be had is passed over.
    """
    for history in histories:
        try:
            yield history, list(modules(history.newest, folder, lines, rng))
        except DataError as error:
            console.print(f"passed over: {error}", highlight=False)


def _mined(history: History, console: Console) -> Iterator[Row]:
    """The rows of a package; a fix that was taken back and made again counts once."""
    seen: set[str] = set()
    alike: Counter[tuple[str, frozenset[str]]] = Counter()
    # What is newer in one comparison is older in the next.
    parse = lru_cache(MOST_PARSED)(_functions)
    for (_, before), (version, after) in pairwise(_releases(history, console)):
        for path in sorted(before.keys() & after.keys()):
            for place, row in _compared(path, before[path], after[path], parse):
                identity = hashlib.sha256(f"{path} {place} {row['expr']}".encode()).hexdigest()[:12]
                change = row["expr"], _came(row)
                if identity not in seen and alike[change] < MOST_ALIKE:
                    seen.add(identity)
                    alike[change] += 1
                    source = {"repo": history.repository, "licence": history.license, "tier": "A"}
                    where = {"id": identity, "version": version, "path": path, "func_name": place}
                    yield {**where, **source, **row}


def _came(row: Row) -> frozenset[str]:
    """The lines that the later version of a function has and the one before has not."""
    before, after = ({line.strip() for line in row[key].splitlines()} for key in ("before", "after"))
    return frozenset(after - before)


def _releases(history: History, console: Console) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The code of each release; the next one is fetched meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        coming: deque[tuple[str, Future[dict[str, bytes]]]] = deque()
        for version in (*history.versions, None):
            if version is not None:
                coming.append((version, pool.submit(_read, history, version)))
            if len(coming) > 1 or version is None:
                one, code = coming.popleft()
                try:
                    yield one, code.result()
                except Unfetched as error:
                    console.print(f"passed over: {error}", highlight=False)


def _read(history: History, version: str) -> dict[str, bytes]:
    """The code of a release, by path.

    Raises:
        Unfetched: it is not to be had.
    """
    files = contents(history.at(version), is_code)
    return {place: source for place, source in files.items() if not is_generated(source)}


Parse = Callable[[str, Language, bytes], Mapping[str, str]]


def _functions(path: str, language: Language, source: bytes) -> Mapping[str, str]:
    """The functions in a file, by their places in it."""
    return functions(Snapshot.open(path, language, 1, source))


def _compared(path: str, before: bytes, after: bytes, parse: Parse) -> Iterator[tuple[str, Row]]:
    """What the later version of a file mends, with the function that it stands in."""
    language = by_path(path)
    if language is None or before == after:
        return
    added = Counter(after.splitlines()) - Counter(before.splitlines())
    if not any(TESTS.search(line.decode("utf-8", "replace")) for line in added):
        return
    old, new = parse(path, language, before), parse(path, language, after)
    for place in sorted(old.keys() & new.keys()):
        if old[place] != new[place]:
            yield from ((place, row) for row in mended_between(old[place], new[place], language.name))
