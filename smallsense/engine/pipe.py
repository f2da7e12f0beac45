"""What the server's process and the model's process say to each other, and how it goes through a pipe.

A message is a pickled value after its length in four bytes. Both ends are the same program, and the pipe is
private to them.
"""

from __future__ import annotations

import logging
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from smallsense.engine.engine import Engine, Request, Vitals
from smallsense.engine.questions import Answer

LONGEST = 64 * 2**20
"""No honest message comes near this many bytes."""

_LENGTH = struct.Struct("<I")


class UnfitMessage(Exception):
    """What was to be sent is too long or is no plain value, or what arrived is no message."""


class Reason(Enum):
    """Why there is no answer; see the exceptions of `smallsense.engine.engine`."""

    ENGINE_ERROR = "engine error"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message to a model's process: how to make its engine, and from which level up to log.

    `niceness` is added to that of the process; `memory` is how many bytes it may at most have (None: any).
    """

    make: Callable[[], Engine]
    log_level: int = logging.WARNING
    niceness: int = 0
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A request (without its `cancel`, which cannot travel). `number` is how both sides refer to it."""

    number: int
    request: Request


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits any more for the answer to the request of that number."""

    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to the request of that number, and how the engine fares where it tells."""

    number: int
    answers: tuple[Answer, ...]
    vitals: Vitals | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """There will be no answer to the request of that number."""

    number: int
    reason: Reason
    message: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """A line for the log."""

    logger: str
    level: int
    text: str


class Source(Protocol):
    """A binary stream; a read may return less than was asked for, and nothing only at its end."""

    def read(self, size: int, /) -> bytes | None:
        """Read at most `size` bytes."""
        ...


class Sink(Protocol):
    """A binary stream; a write may take less than it was given."""

    def write(self, data: memoryview, /) -> int | None:
        """Write some of `data`, and return how many bytes."""
        ...


def pack(message: object) -> bytes:
    """Return the message as it goes through the pipe.

    Raises:
        UnfitMessage: it is too long or cannot be pickled.
    """
    try:
        body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        # Whatever a foreign class raises when it is pickled.
        raise UnfitMessage(f"cannot be pickled ({type(error).__name__}: {error})") from error
    if len(body) > LONGEST:
        raise UnfitMessage(f"is too long ({len(body):,} bytes)")
    return _LENGTH.pack(len(body)) + body


def write(sink: Sink, packed: bytes) -> None:
    """Write a packed message whole.

    Raises:
        OSError: the other side has gone.
    """
    left = memoryview(packed)
    while left:
        left = left[sink.write(left) or 0 :]


def read(source: Source) -> object:
    """Wait for the next message.

    Raises:
        EOFError: the other side has gone.
        UnfitMessage: what came is no message.
    """
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
    if length > LONGEST:
        raise UnfitMessage(f"is too long ({length:,} bytes)")
    body = _exactly(source, length)
    try:
        return pickle.loads(body)
    except Exception as error:
        raise UnfitMessage(f"cannot be read ({type(error).__name__}: {error})") from error


def _exactly(source: Source, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = source.read(min(size, 2**20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
