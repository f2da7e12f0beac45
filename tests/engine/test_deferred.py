from __future__ import annotations

from smallsense.engine.deferred import DeferredEngine
from smallsense.engine.engine import Request
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Revise, Revision


def test_the_engine_is_made_when_first_asked_and_anew_after_closing() -> None:
    made: list[FakeEngine] = []

    def make() -> FakeEngine:
        made.append(FakeEngine({Revise("x"): Revision()}))
        return made[-1]

    engine = DeferredEngine(make)
    engine.close()
    assert made == []
    request = Request("grammar", (Revise("x"),))
    assert engine.answer(request) == engine.answer(request) == [Revision()]
    assert len(made) == 1
    engine.close()
    assert made[0].closed
    engine.answer(request)
    assert len(made) == 2
