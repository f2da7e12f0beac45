"""What `make demo` shows: the files in examples/, checked with the real weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from smallsense.cli.main import cli
from smallsense.engine.catalog import Catalog

pytestmark = pytest.mark.model

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def findings(catalog: Catalog) -> list[dict[str, Any]]:
    arguments = ["check", "--sensitivity", "eager", "--format", "json", str(EXAMPLES)]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 1, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("name", "skill", "wrong", "right"),
    [
        ("backup-guide.md", "grammar", "This guide explain how", "This guide explains how"),
        ("backup-guide.md", "grammar", "a copy of it's catalog", "a copy of its catalog"),
        ("lending.py", "grammar", "The room is allways the", "The room is always the"),
        ("lending.py", "nullness", '    return match.group("room")', "    if match is None:"),
        ("search-box.ts", "grammar", "that remember what", "that remembers what"),
        ("search-box.ts", "nullness", "  box.addEventListener", "  if (box === null) {"),
    ],
)
def test_mistake_is_found_and_corrected(
    findings: list[dict[str, Any]], name: str, skill: str, wrong: str, right: str
):
    source = (EXAMPLES / name).read_bytes()
    at = source.index(wrong.encode())
    corrected = [
        source[: edit["start"]] + edit["text"].encode() + source[edit["end"] :]
        for finding in findings
        if Path(finding["path"]).name == name and finding["skill"] == skill
        for edit in finding["edits"]
        if at <= edit["start"] <= at + len(wrong.encode())
    ]
    assert any(text[at:].startswith(right.encode()) for text in corrected)


def test_what_is_right_is_left_alone(findings: list[dict[str, Any]]):
    guide = (EXAMPLES / "backup-guide.md").read_text("utf-8")
    for sound in ("$ cp /backups/2026-03-01/catalog.db ./catalog.db", "title: Backing up", "`--since`"):
        start = len(guide[: guide.index(sound)].encode())
        end = start + len(sound.encode())
        touched = [
            finding
            for finding in findings
            if finding["path"].endswith(".md") and finding["start"] < end and start < finding["end"]
        ]
        assert touched == []
