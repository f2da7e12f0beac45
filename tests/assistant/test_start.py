from pathlib import Path

import pytest

from smallsense.assistant.settings import Settings
from smallsense.assistant.start import effort_of, upkeep_of
from smallsense.engine.effort import EffortName, available_cores, effort


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
