"""An editor for `bench soak`: it types, asks, takes back, and compares what it is told with what it wrote."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CANCELLED = 0.6
"""The share of requests that are cancelled at once."""

_IN_FLIGHT = 16
_PATIENCE = 120.0
_HISTORY = 400
_LONGEST = 3_000
_REST_SECONDS = 3.0
_MISTAKE, _CORRECTION = "recieve", "receive"
_STATEMENT = "return width"
_TEXTS = {
    "file:///a.md": "# Loans\n\n" + "You will recieve a list.\nIt is long and good.\n\n" * 8,
    "file:///b.py": '"""We recieve books."""\n\n\ndef area(width, height):\n    return width\n' * 3,
    "file:///c.ts": "// You recieve points.\nfunction area(width, height) {\n  return width\n}\n" * 3,
}
_LANGUAGES = {"md": "markdown", "py": "python", "ts": "typescript"}
_TYPED = ("a", " ", "e", "\n", "word ", _MISTAKE + " ", "return width\n", "x = 1\n")


@dataclass
class Document:
    """A document as the editor has it, and its latest versions."""

    uri: str
    text: str
    version: int = 1
    history: dict[int, str] = field(default_factory=dict)

    def change(self, text: str) -> None:
        """Take over a new version."""
        self.history[self.version] = self.text
        self.history.pop(self.version - _HISTORY, None)
        self.text, self.version = text, self.version + 1

    def at(self, version: int) -> str | None:
        """The text of a version; None for one that is forgotten."""
        return self.text if version == self.version else self.history.get(version)


class Editor:
    """A client that never waits for long and believes nothing."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.asked = self.cancelled = self.edits = self.applicable = self.stale = self.unanswered = 0
        self.documents = {uri: Document(uri, text) for uri, text in _TEXTS.items()}
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[str, Document | None, int]] = {}
        self._results: dict[int, Any] = {}
        self._actions: list[Any] = []
        self._differing = self._answered = 0
        self._shown: dict[str, int] = {}
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        resolve = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
        capabilities = {
            "textDocument": {"inlineCompletion": {}, "codeAction": resolve},
            "workspace": {"workspaceEdit": {"documentChanges": True}},
        }
        self.wait(
            self._request("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        )
        self._notify("initialized", {})
        for uri, document in self.documents.items():
            language = _LANGUAGES[uri.rpartition(".")[2]]
            item = {"uri": uri, "languageId": language, "version": 1, "text": document.text}
            self._notify("textDocument/didOpen", {"textDocument": item})

    def edit(self, draw: random.Random) -> None:
        """Change a document at random."""
        document = draw.choice(list(self.documents.values()))
        start = draw.randrange(len(document.text) + 1)
        removed = draw.choice((0, 0, 0, 1, 20)) if len(document.text) > 500 else 0
        end = min(len(document.text), start + removed)
        typed = draw.choice(_TYPED) if len(document.text) < _LONGEST else ""
        change = {"range": _range(document.text, start, end), "text": typed}
        with self._changed:
            document.change(document.text[:start] + typed + document.text[end:])
        identifier = {"uri": document.uri, "version": document.version}
        self._notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})
        self.edits += 1

    def ask(self, draw: random.Random) -> None:
        """Ask something at random, and most often take it back."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._open) < _IN_FLIGHT, _PATIENCE):
                self._give_up()
        document = draw.choice(list(self.documents.values()))
        place = {"textDocument": {"uri": document.uri}}
        kind = draw.random()
        if kind < 0.2 and self._actions:
            number = self._request("codeAction/resolve", draw.choice(self._actions), document)
        elif kind < 0.6:
            at = _place(document.text, _MISTAKE, draw)
            span = {"range": _range(document.text, at, at), "context": {"diagnostics": []}}
            number = self._request("textDocument/codeAction", place | span, document)
        else:
            at = min(_place(document.text, _STATEMENT, draw) + len(_STATEMENT), len(document.text))
            where = {"position": _range(document.text, at, at)["start"], "context": {"triggerKind": 2}}
            number = self._request("textDocument/inlineCompletion", place | where, document)
        self.asked += 1
        if draw.random() < CANCELLED:
            self._notify("$/cancelRequest", {"id": number})
            self.cancelled += 1

    def rest(self) -> None:
        """Leave the documents alone until they have been checked, but not for long."""
        with self._changed:
            documents = self.documents.values()
            self._changed.wait_for(
                lambda: all(self._shown.get(one.uri) == one.version for one in documents), _REST_SECONDS
            )

    def kill(self) -> int:
        """Kill the model's process, if it has answered since the last one was killed; how many that were.

        One that dies before it has answered anything is left alone ever longer, and would soon not be there.
        """
        status = self.wait(self._request("workspace/executeCommand", {"command": "smallsense.status"}))
        worker = (status or {}).get("worker") or {}
        if not worker.get("pid") or worker["answered"] == self._answered:
            return 0
        try:
            os.kill(worker["pid"], signal.SIGKILL)
        except ProcessLookupError:
            return 0
        self._answered = worker["answered"]
        return 1

    def load(self) -> tuple[int, int]:
        """The server's resident memory in bytes and its open files; zeros where the system does not tell."""
        proc = Path(f"/proc/{self.process.pid}")
        try:
            pages = int((proc / "statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE"), len(list((proc / "fd").iterdir()))
        except OSError:
            return 0, 0

    def settle(self) -> None:
        """Wait until all is answered."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._open, _PATIENCE):
                self._give_up()

    def lost(self) -> int:
        """How many documents the server has not, or has otherwise than we do."""
        for uri, document in self.documents.items():
            # The server compares what is saved with what it has, and says where they differ.
            saved = {"textDocument": {"uri": uri}, "text": document.text}
            self._notify("textDocument/didSave", saved)
        self.wait(self._request("workspace/executeCommand", {"command": "smallsense.status"}))
        # One that it has not at all can't be saved, but it counts them.
        status = self.wait(self._request("workspace/executeCommand", {"command": "smallsense.status"}))
        missing = len(self.documents) - (status or {}).get("documents", 0)
        with self._changed:
            return missing + self._differing

    def close(self) -> int:
        """Say goodbye; the exit code."""
        self.wait(self._request("shutdown", None))
        self._notify("exit", None)
        return self.process.wait(_PATIENCE)

    def wait(self, number: int) -> Any:
        """The result of a request."""
        with self._changed:
            if not self._changed.wait_for(lambda: number not in self._open, _PATIENCE):
                self._give_up()
            return self._results.pop(number, None)

    def _give_up(self) -> None:
        self.unanswered += len(self._open)
        self._open.clear()

    def _request(self, method: str, params: Any, document: Document | None = None) -> int:
        number = next(self._numbers)
        with self._changed:
            self._open[number] = (method, document, document.version if document else 0)
        self._send({"id": number, "method": method, "params": params})
        return number

    def _notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        while line := stream.readline():
            length = int(line.partition(b":")[2])
            while stream.readline().strip():
                pass
            self._take(json.loads(stream.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        with self._changed:
            if "method" in message:
                if message["method"] == "textDocument/publishDiagnostics":
                    self._check_diagnostics(message["params"])
                elif message["method"] == "window/logMessage":
                    self._differing += "out of step" in message["params"]["message"]
                elif "id" in message:
                    self._send({"id": message["id"], "result": None})
                return
            method, document, _ = self._open.pop(message["id"], ("", None, 0))
            result = message.get("result")
            if document is None:
                self._results[message["id"]] = result
            elif method == "textDocument/codeAction":
                self._actions = [*self._actions, *(result or ())][-20:]
            elif method == "codeAction/resolve" and result and result.get("edit"):
                self.applicable += 1
                self._check_edit(result["edit"])
            elif result and result.get("items"):
                self.applicable += 1
            self._changed.notify_all()

    def _check_diagnostics(self, params: dict[str, Any]) -> None:
        self._shown[params["uri"]] = params.get("version") or 0
        self._changed.notify_all()
        text = self.documents[params["uri"]].at(params.get("version") or 0)
        lines = text.split("\n") if text is not None else None
        if lines is not None and not all(_fits(lines, one["range"]) for one in params["diagnostics"]):
            self.stale += 1

    def _check_edit(self, edit: dict[str, Any]) -> None:
        for changed in edit["documentChanges"]:
            identifier = changed["textDocument"]
            text = self.documents[identifier["uri"]].at(identifier["version"])
            if text is None:
                continue
            for one in changed["edits"]:
                lines = text.split("\n")
                old = _between(lines, one["range"]) if _fits(lines, one["range"]) else None
                # What mends the one mistake we know stands on that mistake, or the edit is for another text.
                if old is None or (one["newText"] == _CORRECTION and old != _MISTAKE):
                    self.stale += 1


def _place(text: str, word: str, draw: random.Random) -> int:
    """Where a word stands, next to a place drawn at random; that place itself where there is none."""
    at = draw.randrange(len(text) + 1)
    found = text.find(word, at)
    return at if found < 0 else found


def _range(text: str, start: int, end: int) -> dict[str, Any]:
    def position(at: int) -> dict[str, int]:
        return {"line": text.count("\n", 0, at), "character": at - text.rfind("\n", 0, at) - 1}

    return {"start": position(start), "end": position(end)}


def _fits(lines: list[str], place: dict[str, Any]) -> bool:
    return all(
        one["line"] < len(lines) and one["character"] <= len(lines[one["line"]])
        for one in (place["start"], place["end"])
    )


def _between(lines: list[str], place: dict[str, Any]) -> str:
    start, end = place["start"], place["end"]
    if start["line"] == end["line"]:
        return lines[start["line"]][start["character"] : end["character"]]
    inner = lines[start["line"] + 1 : end["line"]]
    return "\n".join(
        [lines[start["line"]][start["character"] :], *inner, lines[end["line"]][: end["character"]]]
    )
