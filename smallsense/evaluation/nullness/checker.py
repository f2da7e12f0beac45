"""A type checker as a peer: what it says about values that may be missing, and nothing else it says."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from smallsense.evaluation.nullness.alarm import Alarm, Pointing, placed, surest
from smallsense.evaluation.nullness.document import Document
from smallsense.text.span import Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file that a checker marked. `start` and `end` are bytes."""

    path: str
    start: int
    end: int
    pointing: Pointing


@dataclass(frozen=True, slots=True)
class Checker:
    """A type checker: `run` checks a folder and returns what it marked in it, paths relative to the folder.

    `run` is given the folder, the folders below it where imports start, and all paths below it.
    """

    name: str
    languages: frozenset[str]
    version: Callable[[], str]
    run: Callable[[Path, Sequence[str], Sequence[str]], list[Mark]]


def check(
    checker: Checker, documents: Mapping[str, Document], roots: Sequence[str], store: Path
) -> dict[str, tuple[Alarm, ...]]:
    """Return what a checker says about documents, by their paths, which are those of the folder it is shown.

    `roots` are folders where imports start. What it said about the same texts before is in `store`.

    Raises:
        Absent: the checker cannot be run.
    """
    shown = {path: one for path, one in documents.items() if one.language in checker.languages}
    digest = hashlib.sha256(f"{checker.name} {checker.version()}".encode())
    for path, one in sorted(shown.items()):
        digest.update(path.encode() + b"\0" + one.snapshot.source + b"\0")
    kept = store / f"{checker.name}-{digest.hexdigest()[:16]}.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            for path, one in shown.items():
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(one.snapshot.source)
            starts = [root for root in roots if (folder / root).is_dir()]
            marks = checker.run(folder, starts, sorted(shown)) if shown else []
        store.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([[m.path, m.start, m.end, m.pointing] for m in marks]), "utf-8")
    alarms: dict[str, list[Alarm]] = {path: [] for path in shown}
    for path, start, end, pointing in json.loads(kept.read_text("utf-8")):
        if path in shown:
            alarms[path].append(Alarm(placed(shown[path], Span(start, end), pointing)))
    return {path: surest(listed) for path, listed in alarms.items()}
