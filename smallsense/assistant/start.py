"""An assistant as it ships: all skills, the catalog, and an engine that loads when asked."""

from __future__ import annotations

from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.engine.catalog import Catalog
from smallsense.engine.local import LocalEngine
from smallsense.skills import loader


def start(settings: Settings | None = None) -> Assistant:
    """Return an assistant that loads its weights when the first question is asked.

    Raises:
        EngineError: the catalog is missing or makes no sense.
    """
    settings = settings or Settings()
    catalog = Catalog.load()
    engine = LocalEngine(catalog, threads=settings.threads)
    return Assistant(engine, catalog, loader.load(), settings)
