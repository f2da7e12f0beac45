"""The model's process: it answers what comes through its standard input until that ends."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from smallsense.engine import pipe
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import Cancelled, Engine, EngineError, Observed
from smallsense.engine.pipe import Answered, Ask, Cancel, Failed, Hello, Logged, Reason, UnfitMessage

_OOM_SCORE = 500
"""When the machine runs out of memory, this process shall be ended, and not the editor."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LocalMaker:
    """Makes the engine that answers by llama.cpp (see `LocalEngine`), whose libraries are imported then."""

    catalog: Catalog
    threads: int | None = None
    steady: bool = False

    def __call__(self) -> Engine:
        """Make it."""
        from smallsense.engine.local import LocalEngine

        return LocalEngine(self.catalog, threads=self.threads, steady=self.steady)


class Output:
    """The way to the other process, for all threads of this one, which ends when nobody listens."""

    def __init__(self, sink: pipe.Sink) -> None:
        self._sink = sink
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Send one message.

        Raises:
            UnfitMessage: it is too long or cannot be pickled.
        """
        packed = pipe.pack(message)
        with self._lock:
            try:
                pipe.write(self._sink, packed)
            except OSError:
                os._exit(0)


class PipeLog(logging.Handler):
    """Sends what is logged here to the log of the other process."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(message)s"))  # the other log has its own
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler.emit`."""
        self._output.send(Logged(record.name, record.levelno, self.format(record)))


class Answering:
    """Answers every request in a thread of its own: the engine knows whose turn it is."""

    def __init__(self, make: Callable[[], Engine], output: Output) -> None:
        self._make = make
        self._output = output
        self._engine: Engine | None = None
        self._making = threading.Lock()
        self._cancels: dict[int, Cancellation] = {}

    def take(self, message: object) -> None:
        """Begin to answer a request, or to cancel one."""
        match message:
            case Ask(number):
                cancel = self._cancels[number] = Cancellation()
                threading.Thread(target=self._answer, args=(message, cancel), daemon=True).start()
            case Cancel(number):
                if cancel := self._cancels.get(number):
                    cancel.set()
            case _:
                raise UnfitMessage(f"is not expected here: {type(message).__name__}")

    def _answer(self, ask: Ask, cancel: Cancellation) -> None:
        try:
            with self._making:
                engine = self._engine = self._engine or self._make()
            answers = tuple(engine.answer(replace(ask.request, cancel=cancel)))
            vitals = engine.vitals() if isinstance(engine, Observed) else None
            self._output.send(Answered(ask.number, answers, vitals))
        except Cancelled:
            self._output.send(Failed(ask.number, Reason.CANCELLED))
        except EngineError as error:
            self._output.send(Failed(ask.number, Reason.ENGINE_ERROR, str(error)))
        except MemoryError:
            # What is left of the engine is not to be trusted; a new process has all its memory again.
            try:
                log.error("the model's process has no memory left and ends")
            finally:
                os._exit(1)
        except Exception as error:
            log.exception("the engine failed")
            message = f"the model of {ask.request.model} failed ({type(error).__name__}: {error})"
            self._output.send(Failed(ask.number, Reason.ENGINE_ERROR, message))
        finally:
            del self._cancels[ask.number]


def _yield_to_others(hello: Hello) -> None:
    """Take no more than what is granted, as far as the system can be told."""
    if hasattr(os, "nice"):
        os.nice(hello.niceness)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE))
    if hello.memory is not None and sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = hello.memory if most == resource.RLIM_INFINITY else min(hello.memory, most)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def main() -> NoReturn:
    """Answer until the other process closes the pipe or ends."""
    # An interrupt at a terminal goes to both processes; this one ends when the other does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints must not get between the messages.
    source, sink = io.FileIO(os.dup(0)), io.FileIO(os.dup(1), "w")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    try:
        hello = pipe.read(source)
        if not isinstance(hello, Hello):
            raise UnfitMessage("is no greeting")
        _yield_to_others(hello)
        output = Output(sink)
        logging.basicConfig(level=hello.log_level, handlers=[PipeLog(output)])
        answering = Answering(hello.make, output)
        while True:
            answering.take(pipe.read(source))
    except EOFError:
        # At once: a thread in the middle of a pass would keep the interpreter from ending in good order.
        os._exit(0)
