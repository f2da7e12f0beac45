"""Where a span is, as people and other tools count."""

from __future__ import annotations

from dataclasses import dataclass

from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Place:
    """Lines and columns of a span, both from 1; columns count characters, the last one is past the span.

    A byte order mark is no character of the first line.
    """

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, snapshot: Snapshot, span: Span) -> Place:
        """The place of `span`, which must not cut a character in two."""
        return cls(*_point(snapshot, span.start), *_point(snapshot, span.end))


def _point(snapshot: Snapshot, offset: int) -> tuple[int, int]:
    line, _ = snapshot.line_column(offset)
    before = snapshot.slice(Span(snapshot.line_starts[line], offset))
    return line + 1, len(before.removeprefix(_BOM) if line == 0 else before) + 1
