"""A remote engine against a real llama-server with our own weights."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import Cancelled, EngineError, Request
from smallsense.engine.questions import Choice, Choose, Generate, Question, Revise, Shape, Slot
from smallsense.engine.remote import UNKNOWN, RemoteEngine
from smallsense.engine.remote_model import RemoteModel

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None, reason="no llama-server: xllamacpp is not installed"
    ),
]

FAULTY = "This function return a list of users."
ENDLESS = Generate("Once upon a time", shape=Shape((Slot(("\0",), 1900),)))
"""What takes a server with one slot far longer than any test waits."""


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    url: str


def start(catalog: Catalog, errors: Path) -> Server:
    weights = catalog.weights("grammar")
    script = Path(__file__).with_name("llama_server.py")
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, str(script), str(weights.base), str(weights.adapter)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address, f"llama-server did not start:\n{errors.read_text()[-2000:]}"
    return Server(process, f"{address}/v1")


def stop(server: Server) -> None:
    server.process.kill()
    server.process.wait()


@pytest.fixture(scope="module")
def server(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start(catalog, tmp_path_factory.mktemp("server") / "log")
    yield server
    stop(server)


def ask(server: Server, question: Question, cancel: Cancellation | None = None, **more: Any) -> Any:
    engine = RemoteEngine(RemoteModel(server.url, **{"timeout": 30.0, **more}))
    (answer,) = engine.answer(Request("skill", (question,), cancel=cancel))
    return answer


def test_an_adapter_is_used_for_the_questions_that_name_it_alone(server: Server) -> None:
    assert ask(server, Revise(FAULTY), adapter=0).apply(FAULTY) == "This function returns a list of users."
    assert ask(server, Revise(FAULTY)).changes == ()
    assert ask(server, Revise("The server keeps no state."), adapter=0).changes == ()


def test_characters_of_several_tokens_do_not_shift_a_correction(server: Server) -> None:
    text = "“Übung” 🚀 — He go to school every day."
    revision = ask(server, Revise(text, protected=((0, 10),)), adapter=0)
    assert revision.apply(text) == text.replace("go", "goes")


def test_an_adapter_that_is_not_there_is_an_error(server: Server) -> None:
    with pytest.raises(EngineError, match=r"has no adapter 7 \(it has: 0\)"):
        ask(server, Revise(FAULTY), adapter=7)


def test_the_likeliest_candidate_is_chosen(server: Server) -> None:
    choice = ask(server, Choose("The capital of France is", (" London", " Paris")))
    assert choice.best == 1
    assert choice.probabilities[1] > UNKNOWN


@pytest.mark.parametrize("api", ["completions", "chat"])
def test_slots_are_filled_and_forced_text_stands(server: Server, api: str) -> None:
    shape = Shape(("Return ", Slot((".", "\n"), 12), ".\nRaise ", Slot(("\n",), 4)))
    answer = ask(server, Generate("def add(a, b):\n    # ", shape=shape), api=api)
    first, second = answer.slots
    assert answer.text == f"Return {first}.\nRaise {second}"
    assert first
    assert "." not in first
    assert 0 < answer.confidence < 1
    assert answer.confidence != pytest.approx(UNKNOWN), "no probabilities were read"


def test_a_prompt_that_is_too_long_is_refused_and_the_next_is_answered(server: Server) -> None:
    engine = RemoteEngine(RemoteModel(server.url, timeout=30.0))
    with pytest.raises(EngineError, match="exceeds the available context size"):
        engine.answer(Request("skill", (Generate("word " * 4000),)))
    (answer,) = engine.answer(Request("skill", (Choose("The capital of France is", (" London", " Paris")),)))
    assert isinstance(answer, Choice)
    assert answer.best == 1


def test_a_cancel_frees_the_server_for_the_next_question(server: Server) -> None:
    cancel = Cancellation()
    threading.Timer(0.3, cancel.set).start()
    with pytest.raises(Cancelled):
        ask(server, ENDLESS, cancel)
    assert ask(server, Generate("def add(a, b):\n    return"), timeout=10.0).text == " a + b"


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot halt a process")
def test_a_server_that_hangs_is_given_up_and_answers_once_it_goes_on(server: Server) -> None:
    server.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(EngineError, match=r"gave no answer within 0\.5 seconds"):
            ask(server, Revise(FAULTY), timeout=0.5)
    finally:
        server.process.send_signal(signal.SIGCONT)
    assert ask(server, Generate("def add(a, b):\n    return")).text == " a + b"


def test_a_server_killed_in_the_middle_is_an_error(catalog: Catalog, tmp_path: Path) -> None:
    server = start(catalog, tmp_path / "log")
    try:
        threading.Timer(0.3, server.process.kill).start()
        with pytest.raises(EngineError, match="cannot be asked"):
            ask(server, ENDLESS)
    finally:
        stop(server)
