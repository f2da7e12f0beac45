"""An assistant as it ships: all skills, the catalog, and an engine that loads when asked."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from smallsense.assistant.cache import AnswerCache
from smallsense.assistant.notebook import Notebook
from smallsense.assistant.policy import Policies
from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.assistant.store import AnswerStore, default_path
from smallsense.engine.catalog import Catalog
from smallsense.engine.child import LocalMaker
from smallsense.engine.deferred import DeferredEngine
from smallsense.engine.effort import POWER_SUPPLIES, Effort, available_cores, effort, on_battery
from smallsense.engine.engine import Engine
from smallsense.engine.remote_model import RemoteModel
from smallsense.engine.worker import Upkeep, WorkerEngine
from smallsense.skills import loader


def start(*, apart: bool = False) -> Assistant:
    """Return an assistant with the user's own settings; it loads its weights when first asked a question.

    With `apart`, the model lives in a process of its own: for whoever must survive it. One pass over files
    need not, and is spared the start of another interpreter.

    Raises:
        EngineError: the catalog is missing or makes no sense.
    """
    catalog = Catalog.load()

    # Both look at the settings of the assistant that the engine works for, hence the name.
    def make() -> Engine:
        maker = LocalMaker(catalog, effort_of(assistant.settings).threads)
        return WorkerEngine(maker) if apart else maker()

    def adjust(engine: Engine) -> None:
        if isinstance(engine, WorkerEngine):
            share = effort_of(assistant.settings)
            engine.make = LocalMaker(catalog, share.threads)
            engine.upkeep = upkeep_of(assistant.settings, share)

    def remote(model: str) -> RemoteModel | None:
        return assistant.settings.skill(model).remote

    policies = Policies(user=Notebook(platformdirs.user_config_path("smallsense")))
    assistant = Assistant(
        DeferredEngine(make, adjust, remote),
        catalog,
        loader.load(),
        policies.defaults(),
        policies=policies,
        cache=AnswerCache(store=AnswerStore(default_path(), lambda: assistant.settings.answer_cache)),
    )
    return assistant


def effort_of(settings: Settings, supplies: Path = POWER_SUPPLIES) -> Effort:
    """How much of the machine these settings let the model take now, `supplies` being what powers it."""
    # Whether there is a battery matters only here: asking the system takes a while.
    battery = settings.effort == "balanced" and on_battery(supplies)
    return effort(settings.effort, available_cores(), on_battery=battery, threads=settings.threads)


def upkeep_of(settings: Settings, share: Effort) -> Upkeep:
    """How these settings let the model's process be kept, whose `share` of the machine is given."""
    return Upkeep(
        niceness=share.niceness,
        ceiling=round(settings.memory * 1e6),
        idle=60 * settings.idle_minutes or None,
    )
