"""One process with a model in it, seen from the process that asks."""

from __future__ import annotations

import itertools
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from smallsense.engine import pipe
from smallsense.engine.engine import Engine, Request
from smallsense.engine.pipe import Answered, Ask, Cancel, Failed, Hello, Logged, Reason, UnfitMessage

log = logging.getLogger(__name__)

_JOIN_SECONDS = 5.0


@dataclass(eq=False, slots=True)
class Pending:
    """A request under way. When `done` is set, `reply` is there, or there will be none."""

    number: int
    asked: float
    done: threading.Event = field(default_factory=threading.Event)
    reply: Answered | Failed | None = None


class ModelProcess:
    """A process that was just started. It ends when told to, when this process ends, or by accident.

    `niceness` is added to that of this process; `memory` is how many bytes it may at most have (None: any).
    `started` is when it was (monotonic seconds), `heard` when it last replied, None before it did.

    Raises:
        OSError: no process can be started.
        UnfitMessage: `make` cannot be pickled.
    """

    def __init__(self, make: Callable[[], Engine], *, niceness: int = 0, memory: int | None = None) -> None:
        level = logging.getLogger("smallsense").getEffectiveLevel()
        hello = pipe.pack(Hello(make, level, niceness, memory))
        self.started = time.monotonic()
        self.heard: float | None = None
        self._numbers = itertools.count()
        self._pending: dict[int, Pending] = {}
        self._lock = threading.Lock()
        self._ended = False
        self._last_word: str | None = None
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._outbox.put(hello)
        self._popen = _spawn()
        stdin, stdout, stderr = self._popen.stdin, self._popen.stdout, self._popen.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        # Writing has a thread of its own: a process that hangs reads nothing, and whoever asks must not hang
        # with it. All are daemons, so that they never keep this process from ending.
        self._writer = threading.Thread(target=self._write, args=(stdin,), daemon=True)
        self._listener = threading.Thread(target=_listen, args=(stderr,), daemon=True)
        self._reader = threading.Thread(target=self._read, args=(stdout,), daemon=True)
        for thread in (self._writer, self._listener, self._reader):
            thread.start()

    @property
    def pid(self) -> int:
        """The number the system gave it."""
        return self._popen.pid

    @property
    def ended(self) -> bool:
        """Whether it is of no use any more."""
        return self._ended

    def memory(self) -> int | None:
        """Bytes of its resident memory, None where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return None
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def ask(self, request: Request) -> Pending:
        """Send a request.

        Raises:
            UnfitMessage: it is too long or cannot be pickled.
        """
        pending = Pending(next(self._numbers), time.monotonic())
        packed = pipe.pack(Ask(pending.number, replace(request, cancel=None)))
        with self._lock:
            if self._ended:
                self._let_go(pending)
            else:
                self._pending[pending.number] = pending
                self._outbox.put(packed)
        return pending

    def cancel(self, pending: Pending) -> None:
        """Tell it that nobody waits any more. What it still says to this request is dropped."""
        with self._lock:
            if self._pending.pop(pending.number, None) is not None:
                self._outbox.put(pipe.pack(Cancel(pending.number)))
        pending.done.set()

    def silence(self, pending: Pending) -> float:
        """Seconds since it last replied to anything, or since `pending` was asked."""
        return time.monotonic() - max(pending.asked, self.heard or 0.0)

    def end(self, last_word: str | None = None) -> None:
        """End it. What is under way fails with the message `last_word`, or else without a reply."""
        with self._lock:
            self._ended = True
            self._last_word = last_word
        # There is nothing in it that would have to be saved.
        self._popen.kill()

    def join(self) -> None:
        """Wait until it has gone and all it used is free."""
        self._reader.join(_JOIN_SECONDS)

    def _write(self, stdin: IO[bytes]) -> None:
        with stdin:
            try:
                while (packed := self._outbox.get()) is not None:
                    pipe.write(stdin, packed)
            except OSError:
                pass  # it has gone, as the reader will notice

    def _read(self, stdout: IO[bytes]) -> None:
        try:
            with stdout:
                while True:
                    self._take(pipe.read(stdout))
        except (EOFError, OSError):
            pass
        except UnfitMessage as unfit:
            log.error("a message of the model process %s", unfit)
        except Exception:
            log.exception("the model process could not be understood")
        finally:
            self._bury()

    def _take(self, message: object) -> None:
        match message:
            case Answered(number) | Failed(number):
                self.heard = time.monotonic()
                with self._lock:
                    pending = self._pending.pop(number, None)
                if pending is not None:
                    pending.reply = message
                    pending.done.set()
            case Logged(logger, level, text):
                logging.getLogger(logger).log(level, "%s", text)
            case _:
                raise UnfitMessage(f"is not expected here: {type(message).__name__}")

    def _bury(self) -> None:
        """Free all it used, then let go those who wait."""
        self._popen.kill()
        status = self._popen.wait()
        self._outbox.put(None)
        self._writer.join(_JOIN_SECONDS)
        self._listener.join(_JOIN_SECONDS)
        with self._lock:
            expected, self._ended = self._ended, True
            pending, self._pending = self._pending, {}
        if not expected:
            log.warning("the model process %d ended unexpectedly (status %d)", self.pid, status)
        for one in pending.values():
            self._let_go(one)

    def _let_go(self, pending: Pending) -> None:
        """There will be no reply but the last word, if there is one."""
        if self._last_word is not None:
            pending.reply = Failed(pending.number, Reason.ENGINE_ERROR, self._last_word)
        pending.done.set()


def _listen(stderr: IO[bytes]) -> None:
    """Log what the process prints: its messages are elsewhere, so it is what libraries and crashes print."""
    with stderr:
        while text := stderr.read(65536):
            log.warning("the model process says: %s", text.decode("utf-8", "replace").rstrip())


def _spawn() -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    # It finds modules where this process does, and -P keeps it from looking in the current folder, which is
    # the user's: a numpy.py may lie there.
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, "-P", "-X", "faulthandler", "-c", _ENTRY],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        bufsize=0, env={**_ENVIRONMENT, **os.environ, "PYTHONPATH": paths}, creationflags=flags,
    )  # fmt: skip


_ENVIRONMENT = {
    # The GNU allocator otherwise keeps what was freed of large blocks: 9 MB.
    "MALLOC_MMAP_THRESHOLD_": "262144",
    # NumPy is used for no linear algebra, whose library sets memory aside for every thread.
    "OPENBLAS_NUM_THREADS": "1",
    # A failed assertion would otherwise start a debugger and keep the process for seconds.
    "GGML_NO_BACKTRACE": "1",
}

_ENTRY = "from smallsense.engine.child import main; main()"
