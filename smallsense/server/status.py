"""What the server tells about itself when asked: which models, how they fare, and what they cost."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import smallsense
from smallsense.assistant.run import Assistant
from smallsense.engine.catalog import Catalog
from smallsense.engine.deferred import DeferredEngine
from smallsense.engine.ledger import Account, Ledger
from smallsense.server.documents import Documents


def status(assistant: Assistant, documents: Documents) -> dict[str, Any]:
    """Return it as JSON. Times are milliseconds, sizes and memory bytes; what is not known is null."""
    settings, engine = assistant.settings, assistant.engine
    worker = engine.status() if isinstance(engine, DeferredEngine) else None
    ledger = engine.ledger if isinstance(engine, DeferredEngine) else Ledger()
    remotes = {name: one.url for name in assistant.skills if (one := settings.skill(name).remote)}
    return {
        "version": smallsense.__version__,
        "sensitivity": settings.sensitivity,
        "effort": settings.effort,
        "skills": {
            name: {
                "enabled": settings.skill(name).enabled,
                "model": _model(assistant, name),
                "cacheHits": assistant.cache.hits[assistant.catalog.identity(name)],
                **_account(ledger.account(name)),
            }
            for name in assistant.skills
        },
        "documents": len(documents),
        "answers": len(assistant.cache),
        "positionEncoding": documents.encoding,
        "worker": None if worker is None else asdict(worker),
        "network": remotes or "none",
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "questions": account.questions,
        "requests": account.requests,
        "p50": round(1e3 * account.p50, 1),
        "p95": round(1e3 * account.p95, 1),
    }


def _model(assistant: Assistant, name: str) -> dict[str, Any]:
    """Which weights: those of the base as it is served, and of the adapter."""
    remote, catalog = assistant.settings.skill(name).remote, assistant.catalog
    if remote is not None:
        return {"remote": remote.url}
    if not isinstance(catalog, Catalog):
        return {"identity": catalog.identity(name)}
    base, skill = catalog.base(name), catalog.skill(name)
    path = catalog.base_path(base)
    return {
        "base": f"{base.name}-{base.quantization}",
        "sha256": base.sha256,
        "size": path.stat().st_size if path.is_file() else None,
        "adapter": None
        if skill.adapter is None
        else {"file": skill.adapter, "sha256": skill.sha256, "size": skill.size},
    }
