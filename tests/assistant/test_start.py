from pathlib import Path

import pytest

from smallsense.assistant.settings import Settings
from smallsense.assistant.start import DeferredEngine, effort_of, upkeep_of
from smallsense.engine.effort import EffortName, available_cores, effort
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


@pytest.mark.parametrize(("name", "saves"), [("balanced", True), ("eco", False), ("full", False)])
def test_only_a_balanced_effort_depends_on_the_battery(tmp_path: Path, name: EffortName, saves: bool) -> None:
    battery = tmp_path / "BAT0"
    battery.mkdir()
    (battery / "type").write_text("Battery\n")
    settings = Settings(effort=name)
    unplugged = effort("eco" if saves else name, available_cores())
    for state, expected in (("Discharging", unplugged), ("Charging", effort(name, available_cores()))):
        (battery / "status").write_text(f"{state}\n")
        assert effort_of(settings, tmp_path) == expected
        assert upkeep_of(settings, expected).niceness == expected.niceness
