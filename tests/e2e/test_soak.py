"""A bad day: whatever is killed, cancelled and changed, the server lives and nothing it says is stale."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from smallsense.cli.bench.editor import CANCELLED
from smallsense.cli.bench.soak import soaked

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="sends signals"),
]

REQUESTS, KILLS = 10_000, 100


def test_nothing_is_lost_stale_or_leaking(tmp_path: Path) -> None:
    server = Path(__file__).with_name("fake_server.py")
    measures = soaked([sys.executable, str(server), str(tmp_path / "gate"), "apart"], REQUESTS, KILLS, seed=7)
    values = {one.name: one.value for one in measures}
    assert values["requests"] == REQUESTS
    assert values["of them cancelled"] == pytest.approx(CANCELLED, abs=0.05)
    assert values["answers with something to apply"] > 100
    assert [one for one in measures if one.ok is False] == []
