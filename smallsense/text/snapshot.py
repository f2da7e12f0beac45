"""A snapshot: one version of one document, with its syntax tree."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

import tree_sitter

from smallsense.text.comments import comment_stretches
from smallsense.text.language import Language
from smallsense.text.lines import line_starts, line_starts_after
from smallsense.text.span import Edit, Span, apply_edits
from smallsense.text.stretches import Stretch, cut, cut_again
from smallsense.text.symbols import code_symbols, prose_symbols

# Above this many bytes a document is kept but not parsed: no feature runs on it.
TOO_LARGE = 2_000_000

# The parser of reStructuredText does not end in a reasonable time on a word this long: such a document goes
# without a tree.
_NO_WORD = re.compile(rb"\S{1000}")


@dataclass(frozen=True, slots=True)
class SyntaxErrors:
    """What a parser stumbled over: `count` ERROR and MISSING nodes, covering `size` bytes."""

    count: int
    size: int


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One version of one document. Never changes; an edit makes a new one.

    `source` is the document in UTF-8 (a lone surrogate is encoded as WTF-8 does it). Prose is kept as
    `stretches`, code as it was `parsed`.
    """

    uri: str
    language: Language
    version: int
    source: bytes
    parsed: tree_sitter.Tree | None = None
    stretches: tuple[Stretch, ...] = ()

    @classmethod
    def open(cls, uri: str, language: Language, version: int, source: str | bytes) -> Snapshot:
        """Read and parse a document.

        Raises:
            ValueError: when `source` is bytes and not valid UTF-8 (lone surrogates are let pass).
        """
        if isinstance(source, str):
            source = source.encode("utf-8", "surrogatepass")
        else:
            source.decode("utf-8", "surrogatepass")
        if _in_stretches(language, source):
            return cls(uri, language, version, source, None, cut(language, source))
        return cls(uri, language, version, source, _parse(language, source, None))

    def edited(self, edits: Iterable[Edit], version: int) -> Snapshot:
        """Return the document after `edits`, all of which refer to this one. It is re-parsed incrementally.

        Raises:
            ValueError: when edits overlap, leave the document or cut a character in two.
        """
        edits = sorted(edits)
        for edit in edits:
            for offset in (edit.span.start, edit.span.end):
                if offset < len(self.source) and self.source[offset] & 0xC0 == 0x80:
                    raise ValueError(f"offset {offset} lies inside a character")
        if not edits:
            return replace(self, version=version)
        source = apply_edits(self.source, edits)
        changed = Span(edits[0].span.start, edits[-1].span.end)
        growth = len(source) - len(self.source)
        parsed, stretches = None, ()
        if _in_stretches(self.language, source):
            stretches = cut_again(self.language, self.stretches, source, changed, growth)
        else:
            old = self.parsed.copy() if self.parsed is not None else None
            if old is not None:
                # From the last to the first: what stands before an edit keeps its place.
                for edit in reversed(edits):
                    _edit_tree(old, self.source, edit)
            parsed = _parse(self.language, source, old)
        after = Snapshot(self.uri, self.language, version, source, parsed, stretches)
        if (starts := self.__dict__.get("line_starts")) is not None:
            after.__dict__["line_starts"] = line_starts_after(starts, source, changed, growth)
        return after

    @cached_property
    def tree(self) -> tree_sitter.Tree | None:
        """The syntax tree, or None for a language without grammar and for a document the parser cannot take.

        That of prose is made when first asked for, which takes as long as a whole document does.
        """
        if self.parsed is None and self.stretches and self.language.grammar is not None:
            if self.language.name == "restructuredtext" and _NO_WORD.search(self.source):
                return None
            return tree_sitter.Parser(self.language.grammar()).parse(self.source)
        return self.parsed

    @property
    def too_large(self) -> bool:
        """Whether the document has more than `TOO_LARGE` bytes: it is not parsed and nothing runs on it."""
        return len(self.source) > TOO_LARGE

    @cached_property
    def prose(self) -> tuple[tuple[int, Stretch], ...]:
        """All stretches that may hold prose, in order, each with the offset of its first byte.

        Those of prose are the whole of it, those of code its comments and docstrings.
        """
        if self.language.kind == "code":
            root = None if self.parsed is None else self.parsed.root_node
            return () if root is None else tuple(comment_stretches(self.language, self.source, root))
        starts = accumulate((each.size for each in self.stretches), initial=0)
        return tuple(zip(starts, self.stretches, strict=False))

    def stretches_within(self, span: Span) -> Iterator[tuple[int, Stretch]]:
        """The stretches that touch a span, each with the offset of its first byte."""
        first = max(0, bisect_left(self.prose, span.start, key=_start) - 1)
        for start, stretch in self.prose[first : bisect_right(self.prose, span.end, key=_start)]:
            if Span(start, start + stretch.size).overlaps(span):
                yield start, stretch

    @cached_property
    def text(self) -> str:
        """The document as a string."""
        return self.source.decode("utf-8", "surrogatepass")

    @cached_property
    def symbols(self) -> frozenset[str]:
        """The names in the document's code and their parts, in folded case; in prose those of its code."""
        if self.language.kind == "code":
            return frozenset() if self.parsed is None else code_symbols(self.parsed.root_node)
        parts = (self.source[start : start + each.size] for start, each in self.prose)
        return frozenset().union(*(prose_symbols(part, self.language.name) for part in parts))

    def slice(self, span: Span) -> str:
        """The text of `span`, which must not cut a character in two."""
        return self.source[span.start : span.end].decode("utf-8", "surrogatepass")

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        r"""The byte offset at which each line starts. As in LSP, lines end in `\n`, `\r\n` or `\r`."""
        return line_starts(self.source)

    def line_column(self, offset: int) -> tuple[int, int]:
        """The zero-based line of a byte offset, and the bytes between the line's start and the offset.

        Raises:
            ValueError: when `offset` lies outside the document.
        """
        if not 0 <= offset <= len(self.source):
            raise ValueError(f"offset {offset} lies outside the document")
        line = bisect_right(self.line_starts, offset) - 1
        return line, offset - self.line_starts[line]

    def offset(self, line: int, column: int) -> int:
        """The byte offset of a zero-based line and column in bytes; a column past the line's end is its end.

        Raises:
            ValueError: when there is no such line or the column is negative.
        """
        if not 0 <= line < len(self.line_starts) or column < 0:
            raise ValueError(f"no line {line}, column {column} in the document")
        return min(self.line_starts[line] + column, self.line_span(line).end)

    def line_span(self, line: int) -> Span:
        """The bytes of a zero-based line without its line break.

        Raises:
            IndexError: when there is no such line.
        """
        start = self.line_starts[line]
        last = line + 1 >= len(self.line_starts)
        end = len(self.source) if last else self.line_starts[line + 1]
        while not last and end > start and self.source[end - 1] in b"\r\n":
            end -= 1
        return Span(start, end)

    @cached_property
    def errors(self) -> SyntaxErrors:
        """The syntax errors of the whole document; none for a document without tree, nor in Markdown."""
        tree = None if self.language.name == "markdown" else self.tree
        if tree is None or not tree.root_node.has_error:
            return SyntaxErrors(0, 0)
        count = size = 0
        stack = [tree.root_node]
        while stack:
            node = stack.pop()
            if node.is_error or node.is_missing:
                count += 1
            if node.is_error:
                size += node.end_byte - node.start_byte
            elif node.has_error:
                stack.extend(node.children)
        return SyntaxErrors(count, size)

    def adds_syntax_error(self, edits: Iterable[Edit]) -> bool:
        """Whether the document has more syntax errors after `edits` than before: such an edit is not offered.

        Raises:
            ValueError: as `edited` does.
        """
        after = self.edited(edits, self.version)
        grown = max(0, len(after.source) - len(self.source))
        return after.errors.count > self.errors.count or after.errors.size > self.errors.size + grown


def _parse(language: Language, source: bytes, old: tree_sitter.Tree | None) -> tree_sitter.Tree | None:
    if language.grammar is None or len(source) > TOO_LARGE:
        return None
    parser = tree_sitter.Parser(language.grammar())
    if old is not None:
        tree = parser.parse(source, old)
        if not tree.root_node.has_error:
            return tree
        # How a parser recovers from an error depends on the nodes it could reuse. Only a fresh parse gives
        # one document one tree, whatever was typed on the way to it.
    return parser.parse(source)


def _in_stretches(language: Language, source: bytes) -> bool:
    return language.kind == "prose" and len(source) <= TOO_LARGE


def _start(placed: tuple[int, Stretch]) -> int:
    return placed[0]


def _edit_tree(tree: tree_sitter.Tree, source: bytes, edit: Edit) -> None:
    start, end = edit.span.start, edit.span.end
    text = edit.text.encode("utf-8", "surrogatepass")
    row = source.count(b"\n", 0, start)
    at = tree_sitter.Point(row, start - (source.rfind(b"\n", 0, start) + 1))
    tree.edit(start, end, start + len(text), at, _advance(at, source[start:end]), _advance(at, text))


def _advance(point: tree_sitter.Point, data: bytes) -> tree_sitter.Point:
    rows = data.count(b"\n")
    if rows == 0:
        return tree_sitter.Point(point.row, point.column + len(data))
    return tree_sitter.Point(point.row + rows, len(data) - data.rfind(b"\n") - 1)
