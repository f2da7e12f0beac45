"""The four faces with every recorded client profile, and canned answers in place of a model."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.e2e

PROSE = "# 😀 Title\n\nYou will 😀 recieve a list 𝒜 of users.\n"
CODE = "def area(width, height):\n    return width * height\n"
UNFINISHED = "def area(width, height):\n    s = '😀'; return width\n"


def diagnostics_of(editor: Any, uri: str, text: str, language: str) -> list[dict[str, Any]]:
    editor.open(uri, language, text)
    return editor.diagnostics(uri)


def test_agrees_on_the_encoding_the_client_prefers(editor: Any) -> None:
    wanted = editor.capabilities.get("general", {}).get("positionEncodings", ["utf-16"])
    assert editor.encoding == wanted[0]


def test_a_diagnostic_stands_at_the_right_place_after_an_emoji(editor: Any) -> None:
    (diagnostic,) = diagnostics_of(editor, "file:///a.md", PROSE, "markdown")
    assert diagnostic["range"] == editor.range_of(PROSE, "recieve")
    assert diagnostic["source"] == "smallsense"
    assert diagnostic["code"] == "grammar/spelling"
    assert "receive" in diagnostic["message"]


def test_the_quick_fix_mends_the_text(editor: Any) -> None:
    (diagnostic,) = diagnostics_of(editor, "file:///a.md", PROSE, "markdown")
    cursor = {"start": diagnostic["range"]["end"], "end": diagnostic["range"]["end"]}
    action, *_ = editor.actions("file:///a.md", cursor)
    assert action["kind"] == "quickfix"
    code_action = editor.capabilities["textDocument"]["codeAction"]
    assert ("edit" in action) == ("resolveSupport" not in code_action)
    assert action.get("tags") == ([1] if "tagSupport" in code_action else None)
    assert action.get("isPreferred") == (True if code_action.get("isPreferredSupport") else None)
    if "edit" not in action:
        action = editor.resolve(action)
    changes = editor.capabilities.get("workspace", {}).get("workspaceEdit", {})
    assert ("documentChanges" in action["edit"]) == bool(changes.get("documentChanges"))
    assert editor.apply(PROSE, action["edit"]) == PROSE.replace("recieve", "receive")


def test_the_docstring_action_inserts_one(editor: Any) -> None:
    diagnostics_of(editor, "file:///a.py", CODE, "python")
    (action,) = editor.actions("file:///a.py", editor.range_of(CODE, "area"))
    assert action["kind"] == "refactor.rewrite"
    if "edit" not in action:
        action = editor.resolve(action)
    text = editor.apply(CODE, action["edit"])
    assert '"""Say what it does' in text
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    assert namespace["area"].__doc__.startswith("Say what it does")


def test_a_completion_arrives_inline_or_else_in_the_menu(editor: Any) -> None:
    editor.open("file:///a.py", "python", UNFINISHED)
    place = editor.range_of(UNFINISHED, "return width")["end"]
    params = {"textDocument": {"uri": "file:///a.py"}, "position": place}
    if "inlineCompletion" in editor.capabilities["textDocument"]:
        assert "completionProvider" not in editor.server
        params["context"] = {"triggerKind": 1}
        (item,) = editor.request("textDocument/inlineCompletion", params)["items"]
        assert item["insertText"] == " * height"
        assert item["range"] == {"start": place, "end": place}
    else:
        assert "completionProvider" in editor.server
        (item,) = editor.request("textDocument/completion", params)["items"]
        assert item["textEdit"]["newText"] == "width * height"
        assert item["textEdit"]["range"] == {
            "start": editor.range_of(UNFINISHED, "width\n")["start"],
            "end": place,
        }


def test_a_change_after_an_emoji_is_followed(editor: Any) -> None:
    diagnostics_of(editor, "file:///a.md", PROSE, "markdown")
    place = editor.range_of(PROSE, "recieve")
    editor.change("file:///a.md", 2, {"range": place, "text": "see 😀 wich is"})
    changed = PROSE.replace("recieve", "see 😀 wich is")
    (diagnostic,) = editor.diagnostics("file:///a.md", 2)
    assert diagnostic["range"] == editor.range_of(changed, "wich")


def test_only_clients_that_do_not_pull_are_pushed_to(editor: Any) -> None:
    assert len(diagnostics_of(editor, "file:///a.md", PROSE, "markdown")) == 1
    assert bool(editor.notified("textDocument/publishDiagnostics")) != editor.pulls


def test_says_goodbye_properly(editor: Any) -> None:
    editor.open("file:///a.md", "markdown", PROSE)
    assert editor.close() == 0
