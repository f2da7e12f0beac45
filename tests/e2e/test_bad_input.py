"""Whatever a client sends, the server says what is wrong and answers the next request."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

URI = "file:///a.md"
MISTAKE = "You will recieve a list of users.\n"


def answers(editor: Any) -> bool:
    editor.open("file:///next.md", "markdown", MISTAKE)
    return len(editor.diagnostics("file:///next.md")) == 1


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (framed(b"{not json"), "malformed"),
        (framed(b"\xff\xfe\x00binary\x00"), "malformed"),
        (framed(b"[]"), "no JSON-RPC message"),
        (framed(b"42"), "no JSON-RPC message"),
        (framed(b"null"), "no JSON-RPC message"),
        (framed(b'{"id": 1, "method": "shutdown"}'), "no JSON-RPC message"),
        (framed(b'{"jsonrpc": "2.0"}'), "malformed"),
        (framed(b'{"jsonrpc": "2.0", "method": ["x"], "params": {}}'), "malformed"),
        (framed(b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"x": 1}}'), "malformed"),
        (b"Content-Length: twelve\r\n\r\n{}", "stray bytes"),
        (b"Content-Length: 5\r\n\r\n{\"jsonrpc\": \"2.0\", \"method\": \"x\"}", "stray bytes"),
        (b"Content-Length: 99999999999999\r\n\r\n", "more than any message has"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", ""),
    ],
)  # fmt: skip
def test_a_malformed_message_is_logged_and_the_next_one_served(start: Any, sent: bytes, said: str) -> None:
    editor = start()
    editor.send_bytes(sent)
    assert answers(editor)
    assert said in editor.stderr()


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("textDocument/diagnostic", {"textDocument": None}, -32602),
        ("textDocument/codeAction", [], -32602),
        ("textDocument/inlineCompletion", {"position": {"line": -1, "character": 0}}, -32602),
        ("codeAction/resolve", {"data": 1}, -32602),
        ("workspace/executeCommand", {"command": "smallsense.explode"}, -32602),
        ("textDocument/poetry", {"rhyme": True}, -32601),
        ("textDocument/poetry", None, -32601),
        ("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, -32600),
    ],
)  # fmt: skip
def test_wrong_parameters_are_answered_with_an_error(start: Any, method: str, params: Any, code: int) -> None:
    editor = start()
    assert editor.error(editor.ask(method, params))["code"] == code
    assert answers(editor)


def test_a_request_without_parameters_at_all_is_answered(start: Any) -> None:
    editor = start()
    editor.send({"id": 77, "method": "textDocument/poetry"})
    assert "Method Not Found" in editor.error(77)["message"]
    assert answers(editor)


def test_requests_before_the_greeting_are_refused(start: Any) -> None:
    editor = start(greet=False)
    editor.open(URI, "markdown", MISTAKE)
    error = editor.error(editor.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}}))
    assert error["code"] == -32002
    assert "before initialize" in error["message"]
    editor.initialize()
    assert answers(editor)


def test_requests_after_the_goodbye_are_refused(start: Any) -> None:
    editor = start()
    editor.request("shutdown", None)
    number = editor.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    assert "after shutdown" in editor.error(number)["message"]
    editor.notify("exit", None)
    assert editor.process.wait(60) == 0


def test_a_client_that_hangs_up_ends_the_server(start: Any) -> None:
    editor = start()
    editor.open(URI, "markdown", "The abyss looks back at you.\n")
    editor.process.stdin.close()
    editor.process.wait(60)


def test_an_answer_nobody_asked_for_does_no_harm(start: Any) -> None:
    editor = start()
    editor.send({"id": "no such request", "result": 1})
    editor.send({"id": "no such request", "error": {"code": 1, "message": "x"}})
    editor.notify("$/cancelRequest", {"id": 4711})
    editor.notify("window/workDoneProgress/cancel", {"token": "no such token"})
    assert answers(editor)


@pytest.mark.parametrize(
    "answer", [{"result": "not a list"}, {"result": {}}, {"error": {"code": 1, "message": "no"}}]
)
def test_a_client_that_answers_rubbish_about_settings_does_no_harm(
    start: Any, answer: dict[str, Any]
) -> None:
    editor = start()
    editor.wait(lambda: editor.asked("workspace/configuration"), "a question about settings")
    number = next(one["id"] for one in editor.requests if one["method"] == "workspace/configuration")
    editor.notify("workspace/didChangeConfiguration", {"settings": {"smallsense": [1, 2]}})
    editor.send({"id": number, **answer})
    assert answers(editor)


def test_versions_out_of_order_do_no_harm(editor: Any) -> None:
    editor.open(URI, "markdown", "x\n", version=5)
    editor.change(URI, 4, {"text": "All is well.\n"})
    editor.change(URI, 4, {"text": MISTAKE})
    assert len(editor.diagnostics(URI, 4)) == 1
    assert "version 4 came after version 5" in editor.stderr()


def test_changes_of_documents_never_opened_and_ranges_off_the_page_do_no_harm(start: Any) -> None:
    editor = start()
    place = {"start": {"line": 50, "character": 7}, "end": {"line": 60, "character": 0}}
    editor.change("file:///never-opened.md", 2, {"range": place, "text": "x"})
    editor.open(URI, "markdown", "One.\n")
    editor.change(URI, 2, {"range": place, "text": MISTAKE})
    assert len(editor.diagnostics(URI, 2)) == 1
    assert editor.actions(URI, place) == []
    editor.notify("textDocument/didClose", {"textDocument": {"uri": "file:///never-opened.md"}})
    said = editor.stderr()
    assert "never-opened.md was changed but is not open" in said
    assert "doesn't fit the document" in said


def test_a_saved_text_brings_a_document_back_into_step(start: Any) -> None:
    editor = start()
    assert editor.server["textDocumentSync"]["save"] == {"includeText": True}
    editor.open(URI, "markdown", "One.\n")
    editor.notify("textDocument/didSave", {"textDocument": {"uri": URI}, "text": MISTAKE})
    assert len(editor.diagnostics(URI)) == 1
    assert "out of step" in editor.stderr()


def test_a_file_of_ten_megabytes_is_left_alone(start: Any) -> None:
    editor = start()
    editor.open(URI, "markdown", MISTAKE * (10_000_000 // len(MISTAKE)))
    assert editor.diagnostics(URI) == []
    place = {"start": {"line": 100_000, "character": 3}, "end": {"line": 100_001, "character": 0}}
    editor.change(URI, 2, {"range": place, "text": "x"})
    assert editor.actions(URI, place) == []
    assert answers(editor)
    assert "bytes are too many" in editor.stderr()


@pytest.mark.parametrize("language", ["markdown", "python", "typescript", "restructuredtext", "plaintext"])
@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02PK\x03\x04\uffff\ufffe recieve" * 50,
        "\ud800 recieve \udc00\ud83d",
        "\u2028\u2029\u0085\x0b\x0c\r\r\n recieve",
        "e\u0301" * 500 + "\u202e\u200d\ufeff",
        "def ((((: [[{{ class class ``` ''' \"\"\" # recieve\n" * 40,
        "",
    ],
    ids=["binary", "surrogates", "line separators", "combining", "syntax errors", "empty"],
)
def test_strange_text_does_no_harm(start: Any, language: str, text: str) -> None:
    editor = start()
    editor.open("file:///strange", language, text)
    editor.diagnostics("file:///strange")
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}
    editor.actions("file:///strange", everything)
    place = {"textDocument": {"uri": "file:///strange"}, "position": {"line": 0, "character": 5}}
    editor.request("textDocument/inlineCompletion", {**place, "context": {"triggerKind": 1}})
    assert answers(editor)
    assert "Traceback" not in editor.stderr()


def test_an_unknown_language_is_logged_once_and_left_alone(start: Any) -> None:
    editor = start()
    for name in ("a", "b"):
        editor.open(f"file:///{name}.kl", "klingon", MISTAKE)
        assert editor.diagnostics(f"file:///{name}.kl") == []
        editor.change(f"file:///{name}.kl", 2, {"text": MISTAKE})
    assert answers(editor)
    (message,) = editor.notified("window/logMessage")
    assert "'klingon'" in message["message"]


def test_a_message_may_come_byte_by_byte(start: Any) -> None:
    editor = start()
    body = json.dumps({"jsonrpc": "2.0", "id": 900, "method": "workspace/executeCommand",
                       "params": {"command": "smallsense.status"}}).encode()  # fmt: skip
    for byte in framed(body):
        editor.send_bytes(bytes([byte]))
    assert editor.answer(900)["documents"] == 0
