from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from smallsense.assistant.store import AnswerStore
from smallsense.cli.cache import cache
from smallsense.engine.questions import Revise, Revision


def test_clearing_deletes_the_answers_and_says_where_they_were(answers: Path) -> None:
    store = AnswerStore(answers, lambda: 1)
    store.put("w", Revise("a"), Revision())
    store.close()
    shown = CliRunner().invoke(cache, ["path"])
    assert str(answers) in shown.output
    cleared = CliRunner().invoke(cache, ["clear"])
    assert (cleared.exit_code, str(answers) in cleared.output) == (0, True)
    assert not answers.exists()


def test_clearing_nothing_is_no_failure(answers: Path) -> None:
    cleared = CliRunner().invoke(cache, ["clear"])
    assert cleared.exit_code == 0
    assert "nothing" in cleared.output


def test_answers_that_cannot_be_deleted_are_a_failure(answers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers.write_bytes(b"")
    monkeypatch.setattr(AnswerStore, "clear", lambda store: None)
    cleared = CliRunner().invoke(cache, ["clear"])
    assert cleared.exit_code == 2
    assert f"{answers} cannot be deleted" in cleared.stderr
