"""`smallsense train`: make an adapter, or go on from one with pairs of your own."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import click

from smallsense.cli.data import data_option
from smallsense.cli.main import Failure

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("skill")
@click.option("--recipe", type=_FILE, required=True, help="The recipe to follow (see models/recipes/).")
@data_option
@click.option("--folder", type=_FOLDER, help="Where checkpoints, log and adapter go [default: build/SKILL].")
@click.option("--cache", type=_FOLDER, help="Where tokenized data goes [default: the folder].")
@click.option("--start", type=_FILE, help="An adapter to go on from.")
@click.option("--minutes", type=float, help="Stop after so long; --resume goes on [default: until done].")
@click.option("--resume", is_flag=True, help="Take up the checkpoint in the folder.")
@click.option("--compile/--no-compile", "compiled", default=True, help="Compile the model first: faster.")
@click.option("--export", type=_FILE, help="Train nothing: write the last checkpoint's adapter to this file.")
def train(
    skill: str,
    recipe: Path,
    data: Path,
    folder: Path | None,
    cache: Path | None,
    start: Path | None,
    minutes: float | None,
    resume: bool,
    compiled: bool,
    export: Path | None,
) -> None:
    """Train the adapter of SKILL against the base weights it is served with, or what else its recipe says."""
    folder = folder or Path("build") / skill
    if _structural(recipe):
        _learn_structure(recipe, data, folder)
        return
    try:
        from smallsense.training import train as training
        from smallsense.training.recipe import RecipeError
        from smallsense.training.rows import DataError
    except ModuleNotFoundError as error:
        raise Failure(f"training needs more: pip install 'smallsense[train]' ({error})") from error
    from smallsense.engine.catalog import Catalog

    base = Catalog.load().weights(skill).base
    try:
        if export:
            training.export(recipe, folder, export)
            return
        training.run(
            recipe,
            base,
            data,
            folder,
            minutes=math.inf if minutes is None else minutes,
            cache=cache,
            start=start,
            resume=resume,
            compiled=compiled,
        )
    except (RecipeError, DataError, ValueError, ArithmeticError, OSError) as error:
        raise Failure(str(error)) from error


def _structural(recipe: Path) -> bool:
    """Whether a recipe makes weights of a structural score, for which no model is needed."""
    try:
        return "structure" in tomllib.loads(recipe.read_text("utf-8"))
    except (OSError, ValueError):
        return False


def _learn_structure(recipe: Path, data: Path, folder: Path) -> None:
    from rich.console import Console

    from smallsense.training import structure
    from smallsense.training.rows import DataError

    console = Console()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        console.print(f"wrote {structure.run(recipe, data, folder, console)}")
    except (DataError, OSError) as error:
        raise Failure(str(error)) from error
