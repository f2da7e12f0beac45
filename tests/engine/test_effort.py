from __future__ import annotations

from pathlib import Path

import pytest

from smallsense.engine.effort import Effort, EffortName, effort, on_battery


@pytest.mark.parametrize(
    ("name", "cores", "battery", "expected"),
    [
        ("eco", 8, False, Effort(1, 10)),
        ("balanced", 8, False, Effort(7, 1)),
        ("balanced", 2, False, Effort(2, 1)),
        ("balanced", 1, False, Effort(1, 1)),
        ("balanced", 8, True, Effort(1, 10)),
        ("full", 8, False, Effort(8, 0)),
        ("full", 8, True, Effort(8, 0)),
    ],
)
def test_effort_is_threads_and_niceness(
    name: EffortName, cores: int, battery: bool, expected: Effort
) -> None:
    assert effort(name, cores, on_battery=battery) == expected


def test_threads_that_the_user_set_stand() -> None:
    assert effort("eco", 8, threads=3) == Effort(3, 10)
    assert effort("full", 8, threads=3) == Effort(3, 0)


def supply(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for file, text in files.items():
        (folder / name / file).write_text(text + "\n")


def test_a_discharging_battery_without_mains_is_on_battery(tmp_path: Path) -> None:
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert on_battery(tmp_path)


def test_mains_count_more_than_a_battery(tmp_path: Path) -> None:
    supply(tmp_path, "AC", type="Mains", online="1")
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert not on_battery(tmp_path)


def test_the_battery_of_a_device_counts_for_nothing(tmp_path: Path) -> None:
    supply(tmp_path, "hid", type="Battery", status="Discharging", scope="Device")
    assert not on_battery(tmp_path)
    assert not on_battery(tmp_path / "nothing")


@pytest.mark.parametrize("state", ["Charging", "Full", "Not charging", "Unknown"])
def test_a_battery_that_is_not_discharged_is_no_reason_to_save(tmp_path: Path, state: str) -> None:
    supply(tmp_path, "BAT0", type="Battery", status=state)
    assert not on_battery(tmp_path)


def test_a_second_battery_that_is_discharged_counts(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Full")
    supply(tmp_path, "BAT1", type="Battery", status="Discharging", scope="System")
    assert on_battery(tmp_path)


def test_power_by_usb_is_mains(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    supply(tmp_path, "usb", type="USB", online="1")
    assert not on_battery(tmp_path)


def test_supplies_that_tell_rubbish_or_nothing_are_passed_over(tmp_path: Path) -> None:
    supply(tmp_path, "empty")
    supply(tmp_path, "odd", type="Sun", online="1")
    supply(tmp_path, "BAT0", type="Battery")
    (tmp_path / "bytes").mkdir()
    (tmp_path / "bytes" / "type").write_bytes(b"\xff\xfe")
    (tmp_path / "folder" / "type").mkdir(parents=True)
    (tmp_path / "file").write_text("Battery")
    assert not on_battery(tmp_path)
    supply(tmp_path, "BAT1", type="Battery", status="Discharging")
    assert on_battery(tmp_path)
