from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from smallsense.server import file_log
from smallsense.server.file_log import FileLog

log = logging.getLogger("smallsense.engine.worker")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "server.log"


@pytest.fixture
def kept(path: Path) -> Iterator[FileLog]:
    kept = FileLog(path)
    yield kept
    kept.switch(False)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_lines_are_json_with_what_is_needed_to_find_a_fault(kept: FileLog, path: Path) -> None:
    kept.switch(True)
    log.info("process %d is ended", 7)
    try:
        raise ValueError("twelve\nlines")
    except ValueError:
        log.exception("it failed")
    first, second = lines(path)
    assert (first["level"], first["logger"], first["message"]) == ("INFO", log.name, "process 7 is ended")
    assert "ValueError: twelve" in str(second["exception"])


def test_nothing_is_kept_before_or_after(kept: FileLog, path: Path) -> None:
    level = logging.getLogger("smallsense").level
    log.info("before")
    kept.switch(True)
    kept.switch(True)
    log.info("now")
    kept.switch(False)
    log.error("after")
    assert [line["message"] for line in lines(path)] == ["now"]
    assert logging.getLogger("smallsense").level == level


def test_old_lines_make_room(kept: FileLog, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_log, "_SIZE", 2000)
    kept.switch(True)
    for number in range(200):
        log.info("line %d", number)
    files = list(path.parent.iterdir())
    assert 1 < len(files) <= 3
    assert sum(file.stat().st_size for file in files) <= 6000
    assert lines(path)[-1]["message"] == "line 199"


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    FileLog(tmp_path / "file" / "server.log").switch(True)
    assert "no log can be kept" in caplog.text
