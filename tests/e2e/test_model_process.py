"""The model's process is killed, and whoever edits sees no more than a late answer."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="sends signals"),
]

URI = "file:///a.md"
MISTAKE = "You will recieve a list of users.\n"
GATED = "def gate(width):\n    return width\n"


@pytest.fixture
def editor(start: Any, gate: Path) -> Any:
    """An editor that is pushed to, and whose server has the model in a process of its own."""
    server = Path(__file__).with_name("fake_server.py")
    return start("helix_v25.01.1", command=[sys.executable, str(server), str(gate), "apart"])


def worker(editor: Any) -> Any:
    """The status of the process, None before there is one."""
    return editor.request("workspace/executeCommand", {"command": "smallsense.status"})["worker"]


def kill(editor: Any) -> int:
    status = worker(editor)
    assert status is not None
    os.kill(status["pid"], signal.SIGKILL)
    return status["pid"]


def test_there_is_no_process_before_the_first_question(editor: Any) -> None:
    assert worker(editor) is None
    editor.open(URI, "markdown", MISTAKE)
    assert len(editor.diagnostics(URI, 1)) == 1
    assert worker(editor)["answered"] == 1
    assert editor.close() == 0


def test_a_check_after_a_kill_is_as_before(editor: Any) -> None:
    editor.open(URI, "markdown", MISTAKE)
    assert len(editor.diagnostics(URI, 1)) == 1
    pid = kill(editor)
    editor.change(URI, 2, {"text": "And " + MISTAKE})
    assert len(editor.diagnostics(URI, 2)) == 1
    status = worker(editor)
    assert status["restarts"] == 1
    assert status["pid"] != pid
    assert editor.notified("window/showMessage") == []
    assert editor.close() == 0


def test_a_completion_whose_process_is_killed_is_answered_late(editor: Any, gate: Path) -> None:
    editor.open("file:///a.py", "python", GATED)
    place = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 1, "character": 16}}
    number = editor.ask("textDocument/completion", place)
    deadline = time.monotonic() + 60
    while not (status := worker(editor)) or status["pid"] is None:
        assert time.monotonic() < deadline, "the model is not asked"
    kill(editor)
    gate.touch()
    (item,) = editor.answer(number)["items"]
    assert " * height" in str(item)
    assert editor.close() == 0


def test_a_restart_ends_the_process_and_the_next_question_starts_another(editor: Any) -> None:
    editor.open(URI, "markdown", MISTAKE)
    assert len(editor.diagnostics(URI, 1)) == 1
    before = worker(editor)["pid"]
    editor.request("workspace/executeCommand", {"command": "smallsense.restart"})
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    editor.change(URI, 2, {"text": "And " + MISTAKE})
    assert len(editor.diagnostics(URI, 2)) == 1
    assert worker(editor)["pid"] != before
    assert editor.close() == 0
