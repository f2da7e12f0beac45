"""A remote engine against a server in this process, which answers as the ones in use do."""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled, EngineError, Request
from smallsense.engine.questions import (
    Change,
    Choice,
    Choose,
    Generate,
    Generation,
    Question,
    Revise,
    Revision,
    Shape,
    Slot,
)
from smallsense.engine.remote import REST_SECONDS, RemoteEngine
from smallsense.engine.remote_model import RemoteModel

Reply = Callable[[dict[str, Any]], Any]


class Server:
    """Answers with whatever `reply` makes of a request, and keeps the requests."""

    def __init__(self) -> None:
        self.reply: Reply = lambda body: {"choices": [{"text": ""}]}
        self.status = 200
        self.adapters: Any = None
        self.delay = threading.Event()
        self.delay.set()
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.bodies.append(body)
                server.paths.append(self.path)
                server.headers.append(dict(self.headers))
                server.delay.wait(10)
                said = server.reply(body)
                self.send_response(server.status)
                self.end_headers()
                self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

            def do_GET(self) -> None:
                server.paths.append(self.path)
                self.send_response(404 if server.adapters is None else 200)
                self.end_headers()
                self.wfile.write(json.dumps(server.adapters).encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.delay.set()
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def ask(server: Server, question: Question, **more: Any) -> Any:
    (answer,) = RemoteEngine(RemoteModel(server.url, **more)).answer(Request("skill", (question,)))
    return answer


def completion(text: str, **more: Any) -> Reply:
    return lambda body: {"choices": [{"text": text, **more}]}


def legacy(*tokens: tuple[str, float]) -> dict[str, Any]:
    return {"tokens": [text for text, _ in tokens], "token_logprobs": [math.log(p) for _, p in tokens]}


def test_revise_gives_the_words_that_differ_with_the_servers_confidence(server: Server) -> None:
    logs = legacy(("We", 0.99), (" receive", 0.9), (" it", 0.99), (".", 0.99))
    server.reply = completion("We receive it.", logprobs=logs)
    revision = ask(server, Revise("We recieve it."))
    (change,) = revision.changes
    assert (change.start, change.end, change.text) == (3, 10, "receive")
    assert change.margin == pytest.approx(math.log(9))
    assert server.paths == ["/v1/completions"]
    assert server.bodies[0]["prompt"] == "We recieve it.<file_sep>"


def test_revise_by_chat_asks_for_the_sentence_alone(server: Server) -> None:
    server.reply = lambda body: {"choices": [{"message": {"content": "We receive it.\nThat is all."}}]}
    revision = ask(server, Revise("We recieve it."), api="chat", model="big")
    assert [(one.start, one.end, one.text) for one in revision.changes] == [(3, 10, "receive")]
    assert server.paths == ["/v1/chat/completions"]
    assert server.bodies[0]["model"] == "big"
    assert server.bodies[0]["messages"][-1] == {"role": "user", "content": "We recieve it."}


@pytest.mark.parametrize(
    ("text", "reply", "protected", "expected"),
    [
        ("Use `foo` to recieve.", "Use `bar` to receive.", ((4, 9),), [Change(13, 20, "receive", 3.0)]),
        ("It is right.", "It is right.", (), []),
        ("It is right.", "", (), []),
        ("It is right.", "Sure, here is a poem about the sea instead of it!", (), []),
        ("He have the the key.", "He has the key.", (), ["He has the key."]),
    ],
    ids=["protected", "clean", "empty", "something else", "two changes"],
)
def test_a_revision_touches_only_what_it_may(
    server: Server, text: str, reply: str, protected: Any, expected: Any
) -> None:
    server.reply = completion(reply)
    revision = ask(server, Revise(text, protected))
    if expected and isinstance(expected[0], str):
        assert revision.apply(text) == expected[0]
    else:
        assert list(revision.changes) == expected


def test_a_change_below_the_margin_of_the_question_is_dropped(server: Server) -> None:
    server.reply = completion("We receive it.", logprobs=legacy(("We", 0.9), (" receive it.", 0.6)))
    assert ask(server, Revise("We recieve it.", margin=2.0)) == Revision()


def test_blanks_before_the_answer_do_not_shift_the_servers_confidence(server: Server) -> None:
    logs = legacy(("\n", 0.5), (" ", 0.5), ("We", 0.99), (" receive", 0.9), (" it.", 0.99))
    server.reply = completion("\n We receive it.", logprobs=logs)
    (change,) = ask(server, Revise("We recieve it.")).changes
    assert change.margin == pytest.approx(math.log(9))


def test_what_is_left_out_at_the_end_is_as_sure_as_the_end(server: Server) -> None:
    server.reply = completion("We see it.", logprobs=legacy(("We see it.", 0.99), ("", 0.9)))
    (change,) = ask(server, Revise("We see it. it.")).changes
    assert change.text == ""
    assert change.margin == pytest.approx(math.log(9))


def test_choose_reads_what_the_server_offers_for_the_next_token(server: Server) -> None:
    top = [{"token": " Yes", "logprob": math.log(0.6)}, {"token": "No", "logprob": math.log(0.2)}]
    logs = {"content": [{"token": " Yes", "logprob": math.log(0.6), "top_logprobs": top}]}
    server.reply = completion(" Yes", logprobs=logs)
    choice = ask(server, Choose("Can it be?", (" Yes", " No")))
    assert choice.probabilities == pytest.approx((0.75, 0.25))
    assert server.bodies[0]["max_tokens"] == 1


@pytest.mark.parametrize(("said", "expected"), [(" No", (0.0, 1.0)), ("Maybe", (0.5, 0.5)), ("", (0.5, 0.5))])
def test_choose_without_probabilities_takes_the_word_or_is_undecided(
    server: Server, said: str, expected: tuple[float, ...]
) -> None:
    server.reply = completion(said)
    assert ask(server, Choose("Can it be?", (" Yes", " No"))) == Choice(expected)


def test_generate_fills_every_slot_and_forces_the_rest(server: Server) -> None:
    texts = iter(["the sum\nand more", "numbers."])
    server.reply = lambda body: {"choices": [{"text": next(texts), "logprobs": legacy(("x", 0.5))}]}
    shape = Shape(("Return ", Slot(("\n",), 8), "\nof ", Slot((".",), 4), "!"))
    answer = ask(server, Generate("def f", shape=shape))
    assert answer == Generation("Return the sum\nof numbers!", ("the sum", "numbers"), answer.confidence)
    assert answer.confidence == pytest.approx(0.5)
    assert [body["prompt"] for body in server.bodies] == ["def fReturn ", "def fReturn the sum\nof "]
    assert [body["max_tokens"] for body in server.bodies] == [8, 4]


def test_an_adapter_and_a_key_are_sent_where_they_are_set(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_KEY", "secret")
    ask(server, Choose("a", ("b",)), adapter=2, key_variable="TEAM_KEY")
    ask(server, Choose("a", ("b",)))
    assert server.bodies[0]["lora"] == [{"id": 2, "scale": 1.0}]
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert "lora" not in server.bodies[1]
    assert "Authorization" not in server.headers[1]


def test_an_adapter_that_the_server_does_not_have_is_an_error(server: Server) -> None:
    server.adapters = [{"id": 0, "path": "a.gguf"}, {"id": 1, "path": "b.gguf"}]
    engine = RemoteEngine(RemoteModel(server.url, adapter=2))
    with pytest.raises(EngineError, match=r"has no adapter 2 \(it has: 0, 1\)"):
        engine.answer(Request("skill", (Revise("a"),)))
    assert server.paths == ["/lora-adapters"]
    server.adapters.append({"id": 2, "path": "c.gguf"})
    engine.answer(Request("skill", (Revise("a"), Revise("b"))))
    assert server.paths[1:] == ["/lora-adapters", "/v1/completions", "/v1/completions"]


@pytest.mark.parametrize(
    "said", [b"<html>", b"[" * 100_000, {"choices": []}, {"error": "no"}, {"choices": [{"text": 3}]}, []]
)
def test_an_answer_that_makes_no_sense_is_an_engine_error(server: Server, said: Any) -> None:
    server.reply = lambda body: said
    with pytest.raises(EngineError, match="no completion"):
        ask(server, Revise("a"))


def test_probabilities_in_an_unknown_form_are_as_good_as_none(server: Server) -> None:
    server.reply = completion("We receive it.", logprobs={"surprise": 1})
    assert ask(server, Revise("We recieve it.")).apply("We recieve it.") == "We receive it."


@pytest.mark.parametrize(
    "said",
    [
        b"no such model\n",
        {"error": {"message": "no such model", "code": 404}},
        {"error": "no such model"},
        {"message": "no such model"},
    ],
)
def test_a_refusal_names_the_server_and_what_it_said(server: Server, said: Any) -> None:
    server.status = 404
    server.reply = lambda body: said
    with pytest.raises(EngineError, match=r"127\.0\.0\.1:\d+ refuses with status 404: no such model$"):
        ask(server, Revise("a"))


def test_a_question_that_is_refused_does_not_keep_the_next_from_being_asked(server: Server) -> None:
    sizes = iter(["5001 tokens are too many", "5002 tokens are too many"])
    server.reply = lambda body: {"error": {"message": next(sizes)}}
    server.status = 400
    engine = RemoteEngine(RemoteModel(server.url))
    for _ in range(2):
        # In the same words each time, since what is new is told to the user.
        with pytest.raises(EngineError, match="5001 tokens are too many"):
            engine.answer(Request("skill", (Revise("a"),)))
    server.status, server.reply = 200, completion("a")
    assert engine.answer(Request("skill", (Revise("a"),))) == [Revision()]


def test_a_server_that_is_not_there_is_left_alone_for_a_while() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    engine = RemoteEngine(RemoteModel(url))
    with pytest.raises(EngineError, match="cannot be asked"):
        engine.answer(Request("skill", (Revise("a"),)))
    assert engine._rests_until > time.monotonic() + REST_SECONDS / 2
    with pytest.raises(EngineError, match="cannot be asked"):
        engine.answer(Request("skill", (Revise("a"),)))


def test_a_silent_server_is_given_up_in_time(server: Server) -> None:
    server.delay.clear()
    with pytest.raises(EngineError, match=r"within 0\.1 seconds"):
        ask(server, Revise("a"), timeout=0.1)


def test_a_cancel_does_not_wait_for_the_server(server: Server) -> None:
    server.delay.clear()
    stop = Cancellation()
    threading.Timer(0.05, stop.set).start()
    with pytest.raises(Cancelled):
        RemoteEngine(RemoteModel(server.url)).answer(Request("skill", (Revise("a"),), cancel=stop))
    assert not server.delay.is_set()
