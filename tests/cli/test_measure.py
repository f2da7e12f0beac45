from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from smallsense.cli.main import cli
from smallsense.cli.measure import Measure, format_option, show

MEASURES = [
    Measure("speed", 12.5, "ms", 20, True),
    Measure("rows", 500, "rows"),
    Measure("same", 0.9, "", 0.99, False),
]


@click.command()
@format_option
def command(style: str) -> None:
    click.echo(show(MEASURES, style), err=True)


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


@pytest.mark.parametrize(("measures", "held"), [(MEASURES, False), (MEASURES[:2], True), ([], True)])
def test_result_says_whether_all_bars_were_held(measures, held, capsys):
    assert show(measures, "json") is held


def test_benchmark_without_its_data_says_loudly_that_it_is_skipped(tmp_path: Path):
    result = CliRunner().invoke(cli, ["bench", "revise", "--data", str(tmp_path), "--format", "json"])
    assert result.exit_code == 0
    assert "SKIPPED" in result.stderr
    assert json.loads(result.stdout) == []
