"""The paragraphs of a Markdown document."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.text.languages import query
from smallsense.text.paragraph import Paragraph, paragraph
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

# Lines that the grammar takes for part of a paragraph, and that extensions of Markdown read otherwise.
_NO_PROSE = re.compile(
    rb"\s*(?:\[![A-Za-z]+\][+-]?\s*$|:::|!!!|\?\?\?|===\s|\{%.*%\}\s*$|\[(?!\^)[^\]]+\]:\s|\{[:#.][^}]*\}\s*$"
    rb"|<!--.*-->\s*$|\$\$|\[\[?TOC\]?\]\s*$|[\W_]*$)",
    re.IGNORECASE,
)
_OPENS = re.compile(rb"\s*(?:\[\^[^\]]+\]:\s+|:\s+)")
_MATH_FENCE = re.compile(rb"\s*(?:\$\$|\\\[|\\\]|\\begin\{|\\end\{)")


def markdown_paragraphs(snapshot: Snapshot, within: Span | None) -> Iterator[Paragraph]:
    """Paragraphs, headings, list items and table cells that touch `within`, in order."""
    patterns = query(snapshot.language, "prose")
    if patterns is None or snapshot.tree is None:
        return
    cursor = tree_sitter.QueryCursor(patterns)
    if within is not None:
        cursor.set_byte_range(max(0, within.start - 1), within.end + 1)
    nodes = cursor.captures(snapshot.tree.root_node).get("prose", [])
    for node in sorted(nodes, key=lambda node: node.start_byte):
        for lines in _parted(snapshot.source, _lines(snapshot.source, node)):
            if (found := paragraph(snapshot.source, lines, "markdown")) is not None:
                yield found


def _lines(source: bytes, node: tree_sitter.Node) -> Iterator[Span]:
    """The lines of a node without the markers of the quotations and lists around it."""
    at = node.start_byte
    markers = [child for child in node.children if child.type == "block_continuation"]
    for marker in [*markers, None]:
        stop = node.end_byte if marker is None else marker.start_byte
        while at < stop:
            end = source.find(b"\n", at, stop)
            end = stop if end < 0 else end
            yield Span(at, end)
            at = end + 1
        at = at if marker is None else max(at, marker.end_byte)


def _parted(source: bytes, lines: Iterator[Span]) -> Iterator[list[Span]]:
    """Leave out lines that are no prose, and start anew at a footnote or a definition."""
    part: list[Span] = []
    math = False
    for line in lines:
        text = source[line.start : line.end]
        if _MATH_FENCE.match(text):
            one_line = text.count(b"$$") > 1
            math = False if math else not one_line and not text.lstrip().startswith((b"\\]", b"\\end"))
            yield part
            part = []
        elif math or _NO_PROSE.match(text):
            yield part
            part = []
        elif opened := _OPENS.match(text):
            yield part
            part = [Span(line.start + opened.end(), line.end)]
        else:
            part.append(line)
    yield part
