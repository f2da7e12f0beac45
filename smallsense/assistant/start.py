"""An assistant as it ships: all skills, the catalog, and an engine that loads when asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
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
from smallsense.engine.effort import POWER_SUPPLIES, Effort, available_cores, effort, on_battery
from smallsense.engine.engine import Engine, Request
from smallsense.engine.ledger import Ledger
from smallsense.engine.questions import Answer
from smallsense.engine.remote_model import RemoteModel
from smallsense.engine.worker import Upkeep, WorkerEngine, WorkerStatus
from smallsense.skills import loader


class DeferredEngine:
    """An engine that is made when the first question comes, and made anew after it was closed.

    `adjust`, where given, is called with it before every question: so it follows the settings, which a client
    sends after the server has started, and changes at any time. `ledger` keeps account of what was asked.
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
