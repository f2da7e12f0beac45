from __future__ import annotations

import io
import struct
import threading

import pytest

from smallsense.engine import pipe
from smallsense.engine.engine import Request
from smallsense.engine.pipe import Ask, Cancel, UnfitMessage
from smallsense.engine.questions import Revise


class Dribble(io.BytesIO):
    """Gives and takes one byte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1, size or 0))

    def write(self, data: object, /) -> int:
        return super().write(memoryview(data)[:1])  # type: ignore[arg-type]


def test_messages_arrive_as_they_were_sent_however_slowly() -> None:
    messages = [Ask(7, Request("grammar", (Revise("é" * 300),))), Cancel(7)]
    stream = Dribble()
    for message in messages:
        pipe.write(stream, pipe.pack(message))
    stream.seek(0)
    assert [pipe.read(stream) for _ in messages] == messages
    with pytest.raises(EOFError):
        pipe.read(stream)


def test_a_message_cut_off_is_the_end() -> None:
    with pytest.raises(EOFError):
        pipe.read(io.BytesIO(pipe.pack(Cancel(1))[:-1]))


@pytest.mark.parametrize(
    "garbage", [struct.pack("<I", 5) + b"hello", struct.pack("<I", 0), b"\xff\xff\xff\xff" + bytes(100)]
)
def test_garbage_is_no_message(garbage: bytes) -> None:
    with pytest.raises(UnfitMessage):
        pipe.read(io.BytesIO(garbage))


def test_what_cannot_travel_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnfitMessage, match="pickled"):
        pipe.pack(threading.Lock())
    monkeypatch.setattr(pipe, "LONGEST", 1000)
    with pytest.raises(UnfitMessage, match="too long"):
        pipe.pack("x" * 1000)
