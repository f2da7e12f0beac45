"""What the user can decide about a finding: offered as code actions, carried out by the server.

Words, dismissals and levels go into the files of a store; what is said in the document itself is an edit. A
client that lets servers edit is sent it when the user has chosen; any other gets it with the action, to apply
by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, get_args

from lsprotocol import types as t

from smallsense.assistant.notebook import Notebook, NotebookError
from smallsense.assistant.policy import path_of
from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Level
from smallsense.assistant.verdict import Found
from smallsense.server.client import Client
from smallsense.server.convert import Encoding, to_diagnostic, to_workspace_edit
from smallsense.server.diagnostics import Diagnostics
from smallsense.server.documents import Documents
from smallsense.server.greeting import DECISIONS
from smallsense.text.annotation import file_word, ignore_file, ignore_line
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit

log = logging.getLogger(__name__)

ADD_WORD, DISMISS, SET_LEVEL, ANNOTATE = DECISIONS

USER, WORKSPACE = "user", "workspace"


@dataclass(eq=False)
class Decisions:
    """Offers decisions, and carries them out. `apply` sends the client an edit and what to call it."""

    assistant: Assistant
    documents: Documents
    diagnostics: Diagnostics
    client: Client
    encoding: Encoding
    executor: Executor
    tell: Callable[[str], None]
    apply: Callable[[t.WorkspaceEdit, str], None]

    def offers(self, snapshot: Snapshot, found: Found) -> Iterator[t.CodeAction]:
        """Everything the user can decide about a finding, the narrowest first. Reads files, writes none."""
        workspace = self.assistant.policies.workspace(snapshot.uri)
        rule = f"{found.skill.name}/{found.finding.rule}"
        word = found.finding.word
        place = {"uri": snapshot.uri}
        diagnostic = to_diagnostic(snapshot, found, self.encoding)

        def action(title: str, command: str, **arguments: Any) -> t.CodeAction:
            return t.CodeAction(
                title,
                kind=t.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                command=t.Command(title, command, arguments=[{**place, **arguments}]),
            )

        def annotation(title: str, what: str, name: str) -> Iterator[t.CodeAction]:
            offset = found.finding.span.start
            edit = _annotation(snapshot, what, name, offset)
            if edit is None:
                return
            one = action(title, ANNOTATE, version=snapshot.version, offset=offset, what=what, name=name)
            if not self.client.applies_edits:
                one.command = None
                one.edit = to_workspace_edit(snapshot, [edit], self.encoding, self.client)
            yield one

        if word:
            if workspace is not None:
                yield action(
                    f"Add “{word}” to the workspace dictionary", ADD_WORD, word=word, store=WORKSPACE
                )
            if self.assistant.policies.user is not None:
                yield action(f"Add “{word}” to your dictionary", ADD_WORD, word=word, store=USER)
            yield from annotation(f"Add “{word}” to the words of this file", "word", word)
        # A workspace that keeps decisions gets this one too; none is made to for the sake of one sentence.
        store = WORKSPACE if workspace is not None and workspace.folder.is_dir() else USER
        if store == WORKSPACE or self.assistant.policies.user is not None:
            yield action(
                "Not a problem: do not show this again", DISMISS, fingerprint=found.fingerprint, store=store
            )
        where = "in this paragraph" if snapshot.language.name == "restructuredtext" else "on this line"
        yield from annotation(f"Ignore {rule} {where}", "line", rule)
        yield from annotation(f"Ignore {rule} in this file", "file", rule)
        if workspace is not None:
            yield action(f"Turn off {rule} in this workspace", SET_LEVEL, rule=rule, level="off")

    async def carry_out(self, command: str, arguments: Any) -> None:
        """Do what one of the commands for `DECISIONS` says; what makes no sense is told to the user."""
        match command:
            case "smallsense.addWord":
                await self._add_word(arguments)
            case "smallsense.dismiss":
                await self._dismiss(arguments)
            case "smallsense.setLevel":
                await self._set_level(arguments)
            case "smallsense.annotate":
                self._annotate(arguments)
            case _:
                raise ValueError(f"no decision: {command}")

    async def _add_word(self, arguments: Any) -> None:
        """Add `word` to the dictionary of a `store`."""
        word = _text(arguments, "word")
        if not word or word.split() != [word]:
            self.tell(f"{ADD_WORD} needs a word")
            return
        await self._keep(arguments, lambda store: store.add_word(word))

    async def _dismiss(self, arguments: Any) -> None:
        """Remember a `fingerprint` as no problem."""
        fingerprint = _text(arguments, "fingerprint")
        if not fingerprint.isalnum():
            self.tell(f"{DISMISS} needs a fingerprint")
            return
        await self._keep(arguments, lambda store: store.dismiss(fingerprint))

    async def _set_level(self, arguments: Any) -> None:
        """Set how loudly a `rule` speaks in the workspace."""
        rule, level = _text(arguments, "rule"), _text(arguments, "level")
        if not rule or level not in get_args(Level):
            self.tell(f"{SET_LEVEL} needs a rule and a level, one of {', '.join(get_args(Level))}")
            return
        await self._keep({**arguments, "store": WORKSPACE}, lambda store: store.set_level(rule, level))

    def _annotate(self, arguments: Any) -> None:
        """Write a directive into the document of that version."""
        what, name = _text(arguments, "what"), _text(arguments, "name")
        snapshot = self.documents.get(_text(arguments, "uri"))
        offset = arguments.get("offset") if isinstance(arguments, dict) else None
        if snapshot is None or not isinstance(offset, int) or not 0 <= offset <= len(snapshot.source):
            self.tell("the document is not open, or has changed: nothing was written")
            return
        if arguments.get("version", snapshot.version) != snapshot.version:
            self.tell("the document has changed meanwhile: ask for the action again")
            return
        edit = _annotation(snapshot, what, name, offset)
        if edit is None:
            self.tell(f"there is no place for a comment that says “{what} {name}”")
        elif self.client.applies_edits:
            self.apply(to_workspace_edit(snapshot, [edit], self.encoding, self.client), f"smallsense: {name}")
        else:
            line = snapshot.line_column(edit.span.start)[0] + 1
            self.tell(f"this editor lets no server edit: write “{edit.text.strip()}” in line {line} yourself")

    async def _keep(self, arguments: Any, decide: Callable[[Notebook], None]) -> None:
        """Put a decision into a store, and take away at once what it silences."""
        uri, name = _text(arguments, "uri"), _text(arguments, "store")
        policies = self.assistant.policies
        store = policies.user if name == USER else policies.workspace(uri) if name == WORKSPACE else None
        if store is None:
            self.tell(f"{path_of(uri) or uri or 'the document'} belongs to no workspace: nothing was kept")
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self.executor, decide, store)
        except NotebookError as error:
            self.tell(str(error))
            return
        self.diagnostics.decide()


def distinct(actions: Iterable[t.CodeAction]) -> list[t.CodeAction]:
    """The decisions, each once: two findings of one rule come to the same where a file is concerned."""
    kept: dict[str, t.CodeAction] = {}
    for action in actions:
        arguments = (action.command.arguments or ()) if action.command is not None else ()
        given = next((one for one in arguments if isinstance(one, dict)), {})
        does = {key: value for key, value in given.items() if key != "offset"}
        if does.get("what") == "line":
            does["line"] = action.diagnostics[0].range.start.line if action.diagnostics else None
        kept.setdefault(repr((action.title, does, action.edit)), action)
    return list(kept.values())


def _annotation(snapshot: Snapshot, what: str, name: str, offset: int) -> Edit | None:
    match what:
        case "line":
            return ignore_line(snapshot, offset, name)
        case "file":
            return ignore_file(snapshot, name)
        case "word":
            return file_word(snapshot, name)
        case _:
            return None


def _text(arguments: Any, name: str) -> str:
    value = arguments.get(name) if isinstance(arguments, dict) else None
    return value if isinstance(value, str) else ""
