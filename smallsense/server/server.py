"""One client's server: its documents, its settings, and who answers which of its requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

import smallsense
from smallsense.assistant.configuration import parse
from smallsense.assistant.policy import path_of
from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.server import threads
from smallsense.server.actions import Actions
from smallsense.server.client import Client
from smallsense.server.client_log import ClientLog
from smallsense.server.completions import Completions
from smallsense.server.convert import encoding_of
from smallsense.server.decisions import Decisions
from smallsense.server.diagnostics import Diagnostics
from smallsense.server.documents import Documents
from smallsense.server.file_log import FileLog
from smallsense.server.greeting import NAME
from smallsense.server.progress import Progress
from smallsense.server.protocol import Protocol
from smallsense.text.snapshot import Snapshot

log = logging.getLogger(__name__)

SECTION = "smallsense"
"""The name of our section in the client's configuration."""


class Server(LanguageServer):
    """A language server and its assistant; what depends on the client is set up when it says hello."""

    protocol: Protocol  # pyright: ignore[reportIncompatibleVariableOverride]  # what it is made with
    client: Client
    client_log: ClientLog
    documents: Documents
    diagnostics: Diagnostics
    actions: Actions
    decisions: Decisions
    completions: Completions

    def __init__(self, assistant: Assistant, file_log: FileLog | None = None) -> None:
        super().__init__(
            NAME, smallsense.__version__, protocol_cls=Protocol,
            text_document_sync_kind=t.TextDocumentSyncKind.Incremental,
        )  # fmt: skip
        self.assistant = assistant
        self.file_log = file_log
        # Checks may take minutes; they must never keep completions and actions from a thread.
        self.checking = ThreadPoolExecutor(2, "smallsense-check")
        self.asking = ThreadPoolExecutor(4, "smallsense-ask")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._told: set[str] = set()

    def greet(self, params: t.InitializeParams) -> None:
        """Set up what depends on the client. Loads no model."""
        self.client = client = Client.of(params.capabilities)
        self._keep_log()
        self.client_log = ClientLog(self.window_log_message)
        encoding = encoding_of(self.workspace.position_encoding)
        self.documents = documents = Documents(encoding)
        loop = asyncio.get_running_loop()
        self.assistant.report = lambda message: _soon(loop, lambda: self.tell(message, t.MessageType.Warning))
        self.diagnostics = Diagnostics(
            self.assistant, documents, client, encoding, self.checking,
            publish=self.text_document_publish_diagnostics,
            refresh=lambda: self.background(self.workspace_diagnostic_refresh_async(None)),
            progress=self._progress,
        )  # fmt: skip
        self.decisions = Decisions(
            self.assistant, documents, self.diagnostics, client, encoding, self.asking,
            tell=lambda message: self.tell(message, t.MessageType.Info),
            apply=lambda edit, label: self.background(self._apply(edit, label)),
        )  # fmt: skip
        self.actions = Actions(
            self.assistant, documents, self.diagnostics, client, self.decisions, encoding, self.asking,
            tell=lambda message: self.tell(message, t.MessageType.Info),
        )  # fmt: skip
        self.settle()
        self.completions = Completions(self.assistant, documents, encoding, self.asking)
        options = params.initialization_options
        if isinstance(options, dict):
            self.configure(options.get(SECTION, options), quietly=True)

    def configure(self, value: Any, *, quietly: bool = False) -> None:
        """Take over settings from the client's JSON, and check all documents anew if they changed."""
        settings, problems = parse(value, self.assistant.skills, self.assistant.policies.defaults())
        # Clients send the same settings by several ways: what is wrong with them is said once.
        fresh = [problem for problem in problems if problem not in self._told]
        for problem in fresh:
            log.warning("%s", problem)
        if fresh and not quietly:
            self._told.update(fresh)
            self.tell("; ".join(fresh), t.MessageType.Warning)
        self._use(settings)

    def _use(self, settings: Settings) -> None:
        if settings != self.assistant.settings:
            self.assistant.settings = settings
            self._keep_log()
            self.diagnostics.decide()
            self.diagnostics.schedule_all()

    def _keep_log(self) -> None:
        if self.file_log is not None:
            self.file_log.switch(self.assistant.settings.log_file)

    def settle(self) -> None:
        """Take over which folders are open as workspaces."""
        paths = (path_of(folder.uri) for folder in self.workspace.folders.values())
        if not self.workspace.folders and self.workspace.root_uri:
            paths = (path_of(self.workspace.root_uri),)
        self.assistant.policies.folders = tuple(path for path in paths if path is not None)

    async def _apply(self, edit: t.WorkspaceEdit, label: str) -> None:
        result = await self.workspace_apply_edit_async(t.ApplyWorkspaceEditParams(edit, label))
        if not result.applied:
            why = result.failure_reason or "it gave no reason"
            self.tell(f"the editor did not make the edit: {why}", t.MessageType.Warning)

    async def pull_configuration(self) -> None:
        """Ask the client for its settings."""
        items = [t.ConfigurationItem(section=SECTION)]
        values = await self.workspace_configuration_async(t.ConfigurationParams(items))
        if values and values[0] is not None:
            self.configure(plain(values[0]))

    def changed(self, snapshot: Snapshot | None) -> None:
        """Check a document again after a change."""
        if snapshot is not None:
            self.diagnostics.schedule(snapshot)

    def tell(self, message: str, kind: t.MessageType) -> None:
        """Show the user a message."""
        log.info("told the user: %s", message)
        self.window_show_message(t.ShowMessageParams(kind, f"smallsense: {message}"))

    def background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine that nobody waits for; a client's refusal is logged."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        threads.when_done(task, lambda error: log.warning("the client did not do as asked: %s", error))

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Log what went wrong, in reading a message or in a handler: a popup helps nobody."""
        if source is JsonRpcException:
            log.error("a malformed message is ignored: %s", error)
        else:
            log.error("%s: %s", source.__name__, error, exc_info=error)

    def shutdown(self) -> None:
        """Stop all work and free the model."""
        self.rest()
        for pool in (self.checking, self.asking):
            pool.shutdown(wait=False, cancel_futures=True)
        super().shutdown()
        self.assistant.close()

    def rest(self) -> None:
        """Stop all work."""
        if hasattr(self, "diagnostics"):
            self.diagnostics.close()
            self.completions.close()
            self.client_log.close()

    def _progress(self, title: str, cancel: Callable[[], None]) -> Progress:
        return Progress(self.work_done_progress if self.client.progress else None, title, cancel)


def plain(value: Any) -> Any:
    """Untyped JSON as dicts and lists: in untyped places pygls makes objects with named fields of it."""
    if hasattr(value, "_asdict"):
        return {key: plain(one) for key, one in value._asdict().items()}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)
