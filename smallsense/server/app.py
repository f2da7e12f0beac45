"""The handlers: which message of the client goes where."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from lsprotocol import types as t

from smallsense.assistant.configuration import are_ours
from smallsense.assistant.notebook import FOLDER
from smallsense.assistant.run import Assistant
from smallsense.assistant.start import start
from smallsense.server.actions import KINDS
from smallsense.server.file_log import FileLog
from smallsense.server.greeting import DECISIONS
from smallsense.server.server import SECTION, Server, plain
from smallsense.server.status import status as status_of


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
        pushed = plain(params.settings)
        if isinstance(pushed, dict) and pushed.get(SECTION) is not None:
            ls.configure(pushed[SECTION])
        elif ls.client.configuration:
            ls.background(ls.pull_configuration())
        elif are_ours(pushed):  # some clients push the section alone
            ls.configure(pushed)

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
            await ls.decisions.carry_out(command, plain(arguments[0]) if len(arguments) == 1 else None)

    for command in DECISIONS:
        decision(command)

    return server


def serve_tcp(host: str, port: int, assistant: Assistant | None = None) -> None:
    """Serve one client that connects to `host` and `port`; for debugging."""
    # The client's `exit` ends the loop by SystemExit, which asyncio reports as a failure of the connection.
    logging.getLogger("asyncio").addFilter(_is_no_exit)
    with contextlib.suppress(SystemExit):
        create_server(assistant or start(apart=True)).start_tcp(host, port)


def _is_no_exit(record: logging.LogRecord) -> bool:
    return record.exc_info is None or not isinstance(record.exc_info[1], SystemExit)
