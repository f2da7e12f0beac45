"""What must not train, for it is measured on: development splits, and repositories kept for false alarms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smallsense.training.rows import rows


@dataclass(frozen=True, slots=True)
class Leaks:
    """What belongs to a development split: its repositories, and its sentences by their bare letters."""

    repositories: frozenset[str]
    sentences: frozenset[str]

    def holds(self, *texts: str, repository: str | None = None) -> bool:
        """Whether a row is in the split."""
        return repository in self.repositories or any(plain(text) in self.sentences for text in texts)


def plain(text: str) -> str:
    """A text's letters and digits, to compare by."""
    return re.sub(r"[\W_]+", "", text).lower()


def read_leaks(paths: Sequence[Path]) -> Leaks:
    """Read the development splits that training must not touch."""
    repositories, sentences = set[str](), set[str]()
    for path in paths:
        for row in rows(path):
            repositories.add(row.get("repo", ""))
            sentences |= {plain(row["src"]), plain(row["tgt"])}
    return Leaks(frozenset(repositories - {""}), frozenset(sentences - {""}))


def is_withheld(source: str, percent: int, salt: str) -> bool:
    """Whether all text of the repository or book `source` is kept for measuring false alarms."""
    digest = hashlib.sha256(f"{salt}:{source}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < percent
