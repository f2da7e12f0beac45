"""Measured values, as every measuring command prints them: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import wraps
from typing import IO, Any

import click


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured value. `bar` is what it must reach, `ok` whether it did; None where there is no bar."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    ok: bool | None = None


class Skipped(click.ClickException):
    """A measurement that cannot be made here: said loudly, and no failure. The message says why."""

    exit_code = 0

    def show(self, file: IO[Any] | None = None) -> None:
        """See `click.ClickException.show`."""
        click.echo(f"SKIPPED: {self.format_message()}", file=file, err=file is None)


def measuring(command: Callable[..., Iterable[Measure]]) -> Callable[..., None]:
    """Make a command of what returns measures: it gets `--format`, prints them, and fails on a missed bar."""

    @format_option
    @wraps(command)
    def shown(style: str, **options: Any) -> None:
        if not show(command(**options), style):
            raise SystemExit(1)

    return shown


def format_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option `--format`, passed as `style`; what reads it as JSON always gets a list."""

    @wraps(command)
    def formatted(style: str, **options: Any) -> None:
        try:
            command(style=style, **options)
        except Skipped:
            if style == "json":
                show([], style)
            raise

    return click.option(
        "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True
    )(formatted)


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
