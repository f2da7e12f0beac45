"""An engine in a process of its own: a model that crashes, hangs or eats all memory harms nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smallsense.engine.engine import Cancelled, Engine, EngineError, Request
from smallsense.engine.pipe import Answered, Failed, Reason, UnfitMessage
from smallsense.engine.process import ModelProcess
from smallsense.engine.questions import Answer
from smallsense.engine.queue import POLL_SECONDS

PATIENCE_SECONDS = 60.0
"""A process that replies to nothing for so long hangs: a request takes seconds, even on a busy machine."""

LOADING_SECONDS = 60.0
"""How much longer its first reply may take, for the weights may have to be read from a slow disk."""

PAUSES_SECONDS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""How long to leave it alone after it ended for the first, second, … time in a row without any reply."""

_SHORT_SECONDS = 2.0
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How the model's process fares.

    `pid` is None when none runs, `memory` (resident bytes) where the system does not tell. `restarts` counts
    the processes that ended by accident and were replaced, `answered` the questions since the engine began.
    """

    pid: int | None
    memory: int | None
    restarts: int
    answered: int


class WorkerEngine:
    """Answers in a child process, which is started when first asked and anew after it has died.

    `make` makes the engine that answers there; it must be picklable, and is best named so that its module
    imports nothing heavy, for the asking process names it too. `patience` and `loading` are in seconds (see
    `PATIENCE_SECONDS`, `LOADING_SECONDS`), as are `pauses` (see `PAUSES_SECONDS`).

    A request whose process dies is asked once more in the next one, and then fails; one that gets no reply
    in time fails at once, and the process is ended.
    """

    def __init__(
        self,
        make: Callable[[], Engine],
        *,
        patience: float = PATIENCE_SECONDS,
        loading: float = LOADING_SECONDS,
        pauses: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        self._make = make
        self._patience = patience
        self._loading = loading
        self._pauses = pauses
        self._lock = threading.Lock()
        self._process: ModelProcess | None = None
        self._deaths = 0
        self._rested = 0.0
        self._died = False
        self._restarts = 0
        self._answered = 0

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        for _ in range(_ATTEMPTS):
            process = self._running(request)
            match self._reply(process, request):
                case Answered(_, answers):
                    with self._lock:
                        self._answered += len(answers)
                    return answers
                case Failed(_, Reason.CANCELLED):
                    raise Cancelled
                case Failed(_, _, message):
                    raise EngineError(message)
        raise EngineError(
            "the model process died twice over the same question: the log of the language server may say why"
        )

    def close(self) -> None:
        """See `Engine.close`. Requests under way fail."""
        with self._lock:
            process, self._process = self._process, None
            self._deaths, self._rested, self._died = 0, 0.0, False
        if process is not None:
            process.end("the engine was closed before it could answer")
            process.join()

    def status(self) -> WorkerStatus:
        """Return how the process fares at this moment."""
        with self._lock:
            process = self._process
            restarts, answered = self._restarts, self._answered
        if process is None or process.ended:
            return WorkerStatus(None, None, restarts, answered)
        return WorkerStatus(process.pid, process.memory(), restarts, answered)

    def _running(self, request: Request) -> ModelProcess:
        """The process, started if there is none and the last one died long enough ago."""
        while True:
            _raise_if_cancelled(request)
            with self._lock:
                if self._process is not None and not self._process.ended:
                    return self._process
                if self._process is not None:
                    self._mourn(self._process.heard is not None)
                    self._process = None
                pause = self._rested - time.monotonic()
                if pause <= 0:
                    self._process = self._start()
                    return self._process
            if pause > _SHORT_SECONDS:
                raise EngineError(
                    "the model process keeps dying and is left alone for a while: "
                    "the log of the language server may say why"
                )
            time.sleep(min(pause, POLL_SECONDS))

    def _start(self) -> ModelProcess:
        try:
            process = ModelProcess(self._make)
        except OSError as error:
            self._mourn(False)
            raise EngineError(f"the model process cannot be started: {error}") from error
        self._restarts += self._died
        self._died = False
        return process

    def _mourn(self, replied: bool) -> None:
        self._died = True
        self._deaths = 1 if replied else self._deaths + 1
        pause = self._pauses[min(self._deaths, len(self._pauses)) - 1]
        self._rested = time.monotonic() + pause

    def _reply(self, process: ModelProcess, request: Request) -> Answered | Failed | None:
        """What the process says to the request; None when it died instead."""
        try:
            pending = process.ask(request)
        except UnfitMessage as unfit:
            raise EngineError(f"a question of {request.model} {unfit}") from unfit
        while not pending.done.wait(POLL_SECONDS):
            if request.cancel is not None and request.cancel.is_set():
                process.cancel(pending)
                raise Cancelled
            patience = self._patience + (self._loading if process.heard is None else 0.0)
            if process.silence(pending) > patience:
                process.end()
                raise EngineError(f"the model gave no answer within {patience:.0f} seconds and was restarted")
        return pending.reply


def _raise_if_cancelled(request: Request) -> None:
    if request.cancel is not None and request.cancel.is_set():
        raise Cancelled
