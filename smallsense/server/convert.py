"""Between findings in bytes and LSP in the client's units: the one home of position encodings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lsprotocol import types as t

from smallsense.assistant.settings import Severity
from smallsense.assistant.verdict import Found
from smallsense.server.client import Client
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

Encoding = Literal["utf-8", "utf-16", "utf-32"]

SOURCE = "smallsense"

_SEVERITIES: dict[Severity, t.DiagnosticSeverity] = {
    "error": t.DiagnosticSeverity.Error,
    "warning": t.DiagnosticSeverity.Warning,
    "information": t.DiagnosticSeverity.Information,
    "hint": t.DiagnosticSeverity.Hint,
}


def encoding_of(negotiated: str | t.PositionEncodingKind | None) -> Encoding:
    """The negotiated position encoding; UTF-16 where the client said nothing."""
    value = negotiated.value if isinstance(negotiated, t.PositionEncodingKind) else negotiated
    return value if value in ("utf-8", "utf-32") else "utf-16"


def to_position(snapshot: Snapshot, offset: int, encoding: Encoding) -> t.Position:
    """The client's position of a byte offset; one inside a character is taken as the character's start.

    Raises:
        ValueError: when `offset` lies outside the document.
    """
    line, column = snapshot.line_column(offset)
    start = offset - column
    while column and offset < len(snapshot.source) and snapshot.source[offset] & 0xC0 == 0x80:
        offset, column = offset - 1, column - 1
    return t.Position(line, _units(snapshot.source[start:offset], encoding))


def to_range(snapshot: Snapshot, span: Span, encoding: Encoding) -> t.Range:
    """The client's range of a span.

    Raises:
        ValueError: when `span` lies outside the document.
    """
    return t.Range(to_position(snapshot, span.start, encoding), to_position(snapshot, span.end, encoding))


def to_offset(snapshot: Snapshot, position: t.Position, encoding: Encoding) -> int:
    """The byte offset of a client's position.

    A column past the line's end is its end, a line past the document's end is the document's end, and a
    column inside a character is the character's start.
    """
    if position.line >= len(snapshot.line_starts):
        return len(snapshot.source)
    span = snapshot.line_span(position.line)
    line = snapshot.source[span.start : span.end]
    return span.start + _bytes(line, position.character, encoding)


def to_span(snapshot: Snapshot, range_: t.Range, encoding: Encoding) -> Span:
    """The span of a client's range, its ends swapped where they stand the wrong way round."""
    start = to_offset(snapshot, range_.start, encoding)
    end = to_offset(snapshot, range_.end, encoding)
    return Span(min(start, end), max(start, end))


def to_diagnostic(snapshot: Snapshot, found: Found, encoding: Encoding) -> t.Diagnostic:
    """A finding in a snapshot as a diagnostic."""
    finding = found.finding
    return t.Diagnostic(
        range=to_range(snapshot, finding.span, encoding),
        message=finding.message,
        severity=_SEVERITIES[found.severity],
        source=SOURCE,
        code=f"{found.skill.name}/{finding.rule}" if finding.rule else found.skill.name,
    )


def to_text_edits(snapshot: Snapshot, edits: Iterable[Edit], encoding: Encoding) -> list[t.TextEdit]:
    """Edits in the client's units."""
    return [t.TextEdit(to_range(snapshot, edit.span, encoding), edit.text) for edit in edits]


def to_workspace_edit(
    snapshot: Snapshot, edits: Iterable[Edit], encoding: Encoding, client: Client
) -> t.WorkspaceEdit:
    """Edits of one document, tied to its version where the client can check it."""
    text_edits = to_text_edits(snapshot, edits, encoding)
    if client.document_changes:
        document = t.OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri, version=snapshot.version)
        return t.WorkspaceEdit(document_changes=[t.TextDocumentEdit(document, text_edits)])
    return t.WorkspaceEdit(changes={snapshot.uri: text_edits})


def _units(prefix: bytes, encoding: Encoding) -> int:
    if encoding == "utf-8" or prefix.isascii():
        return len(prefix)
    text = prefix.decode("utf-8", "surrogatepass")
    if encoding == "utf-32":
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bytes(line: bytes, units: int, encoding: Encoding) -> int:
    if encoding == "utf-8" or line.isascii():
        at = min(units, len(line))
        while at < len(line) and line[at] & 0xC0 == 0x80:
            at -= 1
        return at
    text = line.decode("utf-8", "surrogatepass")
    if encoding == "utf-32":
        return len(text[:units].encode("utf-8", "surrogatepass"))
    # A lone surrogate is one unit, so the text is counted character by character, not by encoding it.
    count = 0
    for index, character in enumerate(text):
        count += 2 if character > "\uffff" else 1
        if count > units:
            return len(text[:index].encode("utf-8", "surrogatepass"))
    return len(line)
