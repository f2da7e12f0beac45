"""`smallsense eval grammar`: corrections measured beside those of other checkers."""

from __future__ import annotations

from pathlib import Path

import click

from smallsense.cli.data import data_option, missing
from smallsense.cli.measure import format_option, show


@click.command()
@data_option
@format_option
def grammar(data: Path, style: str) -> None:
    """Measure the corrections beside those of other checkers."""
    if missing(data / "grammar" / "dev.jsonl"):
        if style == "json":
            show([], style)
        return
    raise click.ClickException("there is nothing to measure yet")
