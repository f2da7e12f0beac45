"""The packages that must not train, for false alarms are counted on them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Literal


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a registry, with exact version and license; its sources lie in its folder `below`."""

    registry: Literal["pypi", "npm"]
    name: str
    version: str
    license: str
    below: str


def held_out() -> tuple[Package, ...]:
    """Return the packages that `held_out.toml` lists."""
    text = resources.files("smallsense.training").joinpath("held_out.toml").read_text("utf-8")
    return tuple(Package(**one) for one in tomllib.loads(text)["packages"])
