"""What the user decides about findings: the server carries it out, and the findings are gone at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

APPLIES, APPLIES_NOT = "visual_studio_code_v1.139.1_lc10.1.2", "vim9_ale_v4.0.0"
PUSHED = "helix_v25.01.1"
CLIENTS = pytest.mark.parametrize("client", [APPLIES, APPLIES_NOT])
TEXT = "You will recieve a list of users.\n\nAgain you recieve it, and teh others.\n"


def opened(
    start: Any, client: str, folder: Path, name: str = "a.md", text: str = TEXT, **more: Any
) -> tuple[Any, str]:
    root = folder / "workspace"
    root.mkdir(exist_ok=True)
    editor = start(client, root=root, **more)
    uri = (root / name).as_uri()
    editor.open(uri, "python" if name.endswith(".py") else "markdown", text)
    editor.wait(lambda: editor.diagnostics(uri), "diagnostics")
    return editor, uri


def action_of(editor: Any, uri: str, text: str, word: str, title: str) -> dict[str, Any]:
    """The one action at a word that has this in its title."""
    (action,) = [one for one in editor.actions(uri, editor.range_of(text, word)) if title in one["title"]]
    return action


def carry_out(editor: Any, action: dict[str, Any]) -> None:
    """Do what an editor does when an action without an edit is chosen."""
    assert "edit" not in action
    command = action["command"]
    assert command["command"] in editor.server["executeCommandProvider"]["commands"]
    editor.request("workspace/executeCommand", {key: command[key] for key in ("command", "arguments")})


def marked(editor: Any, uri: str, text: str) -> list[str]:
    """The words under diagnostics, as the editor shows them."""
    lines = text.splitlines()
    ranges = [one["range"] for one in editor.diagnostics(uri)]
    assert all(one["start"]["line"] == one["end"]["line"] for one in ranges)
    return [
        lines[one["start"]["line"]][one["start"]["character"] : one["end"]["character"]] for one in ranges
    ]


def comes_to(editor: Any, uri: str, text: str, words: list[str]) -> None:
    """Wait until just these words are marked. Without a model: the gate stays shut."""
    editor.wait(lambda: marked(editor, uri, text) == words, f"just {words} marked")


@CLIENTS
@pytest.mark.parametrize("place", ["workspace", "your"])
def test_a_word_goes_into_a_dictionary(start: Any, tmp_path: Path, client: str, place: str) -> None:
    editor, uri = opened(start, client, tmp_path)
    assert marked(editor, uri, TEXT) == ["recieve", "recieve", "teh"]
    action = action_of(
        editor, uri, TEXT, "recieve", f"Add “recieve” to {'the ' * (place != 'your')}{place} dictionary"
    )
    carry_out(editor, action)
    comes_to(editor, uri, TEXT, ["teh"])
    folder = tmp_path / ("workspace/.smallsense" if place == "workspace" else "config/smallsense")
    assert (folder / "dictionary.txt").read_text().splitlines()[-1] == "recieve"
    editor.open(uri.replace("a.md", "b.md"), "markdown", "You recieve teh list.\n")
    other = uri.replace("a.md", "b.md")
    editor.wait(lambda: editor.diagnostics(other), "diagnostics")
    assert [one["message"] for one in editor.diagnostics(other)] == [
        "Possible spelling mistake: “teh” → “the”"
    ]


@CLIENTS
def test_no_problem_is_remembered_by_its_hash_alone(start: Any, tmp_path: Path, client: str) -> None:
    editor, uri = opened(start, client, tmp_path)
    carry_out(editor, action_of(editor, uri, TEXT, "recieve", "Not a problem"))
    comes_to(editor, uri, TEXT, ["recieve", "teh"])
    kept = (tmp_path / "config" / "smallsense" / "dismissed.txt").read_text()
    assert "recieve" not in kept
    assert not (tmp_path / "workspace" / ".smallsense").exists()
    moved = f"# Title\n\n{TEXT}"
    editor.change(uri, 2, {"text": moved})
    comes_to(editor, uri, moved, ["recieve", "teh"])


def test_a_workspace_that_keeps_decisions_keeps_dismissals_too(start: Any, tmp_path: Path) -> None:
    (tmp_path / "workspace" / ".smallsense").mkdir(parents=True)
    editor, uri = opened(start, PUSHED, tmp_path)
    carry_out(editor, action_of(editor, uri, TEXT, "recieve", "Not a problem"))
    comes_to(editor, uri, TEXT, ["recieve", "teh"])
    assert (tmp_path / "workspace" / ".smallsense" / "dismissed.txt").exists()


@CLIENTS
@pytest.mark.parametrize(
    ("title", "comment", "left"),
    [
        (
            "Ignore grammar/spelling on this line",
            "users. <!-- smallsense: ignore[grammar/spelling] -->",
            ["recieve", "teh"],
        ),
        (
            "Ignore grammar/spelling in this file",
            "<!-- smallsense: ignore-file[grammar/spelling] -->\n\nYou",
            [],
        ),
        ("Add “recieve” to the words of this file", "<!-- smallsense: words recieve -->\n\nYou", ["teh"]),
    ],
)
def test_what_is_ignored_is_written_into_the_document(
    start: Any, tmp_path: Path, client: str, title: str, comment: str, left: list[str]
) -> None:
    editor, uri = opened(start, client, tmp_path)
    action = action_of(editor, uri, TEXT, "recieve", title)
    if client == APPLIES_NOT:
        edit = action["edit"]
        assert "command" not in action
    else:
        carry_out(editor, action)
        (request,) = editor.wait(lambda: editor.asked("workspace/applyEdit"), "an edit")
        edit = request["edit"]
    text = editor.apply(TEXT, edit)
    assert comment in text
    editor.change(uri, 2, {"text": text})
    comes_to(editor, uri, text, left)


def test_a_docstring_is_ignored_behind_its_end(start: Any, tmp_path: Path) -> None:
    code = 'def f():\n    """You will recieve it.\n\n    And more of it.\n    """\n    return 1\n'
    editor, uri = opened(start, PUSHED, tmp_path, "a.py", code)
    carry_out(editor, action_of(editor, uri, code, "recieve", "on this line"))
    (request,) = editor.wait(lambda: editor.asked("workspace/applyEdit"), "an edit")
    text = editor.apply(code, request["edit"])
    assert '"""  # smallsense: ignore[grammar/spelling]\n' in text
    editor.change(uri, 2, {"text": text})
    comes_to(editor, uri, text, [])


@CLIENTS
def test_a_rule_is_turned_off_in_the_workspace(start: Any, tmp_path: Path, client: str) -> None:
    editor, uri = opened(start, client, tmp_path)
    carry_out(editor, action_of(editor, uri, TEXT, "teh", "Turn off grammar/spelling"))
    comes_to(editor, uri, TEXT, [])
    settings = json.loads((tmp_path / "workspace" / ".smallsense" / "settings.json").read_text())
    assert settings == {"rules": {"grammar/spelling": "off"}}


@CLIENTS
def test_the_severity_of_a_rule_changes_at_once(start: Any, tmp_path: Path, client: str) -> None:
    editor, uri = opened(start, client, tmp_path)
    assert {one["severity"] for one in editor.diagnostics(uri)} == {3}
    settings = {"smallsense": {"rules": {"grammar/spelling": "error"}}}
    editor.notify("workspace/didChangeConfiguration", {"settings": settings})
    editor.wait(lambda: {one["severity"] for one in editor.diagnostics(uri)} == {1}, "errors")
    arguments = [{"uri": uri, "rule": "grammar/spelling", "level": "hint"}]
    editor.request("workspace/executeCommand", {"command": "smallsense.setLevel", "arguments": arguments})
    editor.wait(lambda: {one["severity"] for one in editor.diagnostics(uri)} == {4}, "hints")


def test_findings_go_while_a_check_still_waits_for_the_model(start: Any, tmp_path: Path) -> None:
    text = (
        TEXT
        + "\n"
        + "\n\n".join(f"Sentence number {n} stands here." for n in range(80))
        + "\n\nThe gate is wich.\n"
    )
    root = tmp_path / "workspace"
    root.mkdir()
    editor = start(PUSHED, root=root)
    uri = (root / "a.md").as_uri()
    editor.open(uri, "markdown", text)
    comes_to(editor, uri, text, ["recieve", "recieve", "teh"])
    carry_out(editor, action_of(editor, uri, text, "recieve", "Add “recieve” to the workspace dictionary"))
    comes_to(editor, uri, text, ["teh"])


def test_an_excluded_file_is_left_alone(start: Any, tmp_path: Path) -> None:
    editor, uri = opened(start, PUSHED, tmp_path, options={"exclude": ["vendor/"]})
    vendored = uri.replace("a.md", "vendor/a.md")
    editor.open(vendored, "markdown", TEXT)
    assert editor.diagnostics(vendored) == []
    assert editor.actions(vendored, editor.range_of(TEXT, "recieve")) == []


def test_without_a_workspace_only_the_users_own_files_are_offered(start: Any) -> None:
    editor = start(PUSHED)
    editor.open("file:///nowhere/a.md", "markdown", TEXT)
    editor.diagnostics("file:///nowhere/a.md")
    actions = editor.actions("file:///nowhere/a.md", editor.range_of(TEXT, "recieve"))
    assert [one["title"] for one in actions] == [
        "Change to “receive”",
        "Add “recieve” to your dictionary",
        "Add “recieve” to the words of this file",
        "Not a problem: do not show this again",
        "Ignore grammar/spelling on this line",
        "Ignore grammar/spelling in this file",
    ]


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        ("addWord", [], "needs a word"),
        ("addWord", [{"uri": "file:///x/a.md", "word": "two words", "store": "user"}], "needs a word"),
        (
            "addWord",
            [{"uri": "file:///x/a.md", "word": "word", "store": "workspace"}],
            "belongs to no workspace",
        ),
        ("dismiss", [{"fingerprint": "../x"}], "needs a fingerprint"),
        ("setLevel", [{"rule": "x", "level": "loud"}], "needs a rule and a level"),
        ("annotate", [{"uri": "file:///x/a.md", "what": "line", "name": "x", "offset": 0}], "not open"),
        ("annotate", ["rubbish"], "not open"),
    ],
)
def test_a_command_that_makes_no_sense_is_answered_with_a_message(
    start: Any, command: str, arguments: list[Any], told: str
) -> None:
    editor = start(PUSHED)
    editor.request("workspace/executeCommand", {"command": f"smallsense.{command}", "arguments": arguments})
    (message,) = editor.notified("window/showMessage")
    assert told in message["message"]


def test_a_client_that_lets_no_server_edit_is_told_what_to_write(start: Any, tmp_path: Path) -> None:
    editor, uri = opened(start, APPLIES_NOT, tmp_path)
    arguments = [{"uri": uri, "version": 1, "what": "line", "name": "grammar/spelling", "offset": 10}]
    editor.request("workspace/executeCommand", {"command": "smallsense.annotate", "arguments": arguments})
    (message,) = editor.notified("window/showMessage")
    assert "write “<!-- smallsense: ignore[grammar/spelling] -->” in line 1 yourself" in message["message"]


def test_a_dictionary_that_cannot_be_written_is_said(start: Any, tmp_path: Path) -> None:
    editor, uri = opened(start, PUSHED, tmp_path)
    (tmp_path / "workspace" / ".smallsense").write_text("in the way")
    carry_out(editor, action_of(editor, uri, TEXT, "teh", "Add “teh” to the workspace dictionary"))
    (message,) = editor.notified("window/showMessage")
    assert "dictionary.txt" in message["message"]


@CLIENTS
def test_a_decision_that_several_findings_share_is_offered_once(
    start: Any, tmp_path: Path, client: str
) -> None:
    editor, uri = opened(start, client, tmp_path)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 40}}
    titles = [one["title"] for one in editor.actions(uri, everything)]
    for once in ("Ignore grammar/spelling in this file", "Add “recieve” to your dictionary"):
        assert titles.count(once) == 1
    assert titles.count("Change to “receive”") == 2
    assert titles.count("Ignore grammar/spelling on this line") == 2
    assert sum(title.startswith("Not a problem") for title in titles) == 3
