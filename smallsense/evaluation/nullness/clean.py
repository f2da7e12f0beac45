"""Clean code: released, typed and tested packages, in which an alarm is taken to be false."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from smallsense.evaluation.nullness.document import Document
from smallsense.text.languages import by_path
from smallsense.text.snapshot import Snapshot
from smallsense.training.held_out import Package

LANGUAGES = frozenset({"python", "javascript", "typescript", "tsx"})
_LEFT_OUT = re.compile(
    r"(^|/)(_?tests?|__tests__|testing|node_modules)(/|$)|\.(test|spec|bench)\.|(^|/)test_"
)


def sources(package: Package, unpacked: Path) -> Iterator[Document]:
    """Read the sources of a package, without its tests, type declarations and what does not parse."""
    root = unpacked / package.below
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            path = file.relative_to(unpacked).as_posix()
            language = by_path(path)
            if language is None or language.name not in LANGUAGES:
                continue
            if _LEFT_OUT.search(path) or name.endswith((".d.ts", ".d.mts", ".pyi")):
                continue
            source = file.read_bytes()
            snapshot = Snapshot.open(f"{package.name}/{path}", language, 1, source)
            if snapshot.errors.count == 0:
                yield Document(snapshot.uri, package.name, snapshot, 0, source.count(b"\n"))
