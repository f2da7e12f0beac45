"""An assistant as it ships: all skills, the catalog, and an engine that loads when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import Engine, Request
from smallsense.engine.local import LocalEngine
from smallsense.engine.questions import Answer
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


def start(settings: Settings | None = None) -> Assistant:
    """Return an assistant that loads its weights when the first question is asked.

    Raises:
        EngineError: the catalog is missing or makes no sense.
    """
    catalog = Catalog.load()
    engine = DeferredEngine(lambda: LocalEngine(catalog, threads=assistant.settings.threads))
    # The engine looks at the settings of the assistant it works for, hence the name.
    assistant = Assistant(engine, catalog, loader.load(), settings or Settings())
    return assistant
