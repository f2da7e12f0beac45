"""Real fixes: functions into which somebody put a guard, as they were before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smallsense.evaluation.nullness.document import Document, Place, document
from smallsense.text.span import Span

# What the data says about every function; the need for a guard shows in the function only with other cues.
_NO_CUES = frozenset({"self_attr", "path", "param"})


@dataclass(frozen=True, eq=False)
class Fixed:
    """A function that lacked a guard.

    `needed` is the dereference that the guard protects: the whole expression, or the value alone where it is
    `bare` (iterated over, say). `left_out` are places of which nobody can say. `origin` tells what kind of
    value it is, `evidence` what in the function shows that it may be missing.
    """

    document: Document
    needed: Span
    bare: bool
    left_out: frozenset[Span]
    origin: str
    evidence: frozenset[str]

    @property
    def has_cue(self) -> bool:
        """Whether the function itself shows that the value may be missing."""
        return bool(self.evidence - _NO_CUES)

    def hit(self, place: Place) -> bool:
        """Whether `place` is the one the guard protects."""
        return self.needed == (place.value if self.bare else place.use) and self.bare == place.bare

    def ignored(self, place: Place) -> bool:
        """Whether nobody can say if an alarm at `place` is right."""
        return place.use in self.left_out


def read_fixed(path: Path) -> Iterator[Fixed]:
    """Read the functions of a file of mined fixes, one JSON object a line.

    Of a function that several fixes mended, each shows another need: what one of them mended is no false
    alarm in the row of another.
    """
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    same: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        same.setdefault(_code(row), []).append(row)
    for row in rows:
        yield _fixed(row, [other for other in same[_code(row)] if other is not row])


def _code(row: dict[str, Any]) -> tuple[str, ...]:
    return row["repo"], row["path"], row["before"]


def _fixed(row: dict[str, Any], others: list[dict[str, Any]]) -> Fixed:
    code = document(row["path"], row["repo"], row["lang"], row["before"])

    def span(listed: list[Any]) -> Span:
        return Span(listed[0] + code.frame, listed[1] + code.frame)

    listed = [one for key in ("also_protected", "same_expr_derefs", "fixed_elsewhere") for one in row[key]]
    return Fixed(
        code,
        span([row["deref_start"], row["deref_end"]]),
        row["deref_kind"] not in ("attr", "subscript", "call"),
        frozenset(map(span, [*listed, *([one["deref_start"], one["deref_end"]] for one in others)])),
        row["origin"],
        frozenset(row["evidence"]),
    )
