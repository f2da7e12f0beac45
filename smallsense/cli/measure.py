"""Measured values, as every measuring command prints them: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured value. `bar` is what it must reach, `ok` whether it did; None where there is no bar."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    ok: bool | None = None


def format_option(command: _Command) -> _Command:
    """Give a command the option `--format`, passed as `style`."""
    return click.option(
        "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True
    )(command)


def show(measures: Iterable[Measure], style: str) -> bool:
    """Print the measures as a "table" or as "json"; return whether no bar was missed."""
    listed = list(measures)
    if style == "json":
        click.echo(json.dumps([asdict(measure) for measure in listed], indent=2))
    else:
        _table(listed)
    return all(measure.ok is not False for measure in listed)


def _table(measures: list[Measure]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("name", box=None, header_style="bold")
    for title in ("value", "unit", "bar"):
        table.add_column(title, justify="left" if title == "unit" else "right")
    table.add_column("")
    verdicts = {True: "[green]ok[/]", False: "[red]missed[/]", None: ""}
    for one in measures:
        bar = "" if one.bar is None else f"{one.bar:g}"
        table.add_row(one.name, f"{one.value:,.4g}", one.unit, bar, verdicts[one.ok])
    Console().print(table)
