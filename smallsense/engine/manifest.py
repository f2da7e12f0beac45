"""The manifests: which models there are, which skill runs on which, and how far it may be trusted."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import smallsense
from smallsense.engine.engine import EngineError
from smallsense.engine.trust import DEFAULT_LEVELS, SENSITIVITIES, Levels, Trust, read_trust

NAME = "models.toml"
"""What a manifest is called, in the project's folder and in the user's."""


@dataclass(frozen=True, slots=True)
class Base:
    """A base model: a file inside a package, and the quantization it is served in.

    `size` (bytes) and `sha256` are those of the file as shipped, `context` is in tokens.
    """

    name: str
    requirement: str
    member: str
    sha256: str
    size: int
    license: str
    quantization: str
    context: int


@dataclass(frozen=True, slots=True)
class SkillModel:
    """What one skill runs on: a base and perhaps an adapter, a path below the `folder` of its manifest.

    `thresholds` maps each sensitivity to the least confidence shown; the file `calibration`, below the same
    folder, replaces them by what was `measured` with this adapter. `score` is a measured result for people.
    """

    name: str
    base: str
    folder: Path = Path()
    adapter: str | None = None
    sha256: str = ""
    size: int = 0
    license: str = ""
    thresholds: Levels = field(default_factory=lambda: DEFAULT_LEVELS)
    calibration: str | None = None
    score: str = ""
    measured: Trust | None = None

    @property
    def trust(self) -> Trust:
        """What was measured, or else the thresholds."""
        return self.measured or Trust(self.thresholds)


def own_folder() -> Path:
    """Where the project's own manifest is."""
    package = Path(smallsense.__file__).parent
    # An installed wheel carries the folder inside the package, a checkout beside it.
    inside = package / "models"
    return inside if (inside / NAME).exists() else package.parent / "models"


def read_manifest(folder: Path, bases: dict[str, Base], skills: dict[str, SkillModel]) -> str:
    """Add what the manifest in `folder` says to `bases` and `skills`; return the default base it names.

    Raises:
        EngineError: it is missing or makes no sense.
    """
    manifest = folder / NAME
    try:
        data = tomllib.loads(manifest.read_text("utf-8"))
        bases |= {name: Base(name=name, **entry) for name, entry in data.get("bases", {}).items()}
        skills |= {name: _skill(name, entry, folder, bases) for name, entry in data.get("skills", {}).items()}
        default_base = data.get("default_base", "")
        if (default_base or not bases) and default_base not in bases:
            raise ValueError(f"the default base {default_base!r} is unknown")
        return default_base
    except OSError as error:
        raise EngineError(f"cannot read {manifest} ({error.strerror}): reinstall smallsense") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, TypeError, ValueError) as error:
        raise EngineError(f"{manifest} makes no sense ({error}): mend it, or reinstall smallsense") from error


def _skill(name: str, entry: Mapping[str, Any], folder: Path, bases: Mapping[str, Base]) -> SkillModel:
    skill = SkillModel(name=name, folder=folder, **entry)
    if skill.base not in bases:
        raise ValueError(f"skill {name} names the unknown base {skill.base!r}")
    if set(skill.thresholds) != set(SENSITIVITIES):
        raise ValueError(f"skill {name} needs thresholds for {', '.join(SENSITIVITIES)}")
    try:
        return replace(skill, measured=read_calibration(skill))
    except (OSError, ValueError):
        return skill  # thresholds remain; `verify` tells what is wrong


def read_calibration(skill: SkillModel) -> Trust | None:
    """What was measured with the adapter of `skill`; None where nothing was, or with another adapter.

    Raises:
        OSError, ValueError: the file cannot be read or makes no sense.
    """
    return read_trust(skill.folder / skill.calibration, skill.sha256) if skill.calibration else None
