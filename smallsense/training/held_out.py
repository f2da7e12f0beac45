"""The packages that must not train, for false alarms are counted on them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from smallsense.training.rows import DataError


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


def refuse_held_out(path: Path, names: Iterable[str]) -> None:
    """Refuse a recipe, the file `path`, that names a package which must not train.

    Raises:
        DataError: it does.
    """
    kept = {package.name for package in held_out()}
    for name in names:
        if name in kept:
            raise DataError(f"{path}: {name} is kept to count false alarms and must not train")
