from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from smallsense.cli.main import cli
from smallsense.cli.measure import Measure, Skipped, measuring

MEASURES = [
    Measure("speed", 12.5, "ms", 20, True),
    Measure("rows", 500, "rows"),
    Measure("same", 0.9, "", 0.99, False),
]


@click.command()
@click.option("--count", type=int, default=3)
@measuring
def command(count: int) -> list[Measure]:
    """Measure."""
    if not count:
        raise Skipped("nothing to count")
    return MEASURES[:count]


def test_json_is_a_list_of_named_values():
    result = CliRunner().invoke(command, ["--format", "json"])
    assert json.loads(result.stdout)[:2] == [
        {"name": "speed", "value": 12.5, "unit": "ms", "bar": 20, "ok": True},
        {"name": "rows", "value": 500, "unit": "rows", "bar": None, "ok": None},
    ]


def test_table_says_which_bars_were_missed():
    lines = CliRunner().invoke(command, []).stdout.splitlines()
    rows = {line.split()[0]: line for line in lines}
    assert rows["speed"].rstrip().endswith("ok")
    assert rows["same"].rstrip().endswith("missed")
    assert "500" in rows["rows"]


@pytest.mark.parametrize(("count", "code"), [(3, 1), (2, 0), (0, 0)])
@pytest.mark.parametrize("style", ["table", "json"])
def test_exit_code_says_whether_all_bars_were_held(count: int, code: int, style: str):
    result = CliRunner().invoke(command, ["--count", str(count), "--format", style])
    assert result.exit_code == code


def test_what_is_skipped_is_said_loudly_and_is_an_empty_list():
    result = CliRunner().invoke(command, ["--count", "0", "--format", "json"])
    assert (json.loads(result.stdout), result.stderr) == ([], "SKIPPED: nothing to count\n")
    assert CliRunner().invoke(command, ["--count", "0"]).stdout == ""


@pytest.mark.parametrize(
    "name",
    [
        ("bench", "revise"),
        ("eval", "fixes"),
        ("eval", "grammar"),
        ("eval", "narrowing"),
        ("eval", "nullness"),
    ],
)
def test_command_without_its_data_is_skipped(name: tuple[str, str], tmp_path: Path):
    result = CliRunner().invoke(cli, [*name, "--data", str(tmp_path), "--format", "json"])
    assert result.exit_code == 0
    assert f"SKIPPED: no development data at {tmp_path}" in result.stderr
    assert json.loads(result.stdout) == []


def test_calibration_without_its_data_is_skipped(tmp_path: Path):
    result = CliRunner().invoke(cli, ["calibrate", "grammar", "--data", str(tmp_path)])
    assert result.exit_code == 0
    assert "SKIPPED" in result.stderr
