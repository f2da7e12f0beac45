"""Completions at the cursor; for each document only the newest request is worth an answer."""

from __future__ import annotations

import re
from concurrent.futures import Executor
from dataclasses import dataclass, field

from lsprotocol import types as t

from smallsense.assistant.run import Assistant
from smallsense.assistant.verdict import Found
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled
from smallsense.server import threads
from smallsense.server.convert import Encoding, to_offset, to_position, to_range
from smallsense.server.documents import Documents
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit

_WORD_BEFORE = re.compile(r"\w+\Z")
_LONGEST_WORD = 256


@dataclass(eq=False)
class Completions:
    """Answers both kinds of completion request. Not every client cancels what it no longer wants, so that a
    newer request for a document drops the older one here."""

    assistant: Assistant
    documents: Documents
    encoding: Encoding
    executor: Executor
    _newest: dict[str, Cancellation] = field(default_factory=dict)

    async def inline(self, params: t.InlineCompletionParams) -> t.InlineCompletionList:
        """Ghost text."""
        items = [
            t.InlineCompletionItem(insert_text=edit.text, range=to_range(snapshot, edit.span, self.encoding))
            for snapshot, edit in await self._edits(params.text_document.uri, params.position)
        ]
        return t.InlineCompletionList(items)

    async def menu(self, params: t.CompletionParams) -> t.CompletionList:
        """Entries of the completion menu, for clients without ghost text."""
        items: list[t.CompletionItem] = []
        for snapshot, edit in await self._edits(params.text_document.uri, params.position):
            # Menus keep what starts with the word being typed, so the word is part of the entry.
            word = _word_before(snapshot, edit.span.start)
            start = edit.span.start - len(word.encode("utf-8"))
            place = t.Range(
                to_position(snapshot, start, self.encoding),
                to_position(snapshot, edit.span.end, self.encoding),
            )
            text = word + edit.text
            items.append(
                t.CompletionItem(
                    label=text.strip() or text,
                    kind=t.CompletionItemKind.Text,
                    detail="smallsense",
                    filter_text=text,
                    sort_text="~",  # what a language's own server knows comes first
                    insert_text_format=t.InsertTextFormat.PlainText,
                    text_edit=t.TextEdit(place, text),
                )
            )
        return t.CompletionList(is_incomplete=True, items=items)

    def close(self) -> None:
        """Stop everything."""
        for stop in self._newest.values():
            stop.set()

    async def _edits(self, uri: str, position: t.Position) -> list[tuple[Snapshot, Edit]]:
        snapshot = self.documents.get(uri)
        if (older := self._newest.pop(uri, None)) is not None:
            older.set()
        if snapshot is None:
            return []
        offset = to_offset(snapshot, position, self.encoding)
        stop = self._newest[uri] = Cancellation()

        def work(stop: Cancellation) -> tuple[Found, ...]:
            return self.assistant.complete(snapshot, offset, stop)

        try:
            found = await threads.run(self.executor, work, stop)
        except Cancelled:
            return []
        finally:
            if self._newest.get(uri) is stop:
                del self._newest[uri]
        if not self.documents.is_current(snapshot):
            return []
        return [(snapshot, one.finding.edits[0]) for one in found if len(one.finding.edits) == 1]


def _word_before(snapshot: Snapshot, offset: int) -> str:
    before = snapshot.source[max(0, offset - _LONGEST_WORD) : offset].decode("utf-8", "ignore")
    match = _WORD_BEFORE.search(before)
    return match[0] if match else ""
