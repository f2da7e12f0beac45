"""What a document tells smallsense in its comments: `smallsense: ignore[spelling]`, and its like.

- `ignore` speaks for its line and for a string of several lines that ends there. Alone on its line it speaks
  for the next one; in prose, where line breaks mean nothing, for the next paragraph.
- `ignore-file` speaks for the whole document.
- `words` lists words that are right in this document.

The first two may name what they mean in brackets; without, they mean everything. Plain text has no comments,
so it has no directives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

import tree_sitter

from smallsense.text.directive_syntax import DIRECTIVE
from smallsense.text.languages import markdown_inline
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

Verb = Literal["ignore", "ignore-file", "words"]

_MARK = b"smallsense:"
_COMMENT_END = re.compile(rb"\*+/|-->|[\r\n]|$")
_HTML_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_WORD = re.compile(rb"[^\W_]|[\x80-\xff]")
_SEPARATORS = re.compile(r"[\s,]+")
_NO_COMMENT = frozenset({"fenced_code_block", "indented_code_block", "minus_metadata", "plus_metadata"})


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: the `names` (or words) after it, the bytes `within` which it speaks, and its own `span`.

    `brackets` is the inside of its brackets, where it has any.
    """

    verb: Verb
    names: tuple[str, ...]
    within: Span
    span: Span
    brackets: Span | None

    def silences(self, offset: int, skill: str, rule: str) -> bool:
        """Whether it asks to stay silent about a rule of a skill at a byte offset.

        Names may be those of a rule (`spelling`), of a skill (`grammar`) or of both (`grammar/spelling`).
        """
        if self.verb == "words" or not self.within.start <= offset <= self.within.end:
            return False
        return not self.names or not {rule, skill, f"{skill}/{rule}"}.isdisjoint(self.names)


def directives(snapshot: Snapshot) -> tuple[Directive, ...]:
    """The directives in a document's comments, in order."""
    if _MARK not in snapshot.source or snapshot.tree is None:
        return ()
    return tuple(_found(snapshot, snapshot.tree))


def _found(snapshot: Snapshot, tree: tree_sitter.Tree) -> Iterator[Directive]:
    source = snapshot.source
    for match in DIRECTIVE.finditer(source):
        comment = _comment(snapshot, tree, Span(*match.span()))
        if comment is None:
            continue
        end = _COMMENT_END.search(source, match.end())
        rest = source[match.end() : end.start() if end else len(source)]
        names = match["names"] if match["verb"] != b"words" else rest
        span = Span(match.start(), match.end() + (len(rest.rstrip()) if match["verb"] == b"words" else 0))
        yield Directive(
            cast(Verb, match["verb"].decode()),
            tuple(filter(None, _SEPARATORS.split((names or b"").decode("utf-8", "replace")))),
            _within(snapshot, tree, match, comment),
            span,
            None if match["names"] is None else Span(*match.span("names")),
        )


def _comment(snapshot: Snapshot, tree: tree_sitter.Tree, span: Span) -> Span | None:
    """The comment a stretch lies in, or None where it lies in something else."""
    node = tree.root_node.descendant_for_byte_range(span.start, span.end)
    while node is not None:
        if snapshot.language.name == "markdown":
            if node.type in _NO_COMMENT:
                return None
            if node.type in ("html_block", "inline", "pipe_table_cell"):
                return _html_comment(snapshot.source, node, span)
        elif "comment" in node.type:
            return Span(node.start_byte, node.end_byte)
        node = node.parent
    return None


def _html_comment(source: bytes, node: tree_sitter.Node, span: Span) -> Span | None:
    for match in _HTML_COMMENT.finditer(source, node.start_byte, node.end_byte):
        if match.start() <= span.start and span.end <= match.end():
            if node.type != "html_block":
                content = source[node.start_byte : node.end_byte]
                at = match.start() - node.start_byte
                inner = tree_sitter.Parser(markdown_inline()).parse(content).root_node
                tag = inner.descendant_for_byte_range(at, at + 1)
                while tag is not None and tag.type != "html_tag":
                    tag = tag.parent
                if tag is None:
                    return None
            return Span(*match.span())
    return None


def _within(snapshot: Snapshot, tree: tree_sitter.Tree, directive: re.Match[bytes], comment: Span) -> Span:
    source = snapshot.source
    if directive["verb"] != b"ignore":
        return Span(0, len(source))
    number, _ = snapshot.line_column(directive.start())
    line = snapshot.line_span(number)
    before = source[line.start : max(line.start, comment.start)]
    after = source[min(max(comment.end, directive.end()), line.end) : line.end]
    if snapshot.language.kind == "code":
        alone = not before.strip(b" \t\f{") and not after.strip(b" \t\f\r}")
    else:
        alone = not _WORD.search(before + after)
    if alone and not _WORD.search(source, max(line.start, comment.start), directive.start()):
        return _next(snapshot, number)
    start = line.start
    # A string of several lines has no room for a comment but behind its end.
    node = tree.root_node.descendant_for_byte_range(line.start, line.start)
    while node is not None:
        if node.type == "string" and node.start_byte < line.start and node.end_byte <= comment.start:
            start = snapshot.line_starts[snapshot.line_column(node.start_byte)[0]]
        node = node.parent
    return Span(start, line.end)


def _next(snapshot: Snapshot, number: int) -> Span:
    """The next line; in prose the next paragraph."""
    count = len(snapshot.line_starts)
    first = number + 1
    if snapshot.language.kind == "code":
        return snapshot.line_span(first if first < count else number)
    while first < count and _is_blank(snapshot, first):
        first += 1
    last = first
    while last < count and not _is_blank(snapshot, last):
        last += 1
    if first == last:
        return snapshot.line_span(number)
    return Span(snapshot.line_starts[first], snapshot.line_span(last - 1).end)


def _is_blank(snapshot: Snapshot, number: int) -> bool:
    line = snapshot.line_span(number)
    return not snapshot.source[line.start : line.end].strip(b" \t>")
