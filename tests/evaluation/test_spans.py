"""What must stay in real text, and the adversary who tries to change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from smallsense.evaluation.spans import Text, attack, comments, paragraphs, places
from smallsense.skills import grammar


def test_code_addresses_and_identifiers_must_stay() -> None:
    text = "Call `recieve x` or max_size, see https://a.b/c_d. Then maxSize and os.path.join() end."
    assert places(text) == ["`recieve x`", "max_size", "https://a.b/c_d", "maxSize", "os.path.join()"]
    assert places("Plain words, e.g. these, stay free. Nothing-special here.") == []


def test_paragraphs_and_comments_are_read_out_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text(
        "# Title\n\nPass `max` to it and wait a bit.\n\n```\nA `b` c d e f g.\n```\n"
    )
    (tmp_path / "a.py").write_text(
        "#!/bin/x_y a b c d e f\nx = 1\n# Pass max_size to\n# the one that waits.\n"
    )
    monkeypatch.setattr("smallsense.evaluation.spans._files", lambda *globs: sorted(tmp_path.glob(globs[0])))
    assert paragraphs(9) == [Text("Pass `max` to it and wait a bit.", "markdown")]
    assert comments(9) == [Text("# Pass max_size to\n# the one that waits.\n", "python")]


def test_the_adversary_gets_nowhere() -> None:
    outcome = attack(
        [
            Text("Pass `max_size` to the function get_users() and see https://x.y/z first.", "markdown"),
            Text("# Pass max_size to the function getUsers and wait for it.\n", "python"),
        ]
    )
    assert (outcome.texts, outcome.attacks, outcome.changed) == (2, 10, ())


def test_a_change_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "forbidden", lambda *_: False)
    monkeypatch.setattr("smallsense.text.reading.Reading.is_protected", lambda *_: False)
    outcome = attack([Text("Pass the max_size to the function that wants it.", "markdown")])
    assert outcome.changed
