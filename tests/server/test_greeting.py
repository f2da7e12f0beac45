"""The client is greeted before the server is loaded, with what the server would have said itself."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from smallsense.assistant.run import Assistant
from smallsense.engine.catalog import Catalog
from smallsense.engine.fake import FakeEngine
from smallsense.server.app import create_server
from smallsense.server.greeting import Replay, answer, greet
from smallsense.server.headers import Headers
from smallsense.server.server import Server
from smallsense.skills import loader

PROFILES = sorted((Path(__file__).parents[1] / "e2e" / "profiles").glob("*.json"))


class Sink:
    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)


def initialize(capabilities: Any, number: int = 1) -> dict[str, Any]:
    params = {"processId": None, "rootUri": None, "capabilities": capabilities}
    return {"jsonrpc": "2.0", "id": number, "method": "initialize", "params": params}


def framed(message: Any) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def server() -> tuple[Server, Sink]:
    made, sink = create_server(Assistant(FakeEngine({}), Catalog.load(), loader.own())), Sink()
    made.protocol.set_writer(cast(Any, sink))
    return made, sink


def handled(server: Server, message: dict[str, Any]) -> None:
    async def handle() -> None:
        server.protocol.handle_message(server.protocol.structure_message(message))
        await asyncio.sleep(0)

    asyncio.run(handle())


@pytest.mark.parametrize("profile", [None, *PROFILES], ids=lambda path: path.stem if path else "bare")
def test_the_greeting_says_what_the_server_would_have_said(profile: Path | None) -> None:
    capabilities = json.loads(profile.read_text())["capabilities"] if profile else {}
    answered = answer(initialize(capabilities))
    assert answered is not None
    greeted, result = answered
    for request in (initialize(capabilities), greeted.essence()):
        made, sink = server()
        handled(made, request)
        expected = json.loads(sink.written[0].partition(b"\r\n\r\n")[2] or sink.written[0])["result"]
        for never in ("willSave", "willSaveWaitUntil"):  # as absent as false
            assert not expected["capabilities"]["textDocumentSync"].pop(never, False)
        assert result == expected


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {"jsonrpc": "2.0", "method": "initialize"},
        {"jsonrpc": "2.0", "id": 1, "method": "shutdown"},
        initialize(None),
        initialize({"general": 3}),
        initialize({"general": {"positionEncodings": 8}}),
        initialize({"textDocument": []}),
        b"{not json",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_plain_initialize_is_left_to_the_server(message: Any) -> None:
    sink = io.BytesIO()
    raw = framed(message)
    greeted, taken = greet(Headers(io.BytesIO(raw + b"more")), sink)
    assert (greeted, sink.getvalue(), taken) == (None, b"", raw)


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"rubbish\r\n\r\n", b"Content-Length: 50\r\n\r\n{}"])
def test_rubbish_and_silence_are_left_to_the_server(raw: bytes) -> None:
    assert greet(Headers(io.BytesIO(raw)), io.BytesIO()) == (None, raw)


def test_the_server_reads_again_what_was_read_before() -> None:
    first, second = framed(initialize({})), framed({"second": True})
    stream = Headers(io.BytesIO(first + second))
    greeted, taken = greet(stream, io.BytesIO())
    assert greeted is not None
    replay = Replay(taken, stream)
    seen = b""
    for _ in range(2):
        header = replay.readline()
        seen += header + replay.readline() + replay.read(int(header.split(b":")[1]))
    assert seen == first + second


def test_a_client_that_was_greeted_is_not_answered_twice() -> None:
    made, sink = server()
    answered = answer(initialize({}))
    assert answered is not None
    made.protocol.greeted = answered[0]
    handled(made, initialize({}))
    assert sink.written == []
    assert made.documents.encoding == "utf-16"


def test_a_mistake_that_the_greeting_overlooked_does_no_harm() -> None:
    made, sink = server()
    request = initialize({"general": {"positionEncodings": ["utf-8"]}, "workspace": {"symbol": 7}})
    answered = answer(request)
    assert answered is not None
    made.protocol.greeted = answered[0]
    handled(made, request)
    assert sink.written == []
    assert made.documents.encoding == "utf-8"


def test_greeting_takes_nothing_heavy() -> None:
    script = (
        "import sys, smallsense.cli.serve, smallsense.server.stdio\n"
        "print(sorted({'pygls', 'lsprotocol', 'tree_sitter', 'numpy', 'asyncio'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
