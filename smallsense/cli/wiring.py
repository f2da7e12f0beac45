"""Puts the rooms together for one run on the command line."""

from __future__ import annotations

import os
from collections.abc import Callable

from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.engine.catalog import Catalog
from smallsense.engine.local import LocalEngine
from smallsense.skills import loader


def assistant(settings: Settings, report: Callable[[str], None]) -> Assistant:
    """Return an assistant with all skills and the real engine in this process; weights load when first asked.

    `report` is told what the user should know, as missing weights.

    Raises:
        EngineError: the catalog cannot be read.
    """
    catalog = Catalog.load()
    # Nobody types meanwhile: the command line may use every core.
    engine = LocalEngine(catalog, threads=settings.threads or os.cpu_count())
    return Assistant(engine, catalog, loader.load(), settings, report=report)
