"""`smallsense bench memory`: how much memory the server and its model take, and how soon it says hello."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click

from smallsense.cli.main import Failure
from smallsense.cli.measure import Measure, Skipped, measuring

MOST, MOST_IDLE = 350.0, 80.0
"""Megabytes of resident memory, of server and model together, with all skills used, and after idling."""

MOST_GREETING = 500.0
"""Milliseconds from the start of the server to its answer to `initialize`, p95."""

IDLE_SECONDS = 2.0
_PATIENCE = 120.0

_PROSE = (
    "# Notes\n\nThis function return the a list of users. You will recieve a mail when the job are done.\n"
)
_CODE = """\
import re


def first_word(text, limit):
    found = re.match(r"\\w+", text)
    return found.group()[:limit]


def load(path):
    with open(path) as lines:
        rows = [line.rstrip() for line in lines]
    return"""


@click.command()
@click.option(
    "--starts", type=click.IntRange(min=2), default=10, show_default=True, help="Start the server so often."
)
@measuring
def memory(starts: int) -> list[Measure]:
    """Use all skills of a real server, then none: how much memory is it? How soon does it answer?"""
    if not Path("/proc/self/statm").exists():
        raise Skipped("only Linux tells how much memory a process has")
    return measure(starts)


def measure(starts: int) -> list[Measure]:
    """Start the server so many times, and use it once."""
    greetings: list[float] = []
    works: list[float] = []
    for _ in range(starts):
        with _client() as client:
            greetings.append(client.greeting)
            works.append(client.work)
    with _client() as client:
        started = _resident(client.pid)
        _use_all_skills(client)
        status = client.status()
        asked = [name for name, skill in status["skills"].items() if skill["requests"]]
        server, model = _resident(client.pid), _resident(status["worker"]["pid"])
        end = time.monotonic() + _PATIENCE
        while client.status()["worker"]["pid"] is not None:
            if time.monotonic() > end:
                raise Failure("the model's process was not ended when it was idle")
            time.sleep(0.2)
        idle = _resident(client.pid)
    both, late = server + model, 1e3 * quantiles(greetings, n=20, method="inclusive")[-1]
    return [
        Measure("skills whose model was asked", len(asked), ""),
        Measure("server, started", started, "MB"),
        Measure("server, all skills used", server, "MB"),
        Measure("model, all skills used", model, "MB"),
        Measure("both, all skills used", both, "MB", MOST, both <= MOST),
        Measure("both, after idling", idle, "MB", MOST_IDLE, idle <= MOST_IDLE),
        Measure("starts", starts, ""),
        Measure("initialize, processor time, median", 1e3 * median(works), "ms"),
        Measure("initialize, from the start, median", 1e3 * median(greetings), "ms"),
        Measure("initialize, from the start, p95", late, "ms", MOST_GREETING, late <= MOST_GREETING),
    ]


class _Client:
    """Just enough of an editor.

    `greeting` is how many seconds the server took to say hello, of which it had a processor for `work`.
    """

    def __init__(self, process: subprocess.Popen[bytes], began: float) -> None:
        self._process = process
        self._number = 0
        # Answers kept from an earlier day would need no model.
        options = {"idle_minutes": IDLE_SECONDS / 60, "log_file": False, "answer_cache": 0}
        self.request(
            "initialize",
            {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options},
        )
        self.greeting = time.perf_counter() - began
        self.pid = process.pid
        self.work = _processor_time(process.pid)

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._number and "method" not in message:
                if "error" in message:
                    raise Failure(f"{method}: {message['error']['message']}")
                return message["result"]

    def status(self) -> Any:
        return self.request("workspace/executeCommand", {"command": "smallsense.status"})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> Any:
        stream, length = self._process.stdout, 0
        assert stream is not None
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise Failure("the server ended")
        return json.loads(stream.read(length))


@contextlib.contextmanager
def _client() -> Iterator[_Client]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "smallsense", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield _Client(process, began)
    finally:
        process.kill()
        process.communicate()


def _use_all_skills(client: _Client) -> None:
    client.notify("initialized", {})
    for uri, language, text in (("file:///a.md", "markdown", _PROSE), ("file:///a.py", "python", _CODE)):
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    code = {"uri": "file:///a.py"}
    rows = _CODE.split("\n")
    end = {"line": len(rows) - 1, "character": len(rows[-1])}
    context = {"triggerKind": 1}
    client.request(
        "textDocument/inlineCompletion", {"textDocument": code, "position": end, "context": context}
    )
    cursor = {"line": 3, "character": 6}
    actions = client.request(
        "textDocument/codeAction",
        {"textDocument": code, "range": {"start": cursor, "end": cursor}, "context": {"diagnostics": []}},
    )
    for action in actions:
        if "data" in action:
            client.request("codeAction/resolve", action)


def _processor_time(pid: int) -> float:
    """Seconds for which a process has had a processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Megabytes of resident memory, as it is counted twice where two processes share it."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmRSS":
            return int(value.split()[0]) / 1000
    raise Failure(f"process {pid} has gone")
