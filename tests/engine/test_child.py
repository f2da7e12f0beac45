"""The model's process from inside, at the end of its memory."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from typing import NoReturn

import pytest

from smallsense.engine.child import Answering, Output, PipeLog
from smallsense.engine.engine import Request
from smallsense.engine.pipe import Ask
from smallsense.engine.questions import Answer


class Exhausting:
    """An engine for which there is not enough memory."""

    def answer(self, request: Request) -> Sequence[Answer]:
        raise MemoryError

    def close(self) -> None:
        raise MemoryError


class Exhausted(Output):
    """A way to the other process for which there is not enough memory either."""

    def __init__(self) -> None:
        """Leads nowhere."""

    def send(self, message: object) -> None:
        raise MemoryError


@pytest.fixture
def output() -> Iterator[Output]:
    output = Exhausted()
    handler, log = PipeLog(output), logging.getLogger("smallsense.engine.child")
    log.addHandler(handler)
    yield output
    log.removeHandler(handler)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_process_without_memory_ends_though_it_cannot_even_say_so(
    output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def end(status: int) -> NoReturn:
        assert status != 0
        ended.set()
        raise SystemExit

    monkeypatch.setattr(os, "_exit", end)
    Answering(Exhausting, output).take(Ask(1, Request("grammar", ())))
    assert ended.wait(10)
