"""Engines without a model that do in a real child process what models do at their worst."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from smallsense.engine.engine import Cancelled, EngineError, Request
from smallsense.engine.questions import Answer, Generate, Generation


class Unreadable:
    """Can be sent, but makes whoever unpacks it fail."""

    def __reduce__(self):
        return (int, ("not a number",))


@dataclass
class Obedient:
    """Does what the prefix of a question says, and answers with its words.

    `folder` is where it leaves word of what it began, so that a test can wait for it, and of what to do once.
    """

    folder: Path
    hoard: bytes = b""
    closed: threading.Event = field(default_factory=threading.Event)

    def __reduce__(self):
        return (Obedient, (self.folder,))

    def answer(self, request: Request) -> Sequence[Answer]:
        return [
            self._one(question.prefix, request)
            for question in request.questions
            if isinstance(question, Generate)
        ]

    def _one(self, order: str, request: Request) -> Generation:
        verb, _, rest = order.partition(" ")
        if verb == "error":
            raise EngineError(rest)
        if verb == "bug":
            raise ValueError(rest)
        if verb == "print":
            print(rest, flush=True)
            os.write(1, b"straight to the descriptor\n")
            os.write(2, b"straight to stderr\n")
        if verb == "log":
            logging.getLogger("smallsense.engine.llama").error("%s", rest)
        if verb == "unreadable":
            return Generation("", Unreadable(), 1.0)  # type: ignore[arg-type]
        if verb == "unpicklable":
            return Generation("", threading.Lock(), 1.0)  # type: ignore[arg-type]
        if verb == "die" or (verb == "die-once" and self._first(rest)):
            os.kill(os.getpid(), signal.SIGKILL)
        if verb == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        if verb == "modules":
            return self._say(" ".join(sorted(sys.modules)))
        if verb == "hold":
            self.hoard = b"x" * int(rest)
        if verb == "exhaust":
            while True:
                self.hoard += b"x" * 10_000_000
        if verb == "pid":
            return self._say(str(os.getpid()))
        if verb == "nice":
            return self._say(str(os.nice(0)))
        if verb == "wait":
            (self.folder / "began").touch()
            while not (self.folder / rest).exists():
                assert request.cancel is not None
                if request.cancel.is_set():
                    (self.folder / "cancelled").touch()
                    raise Cancelled
                time.sleep(0.005)
        return self._say(order)

    def _first(self, name: str) -> bool:
        try:
            (self.folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def _say(self, text: str) -> Generation:
        return Generation(text, (text,), 1.0)

    def close(self) -> None:
        self.closed.set()
