"""An assistant as it ships: all skills, the catalog, and an engine that loads when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.engine.catalog import Catalog
from smallsense.engine.child import local_engine
from smallsense.engine.engine import Engine, Request
from smallsense.engine.questions import Answer
from smallsense.engine.worker import WorkerEngine, WorkerStatus
from smallsense.skills import loader


class DeferredEngine:
    """An engine that is made when the first question comes, and made anew after it was closed.

    So it is made with the settings of that time: a client sends them after the server has started.
    """

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        with self._lock:
            engine = self._engine = self._engine or self._make()
        return engine.answer(request)

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


def start(settings: Settings | None = None, *, apart: bool = False) -> Assistant:
    """Return an assistant that loads its weights when the first question is asked.

    With `apart`, the model lives in a process of its own: for whoever must survive it. One pass over files
    need not, and is spared the start of another interpreter.

    Raises:
        EngineError: the catalog is missing or makes no sense.
    """
    catalog = Catalog.load()

    def make() -> Engine:
        # The engine looks at the settings of the assistant it works for, hence the name.
        threads = assistant.settings.threads
        return (
            WorkerEngine(partial(local_engine, catalog, threads)) if apart else local_engine(catalog, threads)
        )

    assistant = Assistant(DeferredEngine(make), catalog, loader.load(), settings or Settings())
    return assistant
