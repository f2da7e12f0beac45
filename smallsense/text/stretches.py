"""A document of prose cut into stretches, each of which reads the same whatever stands around it.

To read the whole of a document takes as long for a keystroke as for all of it. Cut apart where nothing can be
open, a keystroke costs one stretch, and the others stay the very same objects: whatever was found out about
one is still known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from smallsense.text import markdown
from smallsense.text.laid_out import laid_out
from smallsense.text.language import Language
from smallsense.text.paragraph import Layout, Paragraph
from smallsense.text.span import Span

LEAST_SIZE = 2_000
"""Bytes: smaller stretches would make a long document a long list, larger ones a keystroke slow."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Stretch:
    """Whole blocks of a document: their size in bytes, and their paragraphs, counted from its first byte.

    The same object in two snapshots means that nothing in it has changed.
    """

    size: int
    paragraphs: tuple[Paragraph, ...]


def cut(language: Language, source: bytes) -> tuple[Stretch, ...]:
    """The stretches of a document, which together are the whole of it."""
    return tuple(_stretches(_layout(language, source), len(source)))


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
    preamble = markdown.front_matter(source) if language.name == "markdown" else 0
    if first and preamble > starts[1]:
        return cut(language, source)
    reach = 1
    while True:
        size = starts[last] + growth - starts[first]
        # The line after it shows whether something is still open there, as after three backticks.
        stop = source.find(b"\n", starts[last] + growth) + 1 if last < end else 0
        layout = _layout(language, source[starts[first] : stop or len(source)])
        if last == end or (size in layout.seams and (first or preamble <= size)):
            return (*before[:first], *_stretches(layout, size), *before[last:])
        last = min(end, last + reach)
        reach *= 2


def _layout(language: Language, source: bytes) -> Layout:
    if language.name == "markdown" and language.grammar is not None:
        return markdown.layout(language, language.grammar(), source)
    return laid_out(source, "rst" if language.name == "restructuredtext" else "plain")


def _stretches(layout: Layout, size: int) -> Iterator[Stretch]:
    """The first `size` bytes as stretches."""
    cuts = [0]
    for seam in layout.seams:
        if seam < size and seam - cuts[-1] >= LEAST_SIZE:
            cuts.append(seam)
    paragraphs: list[list[Paragraph]] = [[] for _ in cuts]
    for each in layout.paragraphs:
        if each.span.start < size:
            index = bisect_right(cuts, each.span.start) - 1
            paragraphs[index].append(each.moved(-cuts[index]))
    for (start, end), found in zip(pairwise([*cuts, size]), paragraphs, strict=True):
        yield Stretch(end - start, tuple(found))
