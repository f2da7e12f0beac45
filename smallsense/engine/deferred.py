"""Which engine a question goes to: ours, which is made when first asked, or a server that the user names."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from smallsense.engine.engine import Engine, Request
from smallsense.engine.ledger import Ledger
from smallsense.engine.questions import Answer
from smallsense.engine.remote_model import RemoteModel
from smallsense.engine.worker import WorkerEngine, WorkerStatus


class DeferredEngine:
    """An engine that is made when the first question comes, and made anew after it was closed.

    `adjust`, where given, is called with it before every question: so it follows the settings, which a client
    sends after the server has started, and changes at any time. `remote` tells which server answers for a
    model instead, if one does. `ledger` keeps account of what was asked.
    """

    def __init__(
        self,
        make: Callable[[], Engine],
        adjust: Callable[[Engine], None] | None = None,
        remote: Callable[[str], RemoteModel | None] = lambda model: None,
    ) -> None:
        self.ledger = Ledger()
        self._make = make
        self._adjust = adjust
        self._remote = remote
        self._servers: dict[RemoteModel, Engine] = {}
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        remote = self._remote(request.model)
        with self._lock:
            if remote is not None:
                engine = self._server(remote)
            else:
                engine = self._engine = self._engine or self._make()
        if self._adjust is not None:
            self._adjust(engine)
        began = time.perf_counter()
        answers = engine.answer(request)
        self.ledger.record(request.model, len(answers), time.perf_counter() - began)
        return answers

    def _server(self, remote: RemoteModel) -> Engine:
        # Nothing that could open a connection is even loaded unless the user asks for it.
        from smallsense.engine.remote import RemoteEngine

        if remote not in self._servers:
            self._servers[remote] = RemoteEngine(remote)
        return self._servers[remote]

    def close(self) -> None:
        """See `Engine.close`."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def status(self) -> WorkerStatus | None:
        """How the model's process fares; None while there is no engine, or one without a process."""
        with self._lock:
            engine = self._engine
        return engine.status() if isinstance(engine, WorkerEngine) else None
