"""A paragraph: lines of a document that are read together, each freed of what stands before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from smallsense.text.span import Span

Markup = Literal["markdown", "rst", "plain"]

_BLANKS = b" \t\r\n\v\f"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The bytes of each line, in order; `markup` says how what stands inside them is written.

    Lines are never empty and neither begin nor end with a blank: build one with `paragraph`.
    """

    lines: tuple[Span, ...]
    markup: Markup

    @property
    def span(self) -> Span:
        """From the first byte of the first line to the last of the last."""
        return Span(self.lines[0].start, self.lines[-1].end)

    def moved(self, by: int) -> Paragraph:
        """The same paragraph so many bytes further on."""
        return Paragraph(tuple(line.moved(by) for line in self.lines), self.markup)

    def content(self, source: bytes) -> bytes:
        r"""The lines, with `\n` between them. What is found in a paragraph depends on nothing else."""
        return b"\n".join(source[line.start : line.end] for line in self.lines)


class Layout(NamedTuple):
    """The paragraphs of some text, and the bytes at which it may be cut, both in order.

    What stands from a seam on is the same paragraphs, and the same seams, without what stands before it.
    """

    paragraphs: Sequence[Paragraph]
    seams: Sequence[int]


def paragraph(source: bytes, lines: Iterable[Span], markup: Markup) -> Paragraph | None:
    """The paragraph of these lines, trimmed and without blank ones; None if nothing is left."""
    trimmed = tuple(line for each in lines if len(line := trim(source, each)))
    return Paragraph(trimmed, markup) if trimmed else None


def trim(source: bytes, span: Span) -> Span:
    """The span without the ASCII blanks at either end."""
    data = source[span.start : span.end]
    start = span.start + len(data) - len(data.lstrip(_BLANKS))
    return Span(start, max(start, span.start + len(data.rstrip(_BLANKS))))
