"""The open documents, kept in step with the client's edits, whatever the client sends."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lsprotocol import types as t

from smallsense.server.convert import Encoding, to_span
from smallsense.text import languages
from smallsense.text.common_prefix import common_prefix
from smallsense.text.language import Language
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Documents:
    """The current snapshot of each open document.

    The client is the truth: whatever it sends is applied as well as can be, in the order of arrival, and
    oddities are logged. A whole text (a save, or a change without range) puts a document that fell out of
    step right again.
    """

    encoding: Encoding = "utf-16"
    _snapshots: dict[str, Snapshot] = field(default_factory=dict)
    _unknown: set[str] = field(default_factory=set)
    _unknown_ids: set[str] = field(default_factory=set)

    def __iter__(self):
        return iter(tuple(self._snapshots.values()))

    def __len__(self) -> int:
        return len(self._snapshots)

    def get(self, uri: str) -> Snapshot | None:
        """The current snapshot, or None where the document is not open or in no known language."""
        return self._snapshots.get(uri)

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether the document hasn't changed since `snapshot` was taken."""
        return self._snapshots.get(snapshot.uri) is snapshot

    def open(self, uri: str, language_id: str, version: int, text: str) -> Snapshot | None:
        """Start to follow a document; None for one in no known language."""
        if uri in self._snapshots:
            log.warning("%s was opened twice: the newer text counts", uri)
        language = languages.by_id(language_id) or _language_of(uri)
        if language is None:
            self._snapshots.pop(uri, None)
            self._unknown.add(uri)
            if language_id not in self._unknown_ids:
                self._unknown_ids.add(language_id)
                log.warning("no findings for documents in %r: the language is not known", language_id)
            return None
        self._unknown.discard(uri)
        return self._keep(Snapshot.open(uri, language, version, text))

    def change(
        self, uri: str, version: int, changes: Sequence[t.TextDocumentContentChangeEvent]
    ) -> Snapshot | None:
        """Apply a client's changes, each of which refers to the text after the one before."""
        if uri in self._unknown:
            return None
        snapshot = self._snapshots.get(uri)
        if snapshot is None:
            return self._adopt(uri, version, changes)
        if version <= snapshot.version:
            log.warning(
                "%s: version %d came after version %d; applied all the same", uri, version, snapshot.version
            )
        return self._keep(self._changed(snapshot, version, changes))

    def save(self, uri: str, text: str | None) -> Snapshot | None:
        """Compare with the text as saved; a new snapshot if they differed, else None."""
        snapshot = self._snapshots.get(uri)
        if snapshot is None or text is None or text.encode("utf-8", "surrogatepass") == snapshot.source:
            return None
        if _normalized(text) == _normalized(snapshot.text):
            return None  # the client converts line ends on saving
        log.warning("%s had fallen out of step with the client; taken over as saved", uri)
        return self._keep(Snapshot.open(uri, snapshot.language, snapshot.version, text))

    def close(self, uri: str) -> None:
        """Stop following a document."""
        if self._snapshots.pop(uri, None) is None and uri not in self._unknown:
            log.warning("%s was closed but not open", uri)
        self._unknown.discard(uri)

    def _keep(self, snapshot: Snapshot) -> Snapshot:
        if snapshot.too_large and not self._was_too_large(snapshot.uri):
            log.warning("no findings for %s: %d bytes are too many", snapshot.uri, len(snapshot.source))
        self._snapshots[snapshot.uri] = snapshot
        return snapshot

    def _was_too_large(self, uri: str) -> bool:
        before = self._snapshots.get(uri)
        return before is not None and before.too_large

    def _adopt(
        self, uri: str, version: int, changes: Sequence[t.TextDocumentContentChangeEvent]
    ) -> Snapshot | None:
        language = _language_of(uri)
        whole = [
            n
            for n, change in enumerate(changes)
            if isinstance(change, t.TextDocumentContentChangeWholeDocument)
        ]
        if not whole or language is None:
            log.warning("%s was changed but is not open: the change is ignored; open the document first", uri)
            return None
        log.warning("%s was changed but is not open: taken over from the whole text it came with", uri)
        snapshot = Snapshot.open(uri, language, version, changes[whole[-1]].text)
        return self._keep(self._changed(snapshot, version, changes[whole[-1] + 1 :]))

    def _changed(
        self, snapshot: Snapshot, version: int, changes: Sequence[t.TextDocumentContentChangeEvent]
    ) -> Snapshot:
        if len(changes) == 1 and isinstance(changes[0], t.TextDocumentContentChangePartial):
            return snapshot.edited([self._edit(snapshot, changes[0])], version)
        # Several changes build on each other: they are made on an unparsed copy, and the difference is then
        # one edit, so that a hundred cursors cost one parse.
        draft = replace(
            snapshot, language=replace(snapshot.language, grammar=None), parsed=None, stretches=()
        )
        for change in changes:
            if isinstance(change, t.TextDocumentContentChangePartial):
                draft = draft.edited([self._edit(draft, change)], version)
            else:
                draft = Snapshot.open(draft.uri, draft.language, version, change.text)
        return snapshot.edited(_difference(snapshot.source, draft.source), version)

    def _edit(self, snapshot: Snapshot, change: t.TextDocumentContentChangePartial) -> Edit:
        start, end = change.range.start, change.range.end
        if start.line >= len(snapshot.line_starts) or (end.line, end.character) < (
            start.line,
            start.character,
        ):
            log.warning(
                "%s: the range %s of a change doesn't fit the document; its ends are put right",
                snapshot.uri,
                change.range,
            )
        return Edit(to_span(snapshot, change.range, self.encoding), change.text)


def _language_of(uri: str) -> Language | None:
    return languages.by_path(PurePosixPath(unquote(urlsplit(uri).path)))


def _normalized(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _difference(old: bytes, new: bytes) -> list[Edit]:
    """One edit that turns `old` into `new`, from the first byte that differs to the last; none when equal."""
    if old == new:
        return []
    start = common_prefix(old, new)
    while start and start < max(len(old), len(new)) and _splits(old, start) | _splits(new, start):
        start -= 1
    tail = min(common_prefix(old[start:][::-1], new[start:][::-1]), len(old) - start, len(new) - start)
    while tail and (_splits(old, len(old) - tail) or _splits(new, len(new) - tail)):
        tail -= 1
    text = new[start : len(new) - tail].decode("utf-8", "surrogatepass")
    return [Edit(Span(start, len(old) - tail), text)]


def _splits(source: bytes, offset: int) -> bool:
    return offset < len(source) and source[offset] & 0xC0 == 0x80
