"""What happens over time: cancelling, superseding, growing stale, and changing settings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from smallsense.assistant.run import BATCH

pytestmark = pytest.mark.e2e

URI = "file:///a.py"
MISTAKE = "You will recieve a list of users.\n"
ABYSS = "def f(width):\n    abyss = 1\n    return width\n\n\ndef g(width):\n    return width\n"
VSCODE = "visual_studio_code_v1.139.1_lc10.1.2"
PUSHED = "helix_v25.01.1"
UNASKED = "vim9_ale_v4.0.0"
"""A client that can't be asked for settings."""


def inline(editor: Any, line: int, column: int, uri: str = URI) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": column},
        "context": {"triggerKind": 1},
    }


def gave_up(editor: Any, count: int = 1) -> None:
    """Wait until the engine says that it has stopped."""
    deadline = time.monotonic() + 60
    while editor.stderr().count("engine: gave up") < count:
        assert time.monotonic() < deadline, editor.stderr()
        time.sleep(0.01)


def test_a_cancelled_completion_stops_the_model(start: Any) -> None:
    editor = start()
    editor.open(URI, "python", ABYSS)
    number = editor.ask("textDocument/inlineCompletion", inline(editor, 2, 16))
    editor.notify("$/cancelRequest", {"id": number})
    assert editor.error(number)["code"] == -32800
    number = editor.ask("textDocument/inlineCompletion", inline(editor, 2, 16))
    editor.request("workspace/executeCommand", {"command": "smallsense.status"})
    editor.notify("$/cancelRequest", {"id": number})
    assert editor.error(number)["code"] == -32800
    gave_up(editor)
    (item,) = editor.request("textDocument/inlineCompletion", inline(editor, 6, 16))["items"]
    assert item["insertText"] == " * height"


def test_a_newer_completion_drops_the_older_one_though_nobody_cancels(start: Any) -> None:
    editor = start()
    editor.open(URI, "python", ABYSS)
    first = editor.ask("textDocument/inlineCompletion", inline(editor, 2, 16))
    second = editor.ask("textDocument/inlineCompletion", inline(editor, 6, 16))
    assert editor.answer(first)["items"] == []
    assert len(editor.answer(second)["items"]) == 1


def test_a_completion_for_an_older_text_is_not_shown(start: Any, gate: Path) -> None:
    editor = start()
    editor.open(URI, "python", ABYSS.replace("abyss", "gate"))
    number = editor.ask("textDocument/inlineCompletion", inline(editor, 2, 16))
    editor.change(URI, 2, {"text": "x = 1\n"})
    editor.request("workspace/executeCommand", {"command": "smallsense.status"})
    gate.touch()
    assert editor.answer(number)["items"] == []


def test_completion_is_not_kept_waiting_by_checks(start: Any) -> None:
    editor = start()
    for number in range(8):
        editor.open(f"file:///{number}.md", "markdown", "The abyss looks back at you.\n")
        editor.ask("textDocument/diagnostic", {"textDocument": {"uri": f"file:///{number}.md"}})
    editor.open(URI, "python", ABYSS)
    assert len(editor.request("textDocument/inlineCompletion", inline(editor, 6, 16))["items"]) == 1


def test_a_newer_text_drops_the_older_check(start: Any) -> None:
    editor = start(PUSHED)
    editor.open("file:///a.md", "markdown", "The abyss looks back at you.\n")
    editor.wait(
        lambda: editor.request("workspace/executeCommand", {"command": "smallsense.status"}), "status"
    )
    editor.change("file:///a.md", 2, {"text": MISTAKE})
    (diagnostic,) = editor.diagnostics("file:///a.md", 2)
    assert "receive" in diagnostic["message"]
    versions = [one["version"] for one in editor.notified("textDocument/publishDiagnostics")]
    assert versions == [2]


def test_a_pull_that_waits_is_answered_for_the_newest_text(start: Any) -> None:
    editor = start("neovim_v0.11.4")
    editor.open("file:///a.md", "markdown", "The abyss looks back at you.\n")
    number = editor.ask("textDocument/diagnostic", {"textDocument": {"uri": "file:///a.md"}})
    editor.change("file:///a.md", 2, {"text": MISTAKE})
    (diagnostic,) = editor.answer(number)["items"]
    assert "receive" in diagnostic["message"]


def test_a_second_pull_of_the_same_text_brings_nothing_new(start: Any) -> None:
    editor = start()
    editor.open("file:///a.md", "markdown", MISTAKE)
    pull = {"textDocument": {"uri": "file:///a.md"}}
    first = pulled(editor, "file:///a.md", 1)
    assert first["kind"] == "full"
    again = editor.request("textDocument/diagnostic", {**pull, "previousResultId": first["resultId"]})
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    editor.change("file:///a.md", 2, {"text": "All is well.\n"})
    after = editor.request("textDocument/diagnostic", {**pull, "previousResultId": first["resultId"]})
    assert (after["kind"], after["items"]) == ("full", [])


def test_a_pull_of_an_unknown_document_is_empty(editor: Any) -> None:
    report = editor.request("textDocument/diagnostic", {"textDocument": {"uri": "file:///never-opened.md"}})
    assert report["items"] == []


def test_a_long_check_answers_a_pull_in_part_and_asks_to_be_pulled_again(start: Any, gate: Path) -> None:
    editor = start()
    text = (
        MISTAKE
        + "\n"
        + "\n\n".join(f"Sentence number {n} stands here." for n in range(2 * BATCH))
        + "\n\nThe gate is wich one.\n"
    )
    editor.open("file:///a.md", "markdown", text)
    pulled(editor, "file:///a.md", 1)
    gate.touch()
    editor.wait(lambda: editor.asked("workspace/diagnostic/refresh"), "a wish to be asked again")
    pulled(editor, "file:///a.md", 2)


def test_a_long_check_is_pushed_in_parts_with_progress(start: Any, gate: Path) -> None:
    editor = start(PUSHED)
    text = (
        MISTAKE
        + "\n"
        + "\n\n".join(f"Sentence number {n} stands here." for n in range(2 * BATCH))
        + "\n\nThe gate is wich one.\n"
    )
    editor.open("file:///a.md", "markdown", text)
    editor.wait(lambda: "begin" in kinds(editor), "the start of progress")
    assert len(editor.diagnostics("file:///a.md")) == 1
    gate.touch()
    editor.wait(lambda: "end" in kinds(editor), "the end of progress")
    editor.wait(lambda: len(editor.diagnostics("file:///a.md")) == 2, "the second diagnostic")
    assert kinds(editor)[0] == "begin"
    assert kinds(editor)[-1] == "end"


def pulled(editor: Any, uri: str, count: int) -> Any:
    """The first report with so many items: on a busy machine one may be due before anything is known."""
    reports: list[Any] = []

    def come() -> bool:
        reports.append(editor.request("textDocument/diagnostic", {"textDocument": {"uri": uri}}))
        return len(reports[-1]["items"]) == count

    editor.wait(come, f"a report with {count} items")
    return reports[-1]


def kinds(editor: Any) -> list[str]:
    return [one["value"]["kind"] for one in editor.notified("$/progress")]


def test_a_client_without_progress_is_not_asked_for_it(start: Any) -> None:
    editor = start("vim9_ale_v4.0.0")
    text = "\n\n".join(f"Sentence number {n} stands here." for n in range(2 * BATCH)) + f"\n\n{MISTAKE}"
    editor.open("file:///a.md", "markdown", text)
    editor.wait(lambda: len(editor.diagnostics("file:///a.md")) == 1, "a diagnostic")
    assert editor.asked("window/workDoneProgress/create") == []


def test_a_stale_action_makes_no_edit_and_says_so_in_the_log(start: Any) -> None:
    editor = start(VSCODE)
    editor.open("file:///a.md", "markdown", MISTAKE)
    editor.diagnostics("file:///a.md")
    action, *_ = editor.actions("file:///a.md", editor.range_of(MISTAKE, "recieve"))
    editor.change("file:///a.md", 2, {"text": f"Well. {MISTAKE}"})
    resolved = editor.resolve(action)
    assert "edit" not in resolved
    (message,) = editor.notified("window/logMessage")
    assert "is stale: made for version 1 of file:///a.md, which is now at version 2" in message["message"]


def test_an_action_whose_document_changes_meanwhile_makes_no_edit(start: Any, gate: Path) -> None:
    editor = start()
    text = "def gate(width):\n    return width\n"
    editor.open(URI, "python", text)
    (action,) = editor.actions(URI, editor.range_of(text, "gate"))
    number = editor.ask("codeAction/resolve", action)
    editor.change(URI, 2, {"text": "x = 1\n"})
    editor.request("workspace/executeCommand", {"command": "smallsense.status"})
    gate.touch()
    assert "edit" not in editor.answer(number)


def test_actions_with_an_edit_or_of_someone_else_come_back_as_they_are(start: Any) -> None:
    editor = start()
    edit = {"changes": {"file:///a.md": []}}
    for action in (
        {"title": "Done", "kind": "quickfix", "edit": edit},
        {"title": "Of another server", "data": {"their": "data"}},
        {"title": "Rubbish", "data": [1, None, "x"]},
        {"title": "Half", "data": {"uri": "file:///a.md", "span": [3, 1], "version": 1}},
    ):
        assert editor.resolve(action) == action


def test_actions_are_found_from_the_range_alone_and_only_of_the_kinds_wanted(start: Any) -> None:
    editor = start()
    text = f'{ABYSS}\n\ndef h():\n    """You will recieve it."""\n'.replace("abyss", "depth")
    editor.open(URI, "python", text)
    editor.diagnostics(URI)
    mistake, name = editor.range_of(text, "recieve"), editor.range_of(text, "f(width)")
    assert {one["kind"] for one in editor.actions(URI, mistake)} == {"quickfix"}
    assert [one["kind"] for one in editor.actions(URI, name)] == ["refactor.rewrite"]
    assert [one["kind"] for one in editor.actions(URI, name, only=["refactor"])] == ["refactor.rewrite"]
    assert {one["kind"] for one in editor.actions(URI, mistake, only=[""])} == {"quickfix"}
    assert editor.actions(URI, mistake, only=["refactor", "source.fixAll"]) == []
    assert editor.actions(URI, name, only=["quickfix", "refactor.rewrite.inline"]) == []


def test_only_what_a_model_had_a_part_in_is_called_generated(start: Any) -> None:
    editor = start(VSCODE)
    assert 1 in editor.capabilities["textDocument"]["codeAction"]["tagSupport"]["valueSet"]
    text = 'import re\n\n\ndef word(line):\n    match = re.match("x", line)\n    return match.group(0)\n'
    editor.open(URI, "python", text)
    (unguarded,) = editor.diagnostics(URI)
    guard, *_ = editor.actions(URI, unguarded["range"])
    assert unguarded["code"] == "nullness/unchecked-result"
    assert "tags" not in guard
    (docstring,) = editor.actions(URI, editor.range_of(text, "word"))
    assert docstring["tags"] == [1]


def test_asking_for_actions_runs_no_model(start: Any) -> None:
    editor = start()
    text = "def abyss(width):\n    return width\n"
    editor.open(URI, "python", text)
    assert len(editor.actions(URI, editor.range_of(text, "abyss"))) == 1


def test_an_action_the_model_is_not_sure_of_tells_the_user(start: Any) -> None:
    editor = start(options={"skills": {"docstring": {"threshold": 0.99}}})
    text = "def area(width, height):\n    return width * height\n"
    editor.open(URI, "python", text)
    (action,) = editor.actions(URI, editor.range_of(text, "area"))
    assert "edit" not in editor.resolve(action)
    (message,) = editor.notified("window/showMessage")
    assert "not sure" in message["message"] or "no answer it is sure enough of" in message["message"]


def test_settings_may_come_with_the_greeting(start: Any) -> None:
    editor = start(options={"skills": {"grammar": False}})
    editor.open("file:///a.md", "markdown", MISTAKE)
    assert editor.diagnostics("file:///a.md") == []


def test_settings_are_asked_for_where_the_client_answers(start: Any) -> None:
    editor = start(configuration={"skills": {"grammar": {"severity": "error"}}})
    editor.wait(lambda: editor.asked("workspace/configuration"), "a question about settings")
    assert editor.asked("workspace/configuration")[0]["items"] == [{"section": "smallsense"}]
    editor.open("file:///a.md", "markdown", MISTAKE)
    (diagnostic,) = editor.diagnostics("file:///a.md")
    assert diagnostic["severity"] == 1


@pytest.mark.parametrize("name", [VSCODE, PUSHED, UNASKED])
def test_pushed_settings_take_effect_at_once(start: Any, name: str) -> None:
    editor = start(name)
    editor.open("file:///a.md", "markdown", MISTAKE)
    editor.wait(lambda: len(editor.diagnostics("file:///a.md")) == 1, "a diagnostic")
    off = {"settings": {"smallsense": {"skills": {"grammar": {"enabled": False}}}}}
    editor.notify("workspace/didChangeConfiguration", off)
    if editor.pulls:
        editor.wait(lambda: editor.asked("workspace/diagnostic/refresh"), "a wish to be asked again")
    editor.wait(lambda: editor.diagnostics("file:///a.md") == [], "no diagnostics")


def test_settings_pushed_without_their_section_take_effect_where_the_client_cannot_be_asked(
    start: Any,
) -> None:
    editor = start(UNASKED)
    editor.open("file:///a.md", "markdown", MISTAKE)
    assert len(editor.diagnostics("file:///a.md")) == 1
    editor.notify("workspace/didChangeConfiguration", {"settings": {"skills": {"grammar": False}}})
    editor.wait(lambda: editor.diagnostics("file:///a.md") == [], "no diagnostics")


@pytest.mark.parametrize("others", [{}, {"python": {"analysis": 1}}, {"smallsense": None}, [1]])
def test_settings_pushed_for_others_alone_change_nothing(start: Any, others: Any) -> None:
    options = {"skills": {"grammar": {"severity": "error"}}}
    editor = start(UNASKED, options=options)
    editor.notify("workspace/didChangeConfiguration", {"settings": others})
    editor.open("file:///a.md", "markdown", MISTAKE)
    (diagnostic,) = editor.diagnostics("file:///a.md")
    assert diagnostic["severity"] == 1
    assert not editor.notified("window/showMessage")


def test_a_change_of_settings_without_values_makes_the_server_ask(start: Any) -> None:
    editor = start(VSCODE)
    editor.wait(lambda: editor.asked("client/registerCapability"), "a wish to hear of new settings")
    editor.wait(lambda: editor.asked("workspace/configuration"), "a question about settings")
    editor.configuration = {"sensitivity": "loud"}
    editor.notify("workspace/didChangeConfiguration", {"settings": None})
    editor.wait(lambda: editor.notified("window/showMessage"), "a message")
    assert "smallsense.sensitivity" in editor.notified("window/showMessage")[0]["message"]


def test_missing_weights_are_told_once_and_the_server_lives_on(start: Any) -> None:
    editor = start(PUSHED)
    editor.open("file:///a.md", "markdown", "We have missing weights here.\n")
    assert editor.diagnostics("file:///a.md", 1) == []
    editor.change("file:///a.md", 2, {"text": "Still missing weights, it seems.\n"})
    assert editor.diagnostics("file:///a.md", 2) == []
    (message,) = editor.notified("window/showMessage")
    assert "smallsense models pull" in message["message"]
    editor.change("file:///a.md", 3, {"text": MISTAKE})
    assert len(editor.diagnostics("file:///a.md", 3)) == 1


def test_restart_checks_anew(start: Any) -> None:
    editor = start(PUSHED)
    editor.open("file:///a.md", "markdown", MISTAKE)
    assert len(editor.diagnostics("file:///a.md")) == 1
    editor.notifications.clear()
    editor.request("workspace/executeCommand", {"command": "smallsense.restart"})
    assert len(editor.diagnostics("file:///a.md")) == 1


def test_status_says_how_things_stand(start: Any) -> None:
    editor = start()
    editor.open("file:///a.md", "markdown", MISTAKE)
    editor.diagnostics("file:///a.md")
    status = editor.request("workspace/executeCommand", {"command": "smallsense.status"})
    assert status["documents"] == 1
    assert status["answers"] == 1
    assert status["skills"]["grammar"]["enabled"] is True
    assert status["positionEncoding"] == "utf-8"


def test_closing_takes_the_diagnostics_away(start: Any) -> None:
    editor = start(PUSHED)
    editor.open("file:///a.md", "markdown", MISTAKE)
    assert len(editor.diagnostics("file:///a.md")) == 1
    editor.notify("textDocument/didClose", {"textDocument": {"uri": "file:///a.md"}})
    editor.wait(lambda: editor.diagnostics("file:///a.md") == [], "no diagnostics")


def test_greeting_loads_no_model_code(start: Any, tmp_path: Path) -> None:
    import sys

    script = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('llama_cpp loaded:', 'llama_cpp' in sys.modules, file=sys.stderr))\n"
        "from smallsense.server.stdio import serve_stdio\n"
        "serve_stdio()\n"
    )
    editor = start(command=[sys.executable, "-c", script])
    assert editor.close() == 0
    assert "llama_cpp loaded: False" in editor.stderr()
