"""The paragraphs of a Markdown document, and where it may be cut.

That is before a heading or a paragraph that begins at the margin after a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.text.language import Language
from smallsense.text.languages import query
from smallsense.text.paragraph import Layout, Paragraph, paragraph
from smallsense.text.span import Span

# What stands before the document proper: it may hold what looks like paragraphs.
_FRONT_MATTER = re.compile(rb"(---|\+\+\+)[ \t]*\r?\n(?:.*\n)*?\1[ \t]*(?:[\r\n]|\Z)")

_ANCHORS = frozenset({"paragraph", "atx_heading"})

# Lines that the grammar takes for part of a paragraph, and that extensions of Markdown read otherwise.
_NO_PROSE = re.compile(
    rb"\s*(?:\[![A-Za-z]+\][+-]?\s*$|:::|!!!|\?\?\?|===\s|\{%.*%\}\s*$|\[(?!\^)[^\]]+\]:\s|\{[:#.][^}]*\}\s*$"
    rb"|<!--.*-->\s*$|\$ [a-z./~]|\$\$|\[\[?TOC\]?\]\s*$|[\W_]*$)",
    re.IGNORECASE,
)
_OPENS = re.compile(rb"\s*(?:\[\^[^\]]+\]:\s+|:\s+)")
# Where a line ends because its author wants it to: two blanks, a backslash, a tag.
_TAG_BREAK = re.compile(rb"<br[ \t]*/?>[ \t]*", re.IGNORECASE)
_HARD_BREAK = re.compile(rb"(?:[ \t]{2,}|\\|<br[ \t]*/?>[ \t]*)\r?$", re.IGNORECASE)
_BOLD_LINE = re.compile(rb"[ \t]*(\*\*\*?|__)(?![\s*_])[^*`]+\1:?[ \t]*\r?$")
_MATH_FENCE = re.compile(rb"\s*(?:\$\$|\\\[|\\\]|\\begin\{|\\end\{)")


def layout(language: Language, grammar: tree_sitter.Language, source: bytes) -> Layout:
    """The paragraphs and seams of a document, or of a part of one that begins at a seam."""
    root = tree_sitter.Parser(grammar).parse(source).root_node
    return Layout(list(markdown_paragraphs(language, source, root)), _seams(source, root))


def front_matter(source: bytes) -> int:
    """The size in bytes of the front matter of a document; 0 where it has none."""
    matter = _FRONT_MATTER.match(source)
    return matter.end() if matter else 0


def _seams(source: bytes, root: tree_sitter.Node) -> list[int]:
    found: list[int] = []
    stack = [root]
    while stack:
        for node in stack.pop().children:
            if node.type == "section":
                stack.append(node)
            elif node.type in _ANCHORS and _is_seam(source, node.start_byte):
                found.append(node.start_byte)
    return sorted(found)


def _is_seam(source: bytes, at: int) -> bool:
    if at < 2 or source[at - 1] != ord("\n") or not (source[at] == ord("#") or source[at : at + 1].isalpha()):
        return False
    line = source[source.rfind(b"\n", 0, at - 1) + 1 : at - 1]
    return not line.removesuffix(b"\r").strip(b" \t")


def markdown_paragraphs(language: Language, source: bytes, root: tree_sitter.Node) -> Iterator[Paragraph]:
    """The paragraphs, headings and list items of a parsed document, in order."""
    patterns = query(language, "prose")
    if patterns is None:
        return
    nodes = tree_sitter.QueryCursor(patterns).captures(root).get("prose", [])
    for node in sorted(nodes, key=lambda node: node.start_byte):
        for lines in _parted(source, _unbroken(source, _lines(source, node))):
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


def _unbroken(source: bytes, lines: Iterator[Span]) -> Iterator[Span]:
    """The lines as they are shown: a tag in the middle of one ends it there."""
    for line in lines:
        at = line.start
        for tag in _TAG_BREAK.finditer(source, line.start, line.end):
            # Between an odd number of backticks and the next it is code.
            if tag.end() < line.end and source.count(b"`", at, tag.start()) % 2 == 0:
                yield Span(at, tag.end())
                at = tag.end()
        yield Span(at, line.end)


def _parted(source: bytes, lines: Iterator[Span]) -> Iterator[list[Span]]:
    """Leave out lines that are no prose, and start anew at a footnote or a definition, and below a line that
    was ended on purpose or is all bold."""
    part: list[Span] = []
    math = False
    for line in lines:
        text = source[line.start : line.end]
        if part and _ends_there(source, part) and not text.lstrip()[:1].islower():
            last = part[-1]
            broken = _HARD_BREAK.search(source, last.start, last.end)
            yield [*part[:-1], Span(last.start, broken.start() if broken else last.end)]
            part = []
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


def _ends_there(source: bytes, part: list[Span]) -> bool:
    """Whether the last line of a part ends for its author too; a sentence may go on in small letters."""
    last = part[-1]
    if _HARD_BREAK.search(source, last.start, last.end):
        return True
    return len(part) == 1 and _BOLD_LINE.match(source, last.start, last.end) is not None
