"""The real server and its real catalog over weights that are missing or broken: it says so and lives on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.record import Record

pytestmark = pytest.mark.e2e

URI = "file:///a.md"
MISTAKE = "You will recieve a list of users.\n"
WHOLE = b"GGUF" + bytes(996)


def serve(start: Any, cache: Path) -> Any:
    """An editor that is pushed to, and the server as users start it, with its weights in `cache`."""
    command = ["env", f"SMALLSENSE_MODELS={cache}", sys.executable, "-m", "smallsense", "serve"]
    return start("helix_v25.01.1", command=command)


def tells_and_lives_on(editor: Any, message: str) -> None:
    editor.open(URI, "markdown", MISTAKE)
    assert editor.diagnostics(URI, 1) == []
    (told,) = editor.notified("window/showMessage")
    assert message in told["message"]
    assert told["message"].endswith("run `smallsense models pull`")
    place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 8}}
    assert editor.request("textDocument/completion", place)["items"] == []
    editor.change(URI, 2, {"text": "All is well.\n"})
    assert editor.diagnostics(URI, 2) == []
    status = editor.request("workspace/executeCommand", {"command": "smallsense.status"})
    assert status["documents"] == 1
    assert editor.close() == 0
    assert "Traceback" not in editor.stderr()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "are missing"),
        (WHOLE[:10], "is truncated (10 of 1,000 bytes)"),
        (WHOLE, "has the wrong sha256"),
        (b"JUNK" + WHOLE[4:], "is not a GGUF file"),
    ],
    ids=["deleted", "truncated", "wrong sha256", "no model"],
)
def test_broken_weights_are_told_and_the_next_request_is_answered(
    start: Any, tmp_path: Path, content: bytes | None, message: str
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    catalog = Catalog.load(cache=cache)
    base = catalog.base("grammar")
    path = catalog.base_path(base)
    Record("0" * 64, len(WHOLE), 0, base.sha256, base.quantization).write(path)
    if content is not None:
        path.write_bytes(content)
    tells_and_lives_on(serve(start, cache), message)


def test_cache_that_cannot_be_written_is_no_trouble_for_the_server(start: Any, tmp_path: Path) -> None:
    # Nobody can write below a file, not even root, for whom permissions mean nothing.
    cache = tmp_path / "file" / "cache"
    cache.parent.touch()
    tells_and_lives_on(serve(start, cache), "cannot be read")
    pulled = subprocess.run(
        [sys.executable, "-m", "smallsense", "models", "pull"],
        env=os.environ | {"SMALLSENSE_MODELS": str(cache)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert pulled.returncode == 2
    assert "cannot write to" in pulled.stderr
    assert "Traceback" not in pulled.stderr
