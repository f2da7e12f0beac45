"""The language server: what the client says goes in, what the assistant finds goes out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer

import smallsense
from smallsense.assistant.notebook import FOLDER
from smallsense.assistant.policy import path_of
from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings, parse
from smallsense.assistant.start import start
from smallsense.server import threads
from smallsense.server.actions import KINDS, Actions
from smallsense.server.client import Client
from smallsense.server.client_log import ClientLog
from smallsense.server.completions import Completions
from smallsense.server.convert import encoding_of
from smallsense.server.decisions import Decisions
from smallsense.server.diagnostics import Diagnostics
from smallsense.server.documents import Documents
from smallsense.server.file_log import FileLog
from smallsense.server.greeting import DECISIONS, NAME
from smallsense.server.progress import Progress
from smallsense.server.protocol import Protocol
from smallsense.server.status import status as status_of
from smallsense.text.snapshot import Snapshot

log = logging.getLogger(__name__)

SECTION = "smallsense"


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
            self.configure(_plain(values[0]))

    def changed(self, snapshot: Snapshot | None) -> None:
        """Check a document again after a change."""
        if snapshot is not None:
            self.diagnostics.schedule(snapshot)

    def tell(self, message: str, kind: t.MessageType) -> None:
        """Show the user a message."""
        log.info("told the user: %s", message)
        self.window_show_message(t.ShowMessageParams(kind, f"smallsense: {message}"))

    def background(self, work: Any) -> None:
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


def create_server(assistant: Assistant, file_log: FileLog | None = None) -> Server:
    """Return a server for one client, ready to be started; it keeps `file_log`, if the settings let it."""
    server = Server(assistant, file_log)

    @server.feature(t.INITIALIZE)
    def initialize(ls: Server, params: t.InitializeParams) -> None:
        ls.greet(params)
        if not ls.client.inline_completion:
            ls.feature(t.TEXT_DOCUMENT_COMPLETION, t.CompletionOptions())(menu)

    @server.feature(t.INITIALIZED)
    async def initialized(ls: Server, _: t.InitializedParams) -> None:
        if ls.client.registers_configuration:
            registration = t.Registration(SECTION, t.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION})
            ls.background(ls.client_register_capability_async(t.RegistrationParams([registration])))
        if ls.client.watches_files:
            watchers = [t.FileSystemWatcher(f"**/{FOLDER}/*")]
            options = t.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = t.Registration(FOLDER, t.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            ls.background(ls.client_register_capability_async(t.RegistrationParams([registration])))
        if ls.client.configuration:
            ls.background(ls.pull_configuration())

    @server.feature(t.SHUTDOWN)
    def shutdown(ls: Server, _: None) -> None:
        ls.rest()

    @server.feature(t.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(ls: Server, params: t.DidChangeConfigurationParams) -> None:
        pushed = _plain(params.settings)
        if isinstance(pushed, dict) and pushed.get(SECTION) is not None:
            ls.configure(pushed[SECTION])
        elif ls.client.configuration:
            ls.background(ls.pull_configuration())

    @server.feature(t.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(ls: Server, _: t.DidChangeWatchedFilesParams) -> None:
        # Somebody edited a dictionary or the like: a word taken out of it brings findings back.
        ls.diagnostics.schedule_all()

    @server.feature(t.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(ls: Server, _: t.DidChangeWorkspaceFoldersParams) -> None:
        ls.settle()
        ls.diagnostics.schedule_all()

    @server.feature(t.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: Server, params: t.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        ls.changed(ls.documents.open(document.uri, document.language_id, document.version, document.text))

    @server.feature(t.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: Server, params: t.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        ls.changed(ls.documents.change(document.uri, document.version, params.content_changes))

    @server.feature(t.TEXT_DOCUMENT_DID_SAVE, t.SaveOptions(include_text=True))
    def did_save(ls: Server, params: t.DidSaveTextDocumentParams) -> None:
        ls.changed(ls.documents.save(params.text_document.uri, params.text))

    @server.feature(t.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: Server, params: t.DidCloseTextDocumentParams) -> None:
        ls.documents.close(params.text_document.uri)
        ls.diagnostics.drop(params.text_document.uri)

    @server.feature(
        t.TEXT_DOCUMENT_DIAGNOSTIC,
        t.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False, identifier=SECTION),
    )
    async def diagnostic(
        ls: Server, params: t.DocumentDiagnosticParams
    ) -> t.RelatedFullDocumentDiagnosticReport | t.RelatedUnchangedDocumentDiagnosticReport:
        return await ls.diagnostics.report(params.text_document.uri, params.previous_result_id)

    @server.feature(
        t.TEXT_DOCUMENT_CODE_ACTION, t.CodeActionOptions(code_action_kinds=list(KINDS), resolve_provider=True)
    )
    async def code_action(ls: Server, params: t.CodeActionParams) -> list[t.CodeAction]:
        return await ls.actions.offer(params)

    @server.feature(t.CODE_ACTION_RESOLVE)
    async def resolve(ls: Server, action: t.CodeAction) -> t.CodeAction:
        return await ls.actions.resolve(action)

    # What is registered here stands in `greeting.py` as well.
    # Without options pygls does not advertise inline completion.
    @server.feature(t.TEXT_DOCUMENT_INLINE_COMPLETION, t.InlineCompletionOptions())
    async def inline(ls: Server, params: t.InlineCompletionParams) -> t.InlineCompletionList:
        return await ls.completions.inline(params)

    async def menu(ls: Server, params: t.CompletionParams) -> t.CompletionList:
        return await ls.completions.menu(params)

    @server.feature("smallsense/status")
    @server.command("smallsense.status")
    def status(ls: Server, *_: Any) -> dict[str, Any]:
        return status_of(ls.assistant, ls.documents)

    @server.command("smallsense.clearCache")
    async def clear_cache(ls: Server, *_: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(ls.asking, ls.assistant.cache.erase)
        ls.assistant.forget()
        ls.diagnostics.schedule_all()

    @server.command("smallsense.restart")
    async def restart(ls: Server, *_: Any) -> None:
        ls.diagnostics.close()
        await asyncio.get_running_loop().run_in_executor(ls.asking, ls.assistant.engine.close)
        ls.assistant.forget()
        ls.diagnostics.schedule_all()

    def decision(command: str) -> None:
        @server.command(command)
        async def decide(ls: Server, *arguments: Any) -> None:
            await ls.decisions.carry_out(command, _plain(arguments[0]) if len(arguments) == 1 else None)

    for command in DECISIONS:
        decision(command)

    return server


def serve_tcp(host: str, port: int, assistant: Assistant | None = None) -> None:
    """Serve one client that connects to `host` and `port`; for debugging."""
    # The client's `exit` ends the loop by SystemExit(0), which asyncio would report as a failure of the loop.
    with contextlib.suppress(SystemExit):
        create_server(assistant or start(apart=True)).start_tcp(host, port)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)


def _plain(value: Any) -> Any:
    """Untyped JSON as dicts and lists: in untyped places pygls makes objects with named fields of it."""
    if hasattr(value, "_asdict"):
        return {key: _plain(one) for key, one in value._asdict().items()}
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
