"""The paragraphs of plain text and reStructuredText, and where such a document may be cut.

That is before a line at the margin after a blank one, unless something is open there that has no end but its
own: fenced code, preformatted HTML, an example.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from smallsense.text.blocks import Line, grouped, line_of, prose_lines
from smallsense.text.lines import line_spans
from smallsense.text.paragraph import Layout, paragraph


def laid_out(source: bytes, style: Literal["plain", "rst"]) -> Layout:
    """The paragraphs and seams of a document, or of a part of one that begins at a seam."""
    lines: list[Line] = []
    for span in line_spans(source):
        line = line_of(source, span)
        apart = bool(line.text and not line.indent and lines and not lines[-1].text)
        lines.append(replace(line, apart=True) if apart else line)
    kept = list(prose_lines(lines, style))
    found = (paragraph(source, spans, style) for spans in grouped(kept, style))
    return Layout([each for each in found if each], [line.span.start for line in kept if line.apart])
