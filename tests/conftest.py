"""No test touches what whoever runs it has kept: answers and logs."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

_NUMBERS = itertools.count()


@pytest.fixture(autouse=True)
def answers(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which answers are kept from one session of a test to its next."""
    path = tmp_path_factory.getbasetemp() / f"answers-{next(_NUMBERS)}.sqlite3"
    monkeypatch.setenv("SMALLSENSE_ANSWERS", str(path))
    monkeypatch.setenv("SMALLSENSE_LOG", str(path.with_suffix(".log")))
    return path
