"""Serving over TCP, as one does to debug."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from io import BufferedRWPair

pytestmark = pytest.mark.e2e

PATIENCE = 60.0
"""Seconds for the server to start, and to end."""


def connect(port: int) -> socket.socket:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def send(stream: BufferedRWPair, message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    stream.flush()


def answer(stream: BufferedRWPair, number: int) -> Any:
    while True:
        length = 0
        while header := stream.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message = json.loads(stream.read(length))
        if message.get("id") == number:
            return message["result"]


def test_a_client_connects_over_tcp_and_ends_the_server_without_a_traceback() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "smallsense", "serve", "--tcp", f"127.0.0.1:{port}"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server,
        connect(port) as connection,
        connection.makefile("rwb") as stream,
    ):
        send(stream, {"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": None}})
        assert answer(stream, 1)["serverInfo"]["name"] == "smallsense"
        send(stream, {"method": "initialized", "params": {}})
        send(stream, {"id": 2, "method": "shutdown"})
        assert answer(stream, 2) is None
        send(stream, {"method": "exit"})
        _, errors = server.communicate(timeout=PATIENCE)
        assert server.returncode == 0
        assert "Traceback" not in errors
