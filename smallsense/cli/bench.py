"""`smallsense bench`: measure the engine."""

from __future__ import annotations

import click


@click.group()
def bench() -> None:
    """Measure the speed and faithfulness of the engine."""
