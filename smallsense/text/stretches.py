"""A Markdown document cut into stretches, each of which reads the same whatever stands around it.

The parser takes as long for a keystroke as for the whole document. Cut apart where nothing can be open
(before a heading or a paragraph that begins at the margin after a blank line), a keystroke costs one stretch,
and the others stay the very same objects: whatever was found out about one is still known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

import tree_sitter

from smallsense.text.language import Language
from smallsense.text.markdown import markdown_paragraphs
from smallsense.text.paragraph import Paragraph
from smallsense.text.span import Span

LEAST_SIZE = 2_000
"""Bytes: smaller stretches would make a long document a long list, larger ones a keystroke slow."""

# What stands before the document proper: it may hold what looks like paragraphs.
_FRONT_MATTER = re.compile(rb"(---|\+\+\+)[ \t]*\r?\n(?:.*\n)*?\1[ \t]*(?:[\r\n]|\Z)")

_ANCHORS = frozenset({"paragraph", "atx_heading"})


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Stretch:
    """Whole blocks of a document: their size in bytes, and their paragraphs, counted from its first byte.

    The same object in two snapshots means that nothing in it has changed.
    """

    size: int
    paragraphs: tuple[Paragraph, ...]


def cut(language: Language, source: bytes) -> tuple[Stretch, ...]:
    """The stretches of a document, which together are the whole of it."""
    root = _parsed(language, source)
    return tuple(_stretches(language, source, root, _seams(source, root), len(source)))


def cut_again(
    language: Language, before: tuple[Stretch, ...], source: bytes, changed: Span, growth: int
) -> tuple[Stretch, ...]:
    """The stretches of a document after the bytes `changed` of it grew by `growth`, which made it `source`.

    `before` are those it had; what was not touched stays as it is.
    """
    if not before:
        return cut(language, source)
    starts = list(accumulate((each.size for each in before), initial=0))
    end = len(before)
    first = min(bisect_right(starts, changed.start), end) - 1
    if first and source.find(b"\n", starts[first], changed.start) < 0:
        # Its first line may be none to begin a stretch with any more.
        first -= 1
    last = min(bisect_right(starts, changed.end), end)
    while last < end and starts[last] + growth - starts[first] < LEAST_SIZE:
        last += 1
    matter = _FRONT_MATTER.match(source)
    if matter and first and matter.end() > starts[1]:
        return cut(language, source)
    reach = 1
    while True:
        size = starts[last] + growth - starts[first]
        # The line after it shows whether something is still open there, as after three backticks.
        stop = source.find(b"\n", starts[last] + growth) + 1 if last < end else 0
        part = source[starts[first] : stop or len(source)]
        root = _parsed(language, part)
        seams = _seams(part, root)
        if last == end or (size in seams and not (matter and first == 0 and matter.end() > size)):
            fresh = _stretches(language, part, root, seams, size)
            return (*before[:first], *fresh, *before[last:])
        last = min(end, last + reach)
        reach *= 2


def _parsed(language: Language, source: bytes) -> tree_sitter.Node:
    assert language.grammar is not None
    return tree_sitter.Parser(language.grammar()).parse(source).root_node


def _seams(source: bytes, root: tree_sitter.Node) -> list[int]:
    """Where the document may be cut, in order."""
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


def _stretches(
    language: Language, source: bytes, root: tree_sitter.Node, seams: list[int], size: int
) -> Iterator[Stretch]:
    """The first `size` bytes of `source` as stretches."""
    cuts = [0]
    for seam in seams:
        if seam < size and seam - cuts[-1] >= LEAST_SIZE:
            cuts.append(seam)
    paragraphs: list[list[Paragraph]] = [[] for _ in cuts]
    for each in markdown_paragraphs(language, source, root):
        if each.span.start < size:
            index = bisect_right(cuts, each.span.start) - 1
            paragraphs[index].append(each.moved(-cuts[index]))
    for (start, end), found in zip(pairwise([*cuts, size]), paragraphs, strict=True):
        yield Stretch(end - start, tuple(found))
