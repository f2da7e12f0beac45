"""An engine in a process of its own: a model that crashes, hangs or eats all memory harms nobody else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from smallsense.engine.engine import Cancelled, Engine, EngineError, Request, Vitals
from smallsense.engine.pipe import Answered, Failed, Reason, UnfitMessage
from smallsense.engine.process import ModelProcess
from smallsense.engine.questions import Answer

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60.0
"""A process that replies to nothing for so long hangs: a request takes seconds, even on a busy machine."""

LOADING_SECONDS = 60.0
"""How much longer its first reply may take, for the weights may have to be read from a slow disk."""

PAUSES_SECONDS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""How long to leave it alone after it ended for the first, second, … time in a row without any reply."""

DEADLINE_SECONDS = 600.0
"""A request that is under way for so long is given up, even if others are answered meanwhile."""

RENEWAL_SECONDS = 60.0
"""A process that needs too much memory is not replaced sooner after its start: it may need that much."""

_SHORT_SECONDS = 2.0
_POLL_SECONDS = 0.02
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How a process is to be kept.

    `niceness` is added to that of this process. One that has more than `ceiling` bytes of memory is replaced
    between two questions, and cannot get more than twice as much. One that was asked nothing for `idle`
    seconds is ended until the next question. None means no limit.
    """

    niceness: int = 1
    ceiling: int | None = None
    idle: float | None = None


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """How the model's process fares.

    `pid` is None when none runs, `memory` (resident bytes) where the system does not tell. `restarts` counts
    the processes that ended by accident and were replaced, `renewals` those that were ended on purpose,
    `answered` the questions since the engine began. `vitals` are those of the latest answer.
    """

    pid: int | None
    memory: int | None
    restarts: int
    answered: int
    renewals: int = 0
    vitals: Vitals | None = None


class WorkerEngine:
    """Answers in a child process, which is started when first asked and anew after it has died.

    `make` makes the engine that answers there; it must be picklable, and is best named so that its module
    imports nothing heavy, for the asking process names it too. `upkeep` says how its process is to be kept.
    Either may be exchanged at any time, and counts from the next moment on at which nothing is asked.
    `patience` and `loading` are in seconds (see `PATIENCE_SECONDS`, `LOADING_SECONDS`), as are `deadline`
    and `pauses` (see `DEADLINE_SECONDS`, `PAUSES_SECONDS`).

    A request whose process dies is asked once more in the next one, and then fails; one that gets no reply
    in time fails at once, and the process is ended.
    """

    def __init__(
        self,
        make: Callable[[], Engine],
        upkeep: Upkeep = Upkeep(),  # a plain value
        *,
        patience: float = PATIENCE_SECONDS,
        loading: float = LOADING_SECONDS,
        deadline: float = DEADLINE_SECONDS,
        pauses: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        self.make = make
        self.upkeep = upkeep
        self._patience = patience
        self._loading = loading
        self._deadline = deadline
        self._pauses = pauses
        self._lock = threading.Lock()
        self._process: ModelProcess | None = None
        self._deaths = 0
        self._rested = 0.0
        self._died = False
        self._restarts = self._renewals = 0
        self._answered = 0
        self._vitals: Vitals | None = None
        self._busy = 0
        self._used = 0.0
        self._timer: threading.Timer | None = None
        self._due = 0.0
        self._kept: tuple[Callable[[], Engine], int, int | None] | None = None

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        with self._lock:
            self._tend()
            self._busy += 1
        try:
            return self._answer(request)
        finally:
            with self._lock:
                self._busy -= 1
                self._used = time.monotonic()
                self._tend()

    def _answer(self, request: Request) -> Sequence[Answer]:
        for _ in range(_ATTEMPTS):
            process = self._running(request)
            match self._reply(process, request):
                case Answered(_, answers, vitals):
                    with self._lock:
                        self._answered += len(answers)
                        self._vitals = vitals
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
            self._wake_at(None)
        if process is not None:
            process.end("the engine was closed before it could answer")
            process.join()

    def status(self) -> WorkerStatus:
        """Return how the process fares at this moment."""
        with self._lock:
            process = self._process
            status = WorkerStatus(None, None, self._restarts, self._answered, self._renewals, self._vitals)
        if process is None or process.ended:
            return status
        return replace(status, pid=process.pid, memory=process.memory())

    def _running(self, request: Request) -> ModelProcess:
        """The process, started if there is none and the last one died long enough ago."""
        while True:
            request.raise_if_cancelled()
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
            time.sleep(min(pause, _POLL_SECONDS))

    def _start(self) -> ModelProcess:
        try:
            ceiling = self.upkeep.ceiling
            process = ModelProcess(
                self.make, niceness=self.upkeep.niceness, memory=None if ceiling is None else 2 * ceiling
            )
            self._kept = (self.make, self.upkeep.niceness, ceiling)
        except OSError as error:
            self._mourn(False)
            raise EngineError(f"the model process cannot be started: {error}") from error
        self._restarts += self._died
        self._died = False
        return process

    def _tend(self) -> None:
        """End a process that is not to be kept as it is, unless it is asked something."""
        process = self._process
        if self._busy or process is None or process.ended:
            return
        now = time.monotonic()
        upkeep = self.upkeep
        if self._kept != (self.make, upkeep.niceness, upkeep.ceiling):
            self._dismiss(process, "to start with new settings")
        elif upkeep.idle is not None and now - self._used >= upkeep.idle:
            self._dismiss(process, "as nothing was asked for a while")
        elif (
            upkeep.ceiling is not None
            and now - process.started >= RENEWAL_SECONDS
            and (memory := process.memory() or 0) > upkeep.ceiling
        ):
            self._dismiss(process, f"for it has grown to {memory / 1e6:,.0f} MB", logging.WARNING)
        else:
            self._wake_at(None if upkeep.idle is None else self._used + upkeep.idle)

    def _dismiss(self, process: ModelProcess, why: str, level: int = logging.INFO) -> None:
        log.log(level, "the model process %d is ended %s", process.pid, why)
        self._process = None
        self._renewals += 1
        self._wake_at(None)
        process.end()

    def _wake_at(self, time_due: float | None) -> None:
        """Look after the process at that time (monotonic seconds), or somewhat before; at none if None.

        A timer costs a thread: one that is due before serves as well, and sets the next.
        """
        if self._timer is not None:
            if time_due is not None and self._due <= time_due:
                return
            self._timer.cancel()
            self._timer = None
        if time_due is not None:
            self._due = time_due
            self._timer = threading.Timer(max(time_due - time.monotonic(), 0.0), self._wake)
            self._timer.daemon = True
            self._timer.start()

    def _wake(self) -> None:
        with self._lock:
            self._timer = None
            self._tend()

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
        with request.told(lambda: process.cancel(pending)):
            while not pending.done.wait(_POLL_SECONDS):
                patience = self._patience + (self._loading if process.heard is None else 0.0)
                if time.monotonic() - pending.asked > self._deadline:
                    process.cancel(pending)
                    raise EngineError(f"the model gave no answer within {self._deadline:.0f} seconds")
                if process.silence(pending) > patience:
                    process.end()
                    raise EngineError(
                        f"the model gave no answer within {patience:.0f} seconds and was restarted"
                    )
        request.raise_if_cancelled()
        return pending.reply
