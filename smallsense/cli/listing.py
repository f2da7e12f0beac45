"""Findings as text for a terminal: the line, the place in it, and the line as corrected."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import click

from smallsense.assistant.verdict import Found
from smallsense.cli.place import Place
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span, apply_edits

_WIDTH = 100
_LEAD = 40
_MOST_LINES = 8


def listing(path: str, snapshot: Snapshot, found: Found) -> str:
    """The finding as it is shown, several lines without a final line break."""
    finding = found.finding
    place = Place.of(snapshot, finding.span)
    head = (
        f"{click.style(f'{printable(path)}:{place.line}:{place.column}', bold=True)}: "
        f"{click.style(f'{found.skill.name}/{finding.rule}', fg='yellow')}: {printable(finding.message)} "
        f"{click.style(f'[{finding.confidence:.2f}]', dim=True)}"
    )
    return "\n".join([head, *_excerpt(snapshot, finding.span, finding.edits)])


def _excerpt(snapshot: Snapshot, span: Span, edits: tuple[Edit, ...]) -> Iterator[str]:
    first, _ = snapshot.line_column(span.start)
    before = snapshot.line_span(first)
    # Characters of the line before and within the span; what goes on in further lines is not marked.
    lead = len(snapshot.slice(Span(before.start, span.start)))
    marked = max(1, len(snapshot.slice(Span(span.start, max(span.start, min(span.end, before.end))))))
    line = snapshot.slice(before)
    cut = max(0, lead - _LEAD) if len(line) > _WIDTH else 0
    margin = len(str(first + 1)) + 1
    yield f"{first + 1:>{margin}} | {_window(line, cut)}"
    pad = _blank(_window(line, cut)[: lead - cut])
    marks = _blank(line[lead : lead + marked]).expandtabs(1) or " "
    yield f"{'':>{margin}} | {pad}{click.style('^' * min(len(marks), _WIDTH), fg='red')}"
    if not edits:
        return
    start, _ = snapshot.line_column(min(edit.span.start for edit in edits))
    end, _ = snapshot.line_column(max(edit.span.end for edit in edits))
    whole = Span(snapshot.line_starts[start], snapshot.line_span(end).end)
    moved = [Edit(Span(e.span.start - whole.start, e.span.end - whole.start), e.text) for e in edits]
    corrected = (
        apply_edits(snapshot.source[whole.start : whole.end], moved).decode("utf-8", "replace").splitlines()
    )
    for text in corrected[:_MOST_LINES]:
        shown = _window(text, cut if start == end == first else 0)
        yield f"{'+':>{margin}} | {click.style(shown, fg='green')}"
    if len(corrected) > _MOST_LINES:
        yield f"{'+':>{margin}} | …"


def _window(line: str, cut: int) -> str:
    """The part of a long line that starts `cut` characters in, with marks where something was left out."""
    shown = line[cut : cut + _WIDTH]
    if cut:
        shown = "…" + shown[1:]
    if cut + _WIDTH < len(line):
        shown = shown[:-1] + "…"
    return printable(shown)


def _blank(text: str) -> str:
    """Blanks as wide as `text` is on a terminal; tabs stay."""
    return "".join("\t" if char == "\t" else " " * columns(char) for char in text)


def columns(text: str) -> int:
    """How wide a text without tabs is on a terminal."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def printable(text: str) -> str:
    """`text` without characters that would steer the terminal or break the line."""
    return "".join(
        char if char == "\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") else "\ufffd"
        for char in text
    )
