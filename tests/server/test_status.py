from __future__ import annotations

import json

from smallsense.assistant.configuration import parse
from smallsense.assistant.run import Assistant
from smallsense.engine.catalog import Catalog
from smallsense.engine.deferred import DeferredEngine
from smallsense.engine.engine import Request
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Revise, Revision
from smallsense.server.documents import Documents
from smallsense.server.status import status
from smallsense.skills import loader


def assistant() -> Assistant:
    return Assistant(
        DeferredEngine(lambda: FakeEngine({Revise("x"): Revision()})), Catalog.load(), loader.own()
    )


def test_every_skill_tells_its_model_and_what_was_asked() -> None:
    ours = assistant()
    for _ in range(3):
        ours.engine.answer(Request("grammar", (Revise("x"),)))
    ours.cache.put(ours.catalog.identity("grammar"), Revise("x"), Revision())
    ours.cache.get(ours.catalog.identity("grammar"), Revise("x"))
    told = status(ours, Documents("utf-8"))
    grammar = told["skills"]["grammar"]
    assert (grammar["questions"], grammar["requests"], grammar["cacheHits"]) == (3, 3, 1)
    assert 0 <= grammar["p50"] <= grammar["p95"]
    assert len(grammar["model"]["sha256"]) == 64
    assert grammar["model"]["adapter"]["size"] > 1_000_000
    assert told["skills"].keys() == ours.skills.keys()
    assert told["skills"]["docstring"]["questions"] == 0
    assert told["network"] == "none"
    json.dumps(told)


def test_a_remote_model_is_told_of() -> None:
    ours = assistant()
    ours.settings, problems = parse({"skills": {"grammar": {"remote": {"url": "http://localhost:1/v1"}}}})
    assert not problems
    told = status(ours, Documents("utf-8"))
    assert told["network"] == {"grammar": "http://localhost:1/v1"}
    assert told["skills"]["grammar"]["model"] == {"remote": "http://localhost:1/v1"}
