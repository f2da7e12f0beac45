"""Mined fixes of the null check: functions as they were before somebody put a guard into them, one a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from smallsense.training.rows import rows

Row = Mapping[str, Any]

UNDECIDED = ("also_protected", "same_expr_derefs", "fixed_elsewhere")
"""Where a row lists places of which nobody can say whether they need a guard."""


def read_mined(path: Path) -> Iterator[tuple[Row, Sequence[Row]]]:
    """Each row of a file, with the others about the same code: every fix of it shows another need.

    Raises:
        DataError: the file is missing or broken.
    """
    read = list(rows(path))
    same: dict[tuple[str, ...], list[Row]] = {}
    for row in read:
        same.setdefault(_code(row), []).append(row)
    for row in read:
        yield row, [other for other in same[_code(row)] if other is not row]


def _code(row: Row) -> tuple[str, ...]:
    return row["repo"], row["path"], row["before"]
