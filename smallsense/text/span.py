"""Spans and edits: positions inside a document, always in UTF-8 bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch `[start, end)` of a document, in UTF-8 byte offsets.

    Raises:
        ValueError: when `start` is negative or lies after `end`.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        # An empty span is still a place: never let `if span` drop an insertion point.
        return True

    def moved(self, by: int) -> Span:
        """The same number of bytes, so many bytes further on."""
        return Span(self.start + by, self.end + by)

    def contains(self, other: Span) -> bool:
        """Whether `other` lies within this span (touching the ends counts)."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a byte; an insertion point overlaps what it lies in or touches."""
        if len(self) == 0 or len(other) == 0:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes of `span` by `text`; an empty span inserts, an empty text deletes."""

    span: Span
    text: str


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `source` with `edits` applied; they refer to the unedited `source` and may come in any order.

    Raises:
        ValueError: when two edits overlap or one lies outside `source`.
    """
    parts: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        if edit.span.start < at or edit.span.end > len(source):
            raise ValueError(
                f"edit at [{edit.span.start}, {edit.span.end}) overlaps another or leaves the document"
            )
        parts += [source[at : edit.span.start], edit.text.encode("utf-8", "surrogatepass")]
        at = edit.span.end
    parts.append(source[at:])
    return b"".join(parts)
