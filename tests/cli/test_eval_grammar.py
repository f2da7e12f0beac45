"""`smallsense eval grammar` without data or peers, and what it judges."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from smallsense.cli.adapter import with_adapter
from smallsense.cli.eval.grammar import judged, write
from smallsense.cli.main import Failure
from smallsense.engine.catalog import Catalog
from smallsense.evaluation.grammar import Line

PEER = Line("Harper", "1", 50, 30, 44, 20, 200, 40, 30, 90, 30, 90)
COPY = replace(PEER, system="copy", f05=99)
BALANCED = Line("smallsense balanced", "abc", 80, 45, 70, 41, 20, 45, 50, 100, 55, 140)
OURS = [replace(BALANCED, system=f"smallsense {name}") for name in ("quiet", "balanced", "eager")]


def test_bars_are_judged_against_the_best_peer() -> None:
    verdicts = {one.name: (round(one.value, 2), one.ok) for one in judged([COPY, PEER, *OURS], 9.8)}
    assert verdicts["balanced: F0.5 against Harper"] == (1.59, True)
    assert verdicts["balanced: false alarms"] == (20, True)
    assert verdicts["eager: GLEU of learners"] == (45, False)
    assert verdicts["adapter"] == (9.8, True)


def test_no_time_is_judged_where_none_was_taken() -> None:
    untimed = [replace(line, ms_edited_median=0.0, ms_edited_p95=0.0) for line in OURS]
    assert not any(one.unit == "ms" for one in judged(untimed, 9.8))
    assert judged([PEER], 9.8) == []


def test_figures_are_written_as_a_table(tmp_path: Path) -> None:
    write([COPY, *OURS], tmp_path / "results.csv")
    with (tmp_path / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["system"] for row in rows] == ["copy", *(line.system for line in OURS)]
    assert rows[1]["precision"] == "80"


def test_a_calibration_of_another_adapter_is_refused(tmp_path: Path) -> None:
    adapter, calibration = tmp_path / "a.gguf", tmp_path / "calibration.toml"
    adapter.write_bytes(b"weights")
    calibration.write_text(
        'adapter = "other"\n[levels]\nquiet = 0.9\nbalanced = 0.8\neager = 0.5\n[rules]\n[weights]\n'
    )
    with pytest.raises(Failure, match="another adapter"):
        with_adapter(Catalog.load(), "grammar", adapter, calibration)
    with pytest.raises(Failure, match="cannot be read"):
        with_adapter(Catalog.load(), "grammar", adapter, tmp_path / "absent.toml")
    assert with_adapter(Catalog.load(), "grammar", adapter).skill("grammar").size == len(b"weights")
