"""The answer to `initialize`, given before the libraries that everything else needs are loaded.

They take most of a second, and the answer hardly depends on anything. This module imports none of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import smallsense
from smallsense.server.headers import Headers

NAME = "smallsense"

DECISIONS = ("smallsense.addWord", "smallsense.dismiss", "smallsense.setLevel", "smallsense.annotate")
"""Commands that carry out what the user decides about a finding."""

COMMANDS = ("smallsense.status", "smallsense.clearCache", "smallsense.restart", *DECISIONS)

ENCODINGS = ("utf-8", "utf-16", "utf-32")
"""How positions may be counted; a client that says nothing counts UTF-16 code units."""


@dataclass(frozen=True, slots=True)
class Greeted:
    """The request that was answered: its `id`, the position `encoding` agreed on, and what it was made of."""

    id: str | int
    encoding: str
    inline_completion: bool

    def essence(self) -> dict[str, Any]:
        """The request reduced to what the answer depended on."""
        capabilities: dict[str, Any] = {"general": {"positionEncodings": [self.encoding]}}
        if self.inline_completion:
            capabilities["textDocument"] = {"inlineCompletion": {}}
        params = {"processId": None, "rootUri": None, "capabilities": capabilities}
        return {"jsonrpc": "2.0", "id": self.id, "method": "initialize", "params": params}


class Replay:
    """A stream that begins with bytes that were read before."""

    def __init__(self, taken: bytes, stream: Headers) -> None:
        self._taken = taken
        self._stream = stream

    def readline(self) -> bytes:
        """The next line."""
        if not self._taken:
            return self._stream.readline()
        line, end, self._taken = self._taken.partition(b"\n")
        return line + end

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer at the end."""
        if not self._taken:
            return self._stream.read(size)
        part, self._taken = self._taken[:size], self._taken[size:]
        return part


def greet(stream: Headers, sink: BinaryIO) -> tuple[Greeted | None, bytes]:
    """Answer the first message of `stream` where it is a plain `initialize`; return it as it came, too.

    Anything else is left to whoever serves.
    """
    taken, body = _message(stream)
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None, taken
    answered = answer(message)
    if answered is None:
        return None, taken
    greeted, result = answered
    raw = json.dumps({"jsonrpc": "2.0", "id": greeted.id, "result": result}).encode()
    sink.write(b"Content-Length: %d\r\n\r\n%s" % (len(raw), raw))
    sink.flush()
    return greeted, taken


def answer(message: Any) -> tuple[Greeted, dict[str, Any]] | None:
    """The answer to `initialize`; None where `message` is anything else, or makes no sense."""
    if not isinstance(message, Mapping) or message.get("jsonrpc") != "2.0":
        return None
    number, params = message.get("id"), message.get("params")
    if message.get("method") != "initialize" or not isinstance(number, str | int):
        return None
    if not isinstance(params, Mapping) or not isinstance(params.get("capabilities"), Mapping):
        return None
    general = _object(params["capabilities"], "general")
    document = _object(params["capabilities"], "textDocument")
    if general is None or document is None:
        return None
    offered = general.get("positionEncodings")
    if offered is not None and not isinstance(offered, Sequence):
        return None
    encoding = next((one for one in offered or () if one in ENCODINGS), "utf-16")
    greeted = Greeted(number, encoding, document.get("inlineCompletion") is not None)
    return greeted, {
        "capabilities": _capabilities(greeted),
        "serverInfo": {"name": NAME, "version": smallsense.__version__},
    }


def _capabilities(greeted: Greeted) -> dict[str, Any]:
    """What the server can do; a test holds it against what its handlers make of it."""
    capabilities: dict[str, Any] = {
        "positionEncoding": greeted.encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": True}},
        "diagnosticProvider": {
            "identifier": NAME,
            "interFileDependencies": False,
            "workspaceDiagnostics": False,
        },
        "codeActionProvider": {
            "codeActionKinds": ["quickfix", "refactor.rewrite"],
            "resolveProvider": True,
        },
        "inlineCompletionProvider": {},
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": {},
        },
    }
    if not greeted.inline_completion:
        capabilities["completionProvider"] = {}
    return capabilities


def _message(stream: Headers) -> tuple[bytes, bytes]:
    """The first message as it came, and its body; an empty one where there is none."""
    head, length = b"", 0
    while (line := stream.readline()).strip():
        head += line
        name, _, value = line.partition(b":")
        if name == b"Content-Length" and value.strip().isdigit():
            length = int(value)
    body = stream.read(length) if length else b""
    return head + line + body, body


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The object of that name, an empty one where there is none; None where it is something else."""
    value = parent.get(name)
    if value is None:
        return {}
    return value if isinstance(value, Mapping) else None
