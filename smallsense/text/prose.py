"""The prose of a document: its paragraphs, and the sentences in them."""

from __future__ import annotations

from collections.abc import Iterator

from smallsense.text.inline import sentences_of
from smallsense.text.paragraph import Paragraph
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span


def sentences(snapshot: Snapshot, within: Span | None = None) -> Iterator[Scope]:
    """The sentences of a document in order, as scopes of kind "sentence" with a reading.

    Headings, list items, comments and docstrings have sentences of their own. Code, front
    matter, licences, directives to tools and other languages than English have none. `within` asks only for
    the sentences that touch a stretch of the document, and costs accordingly less.
    """
    for each in paragraphs(snapshot, within):
        for reading in sentences_of(each, snapshot.source):
            span = Span(reading.pieces[0].span.start, reading.pieces[-1].span.end)
            if within is None or span.overlaps(within):
                yield Scope("sentence", snapshot, span, reading=reading)


def paragraphs(snapshot: Snapshot, within: Span | None = None) -> Iterator[Paragraph]:
    """The paragraphs of a document in order, or those that touch `within`.

    What `sentences_of` finds in a paragraph depends only on its markup and its content.
    """
    if snapshot.too_large:
        return
    for start, stretch in snapshot.stretches_within(within or Span(0, len(snapshot.source))):
        for each in stretch.paragraphs:
            placed = each.moved(start)
            if within is None or placed.span.overlaps(within):
                yield placed
