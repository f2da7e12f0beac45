from __future__ import annotations

from pathlib import Path

import pytest

from smallsense.assistant.notebook import Notebook
from smallsense.assistant.policy import Policies, path_of
from smallsense.assistant.settings import Settings
from smallsense.text.languages import by_name
from smallsense.text.snapshot import Snapshot


def opened(path: Path | str, source: str = "Text.\n") -> Snapshot:
    language = by_name("markdown")
    assert language is not None
    uri = path if isinstance(path, str) else path.as_uri()
    return Snapshot.open(uri, language, 1, source)


def test_a_document_belongs_to_the_nearest_folder_with_decisions(tmp_path: Path) -> None:
    inner = tmp_path / "a b" / "c"
    policies = Policies((tmp_path,))
    assert policies.root((inner / "x.md").as_uri()) == tmp_path
    (tmp_path / "a b" / ".smallsense").mkdir(parents=True)
    assert policies.root((inner / "x.md").as_uri()) == tmp_path / "a b"
    assert policies.root((tmp_path / "x.md").as_uri()) == tmp_path
    assert policies.root("untitled:Untitled-1") == tmp_path


def test_a_document_that_is_no_file_belongs_where_a_file_in_the_workspace_would(tmp_path: Path) -> None:
    (tmp_path / ".smallsense").mkdir()
    assert Policies((tmp_path / "docs",)).root("untitled:Untitled-1") == tmp_path
    assert Policies((tmp_path / "docs",)).root("stdin:") == tmp_path


def test_a_document_outside_all_workspaces_belongs_to_none(tmp_path: Path) -> None:
    assert Policies((tmp_path / "a",)).root((tmp_path / "b.md").as_uri()) is None
    assert Policies().root("untitled:Untitled-1") is None
    assert Policies().workspace("untitled:Untitled-1") is None


def test_the_innermost_of_nested_workspaces_counts(tmp_path: Path) -> None:
    policies = Policies((tmp_path, tmp_path / "a"))
    assert policies.root((tmp_path / "a" / "x.md").as_uri()) == tmp_path / "a"


def test_all_dictionaries_and_dismissals_are_taken_together(tmp_path: Path) -> None:
    user, workspace = Notebook(tmp_path / "user"), Notebook(tmp_path / "w" / ".smallsense")
    user.add_word("mine")
    user.dismiss("11")
    workspace.add_word("Ours")
    workspace.dismiss("22")
    policies = Policies(user=user)
    policy = policies.of(opened(tmp_path / "w" / "x.md", "<!-- smallsense: words its -->\n"), Settings())
    assert policy.words == {"mine", "Ours", "its"}
    assert [policy.knows(word) for word in ("MINE", "ours", "its", "theirs", "")] == [True] * 3 + [False] * 2
    assert policy.dismissed == {"11", "22"}


def test_settings_of_the_workspace_come_before_those_of_the_client(tmp_path: Path) -> None:
    (tmp_path / ".smallsense").mkdir()
    (tmp_path / ".smallsense" / "settings.json").write_text(
        '{"sensitivity": "quiet", "grammar": {"variant": "uk"}}'
    )
    client = Settings(sensitivity="eager", threads=3)
    policy = Policies().of(opened(tmp_path / "x.md"), client)
    assert policy.settings == Settings(sensitivity="quiet", threads=3, variant="uk")
    policies = Policies(overriding={"sensitivity": "balanced"})
    assert policies.of(opened(tmp_path / "x.md"), client).settings.sensitivity == "balanced"
    assert policies.of(opened("untitled:x"), client).settings.sensitivity == "balanced"


def test_what_makes_no_sense_in_a_workspace_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / ".smallsense").mkdir()
    (tmp_path / ".smallsense" / "settings.json").write_text('{"sensitivity": "loud"}')
    policy = Policies().of(opened(tmp_path / "x.md"), Settings())
    (problem,) = policy.problems
    assert str(tmp_path / ".smallsense" / "settings.json") in problem
    assert policy.settings == Settings()


def test_the_users_own_settings_are_what_the_others_lie_upon(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"sensitivity": "quiet"}')
    assert Policies(user=Notebook(tmp_path)).defaults() == Settings(sensitivity="quiet")
    assert Policies().defaults() == Settings()


@pytest.mark.parametrize(
    ("name", "excluded"), [("vendor/x.md", True), ("a/x.gen.md", True), ("a/vendor.md", False)]
)
def test_patterns_are_relative_to_the_workspace(tmp_path: Path, name: str, excluded: bool) -> None:
    settings = Settings(exclude=("/vendor", "*.gen.md"))
    (tmp_path / ".smallsense").mkdir()
    assert Policies().of(opened(tmp_path / name), settings).excluded is excluded


def test_only_files_are_excluded() -> None:
    assert not Policies().of(opened("untitled:x.md"), Settings(exclude=("*",))).excluded
    assert Policies().of(opened(Path("/x/y.md")), Settings(exclude=("y.md",))).excluded


def test_paths_are_read_from_their_addresses() -> None:
    assert path_of("file:///a%20b/c%C3%A9.md") == Path("/a b/cé.md")
    assert path_of("untitled:x") is None
    assert path_of("file:") is None


def test_names_in_the_documents_code_are_known_unless_they_are_ordinary_words() -> None:
    language = by_name("python")
    assert language is not None
    source = "def npy_load(fpath, form):\n    # The fpath and the form.\n    return readArr(fpath)\n"
    policy = Policies().of(Snapshot.open("file:///x.py", language, 1, source), Settings())
    known = ("fpath", "npy", "Arr", "npy_load", "form", "return", "comment")
    assert [policy.knows(word) for word in known] == [True, True, True, True, False, False, False]


def test_a_workspace_names_no_server_that_is_to_be_asked(tmp_path: Path) -> None:
    (tmp_path / ".smallsense").mkdir()
    remote = '{"url": "http://localhost:8080/v1", "model": "m"}'
    text = f'{{"skills": {{"grammar": {{"severity": "hint", "remote": {remote}}}}}}}'
    (tmp_path / ".smallsense" / "settings.json").write_text(text)
    settings = Policies().of(opened(tmp_path / "x.md"), Settings()).settings
    assert settings.skill("grammar").severity == "hint"
    assert settings.skill("grammar").remote is None


def test_a_word_that_stands_in_a_document_three_times_is_meant_unless_it_is_a_known_misspelling() -> None:
    text = "Frobster, two frobsters, a Frobster, the frobster; quuxer, quuxer.\nRecieve, recieve, recieve.\n"
    policy = Policies().of(opened("file:///x.md", text), Settings())
    words = ("frobster", "Frobster", "frobsters", "quuxer", "recieve")
    assert [policy.knows(word) for word in words] == [True, True, False, False, False]
