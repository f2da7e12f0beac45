"""The model's process: it answers what comes through its standard input until that ends."""

from __future__ import annotations

import io
import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from smallsense.engine import pipe
from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import Cancelled, Engine, EngineError
from smallsense.engine.pipe import Answered, Ask, Cancel, Failed, Hello, Logged, Reason, UnfitMessage

NICENESS = 3
"""What the user does goes first. Beside a busy program this still leaves a third of a core; ten, a tenth."""

log = logging.getLogger(__name__)


def local_engine(catalog: Catalog, threads: int | None) -> Engine:
    """Make the engine that answers by llama.cpp. Its libraries are imported here, not by who names it."""
    from smallsense.engine.local import LocalEngine

    return LocalEngine(catalog, threads=threads)


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
        self._cancels: dict[int, threading.Event] = {}

    def take(self, message: object) -> None:
        """Begin to answer a request, or to cancel one."""
        match message:
            case Ask(number):
                cancel = self._cancels[number] = threading.Event()
                threading.Thread(target=self._answer, args=(message, cancel), daemon=True).start()
            case Cancel(number):
                if cancel := self._cancels.get(number):
                    cancel.set()
            case _:
                raise UnfitMessage(f"is not expected here: {type(message).__name__}")

    def _answer(self, ask: Ask, cancel: threading.Event) -> None:
        try:
            with self._making:
                engine = self._engine = self._engine or self._make()
            answers = tuple(engine.answer(replace(ask.request, cancel=cancel)))
            self._output.send(Answered(ask.number, answers))
        except Cancelled:
            self._output.send(Failed(ask.number, Reason.CANCELLED))
        except EngineError as error:
            self._output.send(Failed(ask.number, Reason.ENGINE_ERROR, str(error)))
        except Exception as error:
            log.exception("the engine failed")
            message = f"the model of {ask.request.model} failed ({type(error).__name__}: {error})"
            self._output.send(Failed(ask.number, Reason.ENGINE_ERROR, message))
        finally:
            del self._cancels[ask.number]


def main() -> NoReturn:
    """Answer until the other process closes the pipe or ends."""
    # An interrupt at a terminal goes to both processes; this one ends when the other does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # What a library prints must not get between the messages.
    source, sink = io.FileIO(os.dup(0)), io.FileIO(os.dup(1), "w")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    try:
        hello = pipe.read(source)
        if not isinstance(hello, Hello):
            raise UnfitMessage("is no greeting")
        output = Output(sink)
        logging.basicConfig(level=hello.log_level, handlers=[PipeLog(output)])
        answering = Answering(hello.make, output)
        while True:
            answering.take(pipe.read(source))
    except EOFError:
        # At once: a thread in the middle of a pass would keep the interpreter from ending in good order.
        os._exit(0)
