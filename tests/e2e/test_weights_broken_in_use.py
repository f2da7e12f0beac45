"""The weights on the disk break while the model runs: nobody notices until its process is started anew."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError
from smallsense.engine.record import Record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.model,
    pytest.mark.skipif(sys.platform == "win32", reason="sends signals"),
]

URI = "file:///a.md"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A copy of the weights, in a folder of its own."""
    catalog = Catalog.load()
    try:
        whole = catalog.weights("grammar").base
    except EngineError as error:
        pytest.skip(f"the weights are not there: {error}")
    copy = Path(shutil.copy2(whole, tmp_path / whole.name))
    record = Record.read(whole)
    assert record is not None
    record.write(copy)
    return copy


def corrupt(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(2**20))


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    ("damage", "message"), [(corrupt, "has the wrong sha256"), (truncate, "is truncated")]
)
def test_a_model_under_way_goes_on_and_the_next_one_says_what_is_wrong_until_it_is_mended(
    start: Any, weights: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    command = ["env", f"SMALLSENSE_MODELS={weights.parent}", sys.executable, "-m", "smallsense", "serve"]
    editor = start("helix_v25.01.1", command=command)

    def findings(version: int) -> int:
        """How many there are in a text that was never asked about."""
        text = f"You will recieve a list of {version} users.\n"
        if version == 1:
            editor.open(URI, "markdown", text)
        else:
            editor.change(URI, version, {"text": text})
        return len(editor.diagnostics(URI, version))

    def worker() -> dict[str, Any]:
        return editor.request("workspace/executeCommand", {"command": "smallsense.status"})["worker"]

    assert findings(1) == 1
    whole = tmp_path / "whole"
    shutil.copy2(weights, whole)
    damage(weights)
    assert findings(2) == 1
    os.kill(worker()["pid"], signal.SIGKILL)
    assert findings(3) == 0
    (told,) = editor.notified("window/showMessage")
    assert message in told["message"]
    assert told["message"].endswith("run `smallsense models pull`")
    assert findings(4) == 0
    shutil.copy2(whole, weights)
    assert findings(5) == 1
    assert len(editor.notified("window/showMessage")) == 1
    assert worker()["restarts"] == 1
    assert editor.close() == 0
    assert "Traceback" not in editor.stderr()
