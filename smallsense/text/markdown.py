"""The paragraphs of a Markdown document."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.text.language import Language
from smallsense.text.languages import query
from smallsense.text.paragraph import Paragraph, paragraph
from smallsense.text.span import Span

# Lines that the grammar takes for part of a paragraph, and that extensions of Markdown read otherwise.
_NO_PROSE = re.compile(
    rb"\s*(?:\[![A-Za-z]+\][+-]?\s*$|:::|!!!|\?\?\?|===\s|\{%.*%\}\s*$|\[(?!\^)[^\]]+\]:\s|\{[:#.][^}]*\}\s*$"
    rb"|<!--.*-->\s*$|\$\$|\[\[?TOC\]?\]\s*$|[\W_]*$)",
    re.IGNORECASE,
)
_OPENS = re.compile(rb"\s*(?:\[\^[^\]]+\]:\s+|:\s+)")
_MATH_FENCE = re.compile(rb"\s*(?:\$\$|\\\[|\\\]|\\begin\{|\\end\{)")


def markdown_paragraphs(language: Language, source: bytes, root: tree_sitter.Node) -> Iterator[Paragraph]:
    """The paragraphs, headings, list items and table cells of a parsed document, in order."""
    patterns = query(language, "prose")
    if patterns is None:
        return
    nodes = tree_sitter.QueryCursor(patterns).captures(root).get("prose", [])
    for node in sorted(nodes, key=lambda node: node.start_byte):
        for lines in _parted(source, _lines(source, node)):
            if (found := paragraph(source, lines, "markdown")) is not None:
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
