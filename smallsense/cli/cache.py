"""`smallsense cache`: the answers kept from one session to the next."""

from __future__ import annotations

import click

from smallsense.assistant.store import AnswerStore, default_path
from smallsense.cli.main import Failure


@click.group()
def cache() -> None:
    """Look at the answers kept on disk, or delete them."""


@cache.command()
def path() -> None:
    """Print where they are, and how many megabytes they take."""
    file = default_path()
    size = file.stat().st_size / 2**20 if file.exists() else 0.0
    click.echo(f"{file} ({size:.1f} MB)")


@cache.command()
def clear() -> None:
    """Delete them."""
    file = default_path()
    there = file.exists()
    AnswerStore(file, lambda: 0).clear()
    if file.exists():
        raise Failure(f"{file} cannot be deleted: mend its permissions")
    click.echo(f"deleted {file}" if there else f"there is nothing at {file}")
