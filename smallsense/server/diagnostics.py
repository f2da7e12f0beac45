"""When documents are checked, and when what was found is shown: pushed, or kept until the client asks."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from lsprotocol import types as t

from smallsense.assistant.policy import Policy
from smallsense.assistant.run import BATCH, Assistant, Part
from smallsense.assistant.verdict import Found, permitted
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled
from smallsense.server import threads
from smallsense.server.client import Client
from smallsense.server.convert import Encoding, to_diagnostic
from smallsense.server.documents import Documents
from smallsense.server.progress import Progress
from smallsense.text.snapshot import Snapshot

log = logging.getLogger(__name__)

DEBOUNCE = 0.25
"""Seconds without a change before a document is checked: while words are typed they are not worth reading."""

PATIENCE = 1.0
"""Seconds a client that can be told to ask again waits for a check before it gets what there is so far."""


@dataclass(eq=False)
class Check:
    """The check of one snapshot: what it found so far, and whether that is all.

    `policy` is what the user has decided since it began.
    """

    snapshot: Snapshot
    found: list[Found] = field(default_factory=list)
    stop: Cancellation = field(default_factory=Cancellation)
    task: asyncio.Task[None] | None = None
    done: bool = False
    shown_in_part: bool = False
    progress: Progress | None = None
    policy: Policy | None = None


@dataclass(eq=False)
class Diagnostics:
    """One check per open document, always of its newest snapshot; a newer change drops the older check."""

    assistant: Assistant
    documents: Documents
    client: Client
    encoding: Encoding
    executor: Executor
    publish: Callable[[t.PublishDiagnosticsParams], None]
    refresh: Callable[[], None]
    progress: Callable[[str, Callable[[], None]], Progress]
    debounce: float = DEBOUNCE
    patience: float = PATIENCE
    _checks: dict[str, Check] = field(default_factory=dict)

    def schedule(self, snapshot: Snapshot, delay: float | None = None) -> None:
        """Check a snapshot soon, instead of any older one of its document."""
        self._stop(snapshot.uri)
        check = Check(snapshot)
        self._checks[snapshot.uri] = check
        check.task = asyncio.get_running_loop().create_task(
            self._run(check, self.debounce if delay is None else delay)
        )
        threads.when_done(
            check.task, lambda error: log.error("checking %s failed", snapshot.uri, exc_info=error)
        )

    def schedule_all(self) -> None:
        """Check all documents anew, as after a change of settings."""
        for snapshot in self.documents:
            self.schedule(snapshot, 0)
        if self.client.refreshes:
            self.refresh()

    def decide(self) -> None:
        """Take away at once what the user has decided not to see; no model is asked."""
        for check in self._checks.values():
            # What a running check finds from now on is judged by what is decided now.
            check.policy = self.assistant.policy(check.snapshot)
            before, check.found = check.found, permitted(check.found, check.policy)
            if before:
                self._show(check)
        if self.client.refreshes:
            self.refresh()

    def drop(self, uri: str) -> None:
        """Stop checking a document that was closed and take its diagnostics away."""
        self._stop(uri)
        self._checks.pop(uri, None)
        if not self.client.pulls:
            self.publish(t.PublishDiagnosticsParams(uri, []))

    def close(self) -> None:
        """Stop everything."""
        for uri in tuple(self._checks):
            self._stop(uri)
        self._checks.clear()

    def found(self, snapshot: Snapshot) -> tuple[Found, ...] | None:
        """All that is found in a snapshot, or None while that isn't known yet."""
        check = self._checks.get(snapshot.uri)
        return tuple(check.found) if check is not None and check.done and check.snapshot is snapshot else None

    async def report(
        self, uri: str, previous: str | None
    ) -> t.RelatedFullDocumentDiagnosticReport | t.RelatedUnchangedDocumentDiagnosticReport:
        """Answer a client that asks: when the check is done, or sooner where it can be told to ask again."""
        patience = self.patience if self.client.refreshes else None
        while (check := self._checks.get(uri)) is not None and check.task is not None and not check.done:
            await asyncio.wait({check.task}, timeout=patience)
            # A change while waiting means another check: what counts is the newest.
            if self._checks.get(uri) is check:
                check.shown_in_part = not check.done
                break
        items = self._items(check) if check is not None else []
        result_id = hashlib.sha256(repr(items).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if result_id == previous:
            return t.RelatedUnchangedDocumentDiagnosticReport(result_id=result_id)
        return t.RelatedFullDocumentDiagnosticReport(items=items, result_id=result_id)

    def _stop(self, uri: str) -> None:
        check = self._checks.get(uri)
        if check is None:
            return
        check.stop.set()
        if check.task is not None:
            check.task.cancel()
        self._end_progress(check)

    async def _run(self, check: Check, delay: float) -> None:
        await asyncio.sleep(delay)
        loop = asyncio.get_running_loop()

        def work(stop: Cancellation) -> None:
            for part in self.assistant.check_parts(check.snapshot, cancel=stop):
                loop.call_soon_threadsafe(self._take, check, part)

        try:
            await threads.run(self.executor, work, check.stop)
        except Cancelled:
            # The user stopped it by the progress bar: what was found stands.
            log.info("the check of %s was stopped", check.snapshot.uri)
        finally:
            self._end_progress(check)
        if self._is_current(check):
            check.done = True
            self._show(check)
            if check.shown_in_part and self.client.refreshes:
                self.refresh()

    def _take(self, check: Check, part: Part) -> None:
        """Keep a part of a check, and show it early where the rest will take a while."""
        if not self._is_current(check) or check.stop.is_set():
            return
        check.found += part.found if check.policy is None else permitted(part.found, check.policy)
        if part.total > BATCH:
            if check.progress is None:
                check.progress = self.progress("Checking", check.stop.set)
            check.progress.report(part.asked, part.total)
            # A short check shows nothing early: a finding in the sentence being edited would flicker.
            if part.found:
                self._show(check)

    def _is_current(self, check: Check) -> bool:
        return self._checks.get(check.snapshot.uri) is check and self.documents.is_current(check.snapshot)

    def _show(self, check: Check) -> None:
        if not self.client.pulls:
            snapshot = check.snapshot
            self.publish(t.PublishDiagnosticsParams(snapshot.uri, self._items(check), snapshot.version))

    def _items(self, check: Check) -> list[t.Diagnostic]:
        return [
            to_diagnostic(check.snapshot, one, self.encoding)
            for one in sorted(check.found, key=lambda one: one.finding.span)
        ]

    def _end_progress(self, check: Check) -> None:
        if check.progress is not None:
            check.progress.end()
            check.progress = None
