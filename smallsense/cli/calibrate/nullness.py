"""`smallsense calibrate nullness`: measure how far missing guards may be trusted."""

from __future__ import annotations

from pathlib import Path

import click

from smallsense.cli.data import data_option, needed, work_option
from smallsense.cli.main import Failure

SKILL = "nullness"
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@data_option
@work_option
@click.option("--adapter", type=_FILE, help="Calibrate this adapter [default: the one in models.toml].")
@click.option(
    "--recipe",
    type=_FILE,
    default=Path("models/recipes/nullness.toml"),
    show_default=True,
    help="Its recipe.",
)
@click.option("--lines", type=int, default=1000, show_default=True, help="Lines of each released package.")
@click.option("--out", type=_FILE, help="Write the calibration here [default: only show it].")
def nullness(
    data: Path, work: Path, adapter: Path | None, recipe: Path, lines: int, out: Path | None
) -> None:
    """Measure what the model's verdict on a missing guard is worth beside the score, and thresholds.

    On mended functions of repositories that the recipe holds out, by a score learned anew without them, and
    on released code out of which guards were taken for training, as it is.

    The development split is not read: it stays what the result is measured on.
    """
    needed(data / "nullness" / "fixes-train.jsonl")
    from rich.console import Console

    from smallsense.cli.adapter import with_adapter
    from smallsense.cli.answers import remembered
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.trust import Trust
    from smallsense.evaluation.calibration import write_trust
    from smallsense.evaluation.nullness.calibration import calibrate, report
    from smallsense.training.recipe import RecipeError, read_recipe
    from smallsense.training.rows import DataError
    from smallsense.training.structure import read_plan

    catalog = with_adapter(Catalog.load(), SKILL, adapter) if adapter else Catalog.load()
    try:
        rules = read_recipe(recipe).raw["data"]
        plan = read_plan(recipe.parent / rules["released"])
        measured = calibrate(
            data,
            plan,
            rules["held_out_percent"],
            work,
            lines,
            lambda questions: remembered(catalog, SKILL, questions, work),
            Console(),
        )
    except (RecipeError, DataError) as error:
        raise Failure(str(error)) from error
    for line in report(measured, plan.alarms):
        click.echo(line)
    if out:
        uses = len(measured.heard.mended)
        said = f"{uses} uses in mended functions, {measured.lines:.0f} kLOC of released code"
        trust = Trust(measured.levels, weights=measured.weights)
        write_trust(out, SKILL, trust, catalog.skill(SKILL).sha256, said)
        click.echo(f"wrote {out}")
