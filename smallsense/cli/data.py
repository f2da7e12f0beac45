"""Where the data of measurements lies: it is not part of the project, and commands skip what they miss."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from smallsense.cli.measure import Skipped

_Command = TypeVar("_Command", bound=Callable[..., Any])

BESIDE_CHECKOUT = Path("../shared/data")

RECIPE = Path("models/recipes/grammar.toml")
"""Says which sources of clean sentences trained nothing."""

MEASURED_CLEAN = 3000
"""The first so many withheld clean sentences are measured on; what calibrates are others."""


def data_option(command: _Command) -> _Command:
    """Give a command the option `--data`: the folder of the development data, passed as `data: Path`."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="SMALLSENSE_DATA",
        default=BESIDE_CHECKOUT,
        show_default=True,
        help="Folder of the development data (or SMALLSENSE_DATA).",
    )(command)


def work_option(command: _Command) -> _Command:
    """Give a command the option `--work`: the folder of what it fetches and remembers, as `work: Path`."""
    return click.option(
        "--work",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("build/eval/nullness"),
        show_default=True,
        help="Folder of fetched packages and remembered answers.",
    )(command)


def needed(path: Path) -> Path:
    """The `path` of development data that must be there.

    Raises:
        Skipped: it is not.
    """
    if not path.exists():
        raise Skipped(f"no development data at {path}; name its folder with --data or SMALLSENSE_DATA")
    return path
