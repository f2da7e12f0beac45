"""A client that speaks raw JSON-RPC with a server process, with the capabilities of a real editor."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PROFILES = sorted(path.stem for path in (HERE / "profiles").glob("*.json"))
PATIENCE = 60.0
"""Seconds a server may be silent."""

DEADLINE = 240.0
"""Seconds a wait may last though the server goes on talking; the real weights load within this."""


class Editor:
    """One client and its server. `configuration` is what it answers to `workspace/configuration`."""

    def __init__(
        self, command: list[str], capabilities: dict[str, Any], log: Path, configuration: Any = None
    ) -> None:
        self.capabilities = capabilities
        self.configuration = configuration
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.log = log
        self.encoding = "utf-16"
        self.server: dict[str, Any] = {}
        self._ids = itertools.count(1)
        self._answers: dict[Any, dict[str, Any]] = {}
        self._inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            body = stream.read(length)
            if not body:
                self._inbox.put(None)
                return
            self._inbox.put(json.loads(body))

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(body)
        self.process.stdin.flush()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> int:
        """Send a request and return its id, for `answer`."""
        number = next(self._ids)
        self.send({"id": number, "method": method, "params": params})
        return number

    def request(self, method: str, params: Any) -> Any:
        return self.answer(self.ask(method, params))

    def answer(self, number: int | str) -> Any:
        """The result of the request of that id."""
        message = self._answer(number)
        assert "error" not in message, message["error"]
        return message["result"]

    def error(self, number: int | str) -> dict[str, Any]:
        """The error that the request of that id was answered with."""
        message = self._answer(number)
        assert "error" in message, message
        return message["error"]

    def _answer(self, number: int | str) -> dict[str, Any]:
        self.wait(lambda: number in self._answers, f"an answer to request {number}")
        return self._answers.pop(number)

    def wait(self, ready: Callable[[], Any], what: str) -> Any:
        """Take in messages until `ready` returns something true, which is returned."""
        deadline = time.monotonic() + DEADLINE
        while not (result := ready()):
            left = deadline - time.monotonic()
            if left <= 0:
                pytest.fail(f"no {what} in {DEADLINE:.0f} s; the server said:\n{self.stderr()[-4000:]}")
            try:
                message = self._inbox.get(timeout=min(PATIENCE, left))
            except queue.Empty:
                pytest.fail(f"no {what}; the server said:\n{self.stderr()[-4000:]}")
            if message is None:
                pytest.fail(f"the server ended before {what}:\n{self.stderr()[-4000:]}")
            self._take(message)
        return result

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._answers[message["id"]] = message
        elif "id" in message:
            self.requests.append(message)
            result = None
            if message["method"] == "workspace/configuration":
                result = [self.configuration for _ in message["params"]["items"]]
            elif message["method"] == "workspace/applyEdit":
                result = {"applied": True}
            self.send({"id": message["id"], "result": result})
        else:
            self.notifications.append(message)

    def notified(self, method: str) -> list[Any]:
        return [one["params"] for one in self.notifications if one["method"] == method]

    def asked(self, method: str) -> list[Any]:
        return [one.get("params") for one in self.requests if one["method"] == method]

    def stderr(self) -> str:
        return self.log.read_text(errors="replace")

    def initialize(self, options: Any = None, root: Path | None = None) -> dict[str, Any]:
        folders = None if root is None else [{"uri": root.as_uri(), "name": root.name}]
        self.server = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root and root.as_uri(),
                "workspaceFolders": folders,
                "capabilities": self.capabilities,
                "initializationOptions": options,
            },
        )["capabilities"]
        self.encoding = self.server["positionEncoding"]
        self.notify("initialized", {})
        return self.server

    def open(self, uri: str, language: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    @property
    def pulls(self) -> bool:
        return "diagnostic" in self.capabilities.get("textDocument", {})

    def diagnostics(self, uri: str, version: int | None = None) -> list[dict[str, Any]]:
        """What the editor shows: asked for by a client that pulls, else as last published."""
        if self.pulls:
            return self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]

        def published() -> list[Any]:
            return [
                one
                for one in self.notified("textDocument/publishDiagnostics")
                if one["uri"] == uri and (version is None or one.get("version") == version)
            ]

        return self.wait(published, f"diagnostics of {uri}")[-1]["diagnostics"]

    def units(self, text: str) -> int:
        """How long a text is in the units agreed on."""
        size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[self.encoding]
        return len(text.encode(self.encoding if size == 1 else f"{self.encoding}-le")) // size

    def range_of(self, text: str, word: str) -> dict[str, Any]:
        """The range of a word in a text, in the units agreed on."""
        at = text.index(word)
        line = text.count("\n", 0, at)
        start = self.units(text[text.rfind("\n", 0, at) + 1 : at])
        return {
            "start": {"line": line, "character": start},
            "end": {"line": line, "character": start + self.units(word)},
        }

    def actions(self, uri: str, place: dict[str, Any], **context: Any) -> list[dict[str, Any]]:
        params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": [], **context}}
        return self.request("textDocument/codeAction", params)

    def resolve(self, action: dict[str, Any]) -> dict[str, Any]:
        return self.request("codeAction/resolve", action)

    def apply(self, text: str, edit: dict[str, Any]) -> str:
        """A text after a workspace edit of one document, as an editor would apply it."""
        if "documentChanges" in edit:
            (document,) = edit["documentChanges"]
            edits = document["edits"]
        else:
            (edits,) = edit["changes"].values()
        for one in sorted(edits, key=lambda one: self._at(text, one["range"]["start"]), reverse=True):
            start, end = self._at(text, one["range"]["start"]), self._at(text, one["range"]["end"])
            text = text[:start] + one["newText"] + text[end:]
        return text

    def _at(self, text: str, position: dict[str, int]) -> int:
        start = 0
        for _ in range(position["line"]):
            start = text.index("\n", start) + 1
        at = start
        while self.units(text[start:at]) < position["character"]:
            at += 1
        assert self.units(text[start:at]) == position["character"], "a position inside a character"
        return at

    def close(self) -> int:
        """Say goodbye properly and return the server's exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(PATIENCE)


def profile(name: str) -> dict[str, Any]:
    return json.loads((HERE / "profiles" / f"{name}.json").read_text())["capabilities"]


Start = Callable[..., Editor]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts editors; each is killed after the test if it still runs. The user's own files are left alone."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    editors: list[Editor] = []

    def begin(
        name: str = "neovim_v0.12.4",
        *,
        options: Any = None,
        configuration: Any = None,
        capabilities: dict[str, Any] | None = None,
        command: list[str] | None = None,
        greet: bool = True,
        root: Path | None = None,
    ) -> Editor:
        gate = str(tmp_path / "gate")
        command = command or [sys.executable, str(HERE / "fake_server.py"), gate]
        log = tmp_path / f"server-{len(editors)}.log"
        editor = Editor(command, profile(name) if capabilities is None else capabilities, log, configuration)
        editors.append(editor)
        if greet:
            editor.initialize(options, root)
        return editor

    yield begin
    for editor in editors:
        editor.process.kill()
        editor.process.wait()


@pytest.fixture(params=PROFILES)
def editor(request: pytest.FixtureRequest, start: Start) -> Editor:
    """An editor that has said hello, once with each recorded client profile."""
    return start(request.param)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The file that lets the canned engine answer questions about a gate."""
    return tmp_path / "gate"
