"""How much of the machine the model may take."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

EffortName = Literal["eco", "balanced", "full"]

POWER_SUPPLIES = Path("/sys/class/power_supply")


@dataclass(frozen=True, slots=True)
class Effort:
    """`threads` one pass of the model uses, and the `niceness` (0 to 19, added) of its process."""

    threads: int
    niceness: int


def effort(name: EffortName, cores: int, *, on_battery: bool = False, threads: int | None = None) -> Effort:
    """Return what `name` means on a machine of so many `cores`; `threads`, where given, overrides it.

    Balanced is all cores but one, which the editor needs; but both of two, for one alone is 1.7 times
    slower. On battery it is eco. Beside a busy program a niceness of 1 leaves the model 44 % of a core; 3, a
    third; 10, a tenth.
    """
    if name == "eco" or (name == "balanced" and on_battery):
        return Effort(threads or 1, 10)
    if name == "full":
        return Effort(threads or cores, 0)
    return Effort(threads or max(min(cores, 2), cores - 1), 1)


def available_cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def on_battery(supplies: Path = POWER_SUPPLIES) -> bool:
    """Whether the machine runs on its battery, as Linux tells; False where nothing is known.

    That is so when a battery that powers the system is being discharged and no mains supply is there: the
    battery of a mouse counts for nothing.
    """
    kinds = {supply: _read(supply / "type") for supply in supplies.glob("*")}
    # A battery may take milliseconds to tell its state: it is asked last, and only where that matters.
    if any(kind in ("Mains", "USB") and _read(supply / "online") == "1" for supply, kind in kinds.items()):
        return False
    return any(
        kind == "Battery"
        and _read(supply / "scope") != "Device"
        and _read(supply / "status") == "Discharging"
        for supply, kind in kinds.items()
    )


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
