from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from smallsense.assistant.notebook import Decisions, Notebook, NotebookError


def test_a_folder_that_is_not_there_holds_nothing_and_is_made_when_needed(tmp_path: Path) -> None:
    store = Notebook(tmp_path / "a" / ".smallsense")
    assert store.read() == Decisions()
    assert not store.folder.exists()
    store.add_word("naïve")
    store.dismiss("0123abcd")
    store.set_level("grammar/spelling", "hint")
    assert store.read().words == {"naïve"}
    assert store.read().dismissed == {"0123abcd"}
    assert store.read().settings == {"rules": {"grammar/spelling": "hint"}}


def test_a_dictionary_is_a_plain_file_of_words(tmp_path: Path) -> None:
    (tmp_path / "dictionary.txt").write_bytes(
        b"\xef\xbb\xbf# ours\r\nC#\r\n\r\n  kubectl  # a tool\r\nna\xc3\xafve"
    )
    store = Notebook(tmp_path)
    assert store.read().words == {"C#", "kubectl", "naïve"}
    store.add_word("helm")
    store.add_word("helm")
    assert (tmp_path / "dictionary.txt").read_text("utf-8-sig").splitlines()[-2:] == ["naïve", "helm"]


def test_files_are_read_again_when_they_change(tmp_path: Path) -> None:
    store = Notebook(tmp_path)
    assert store.read().words == frozenset()
    (tmp_path / "dictionary.txt").write_text("one\n")
    assert store.read().words == {"one"}
    assert store.read() is store.read()
    (tmp_path / "dictionary.txt").unlink()
    assert store.read().words == frozenset()


def test_settings_keep_what_else_they_say(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"grammar": {"variant": "uk"}, "rules": {"x": "off"}}')
    Notebook(tmp_path).set_level("grammar/é", "off")
    assert json.loads(path.read_text("utf-8")) == {
        "grammar": {"variant": "uk"},
        "rules": {"x": "off", "grammar/é": "off"},
    }


@pytest.mark.parametrize("text", ["{", "[]", '{"rules": []}', "[" * 100_000], ids=lambda text: text[:20])
def test_settings_that_make_no_sense_are_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(NotebookError, match="mend it first"):
        Notebook(tmp_path).set_level("x", "off")
    assert path.read_text() == text


@pytest.mark.parametrize("text", ["{", "[" * 100_000], ids=["broken", "too deep"])
def test_what_cannot_be_read_is_a_problem_to_be_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    (tmp_path / "dictionary.txt").write_bytes(b"\xff")
    (tmp_path / "dismissed.txt").mkdir()
    decisions = Notebook(tmp_path).read()
    assert decisions.settings is None
    assert len(decisions.problems) == 3
    for name in ("settings.json", "dictionary.txt", "dismissed.txt"):
        assert any(str(tmp_path / name) in problem for problem in decisions.problems)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotebookError, match="file"):
        Notebook(tmp_path / "file" / ".smallsense").add_word("x")
    (tmp_path / "dictionary.txt").write_bytes(b"\xff")
    with pytest.raises(NotebookError, match=r"dictionary\.txt"):
        Notebook(tmp_path).add_word("x")
    assert sorted(os.listdir(tmp_path)) == ["dictionary.txt", "file"]


def test_a_linked_dictionary_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "shared.txt").write_text("one\n")
    folder = tmp_path / ".smallsense"
    folder.mkdir()
    (folder / "dictionary.txt").symlink_to(tmp_path / "shared.txt")
    Notebook(folder).add_word("two")
    assert (folder / "dictionary.txt").is_symlink()
    assert (tmp_path / "shared.txt").read_text() == "one\ntwo\n"
