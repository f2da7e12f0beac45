"""`smallsense calibrate grammar`: measure how far corrections may be trusted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smallsense.cli.data import MEASURED_CLEAN, RECIPE, data_option, needed
from smallsense.cli.main import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallsense.engine.trust import Trust
    from smallsense.evaluation.calibration import Judged
    from smallsense.evaluation.corrector import Answered

SKILL = "grammar"
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@data_option
@click.option("--adapter", type=_FILE, help="Calibrate this adapter [default: the one in models.toml].")
@click.option("--recipe", type=_FILE, default=RECIPE, show_default=True, help="Its recipe.")
@click.option("--rows", type=int, default=1200, show_default=True, help="Fixes of withheld repositories.")
@click.option("--clean", "clean_rows", type=int, default=2400, show_default=True, help="Clean sentences.")
@click.option(
    "--spoiled", "spoiled_rows", type=int, default=1000, show_default=True, help="Spoiled sentences."
)
@click.option(
    "--everyday", "everyday_rows", type=int, default=1800, show_default=True, help="Sentences of books."
)
@click.option("--out", type=_FILE, help="Write the calibration here [default: only show it].")
def grammar(
    data: Path,
    adapter: Path | None,
    recipe: Path,
    rows: int,
    clean_rows: int,
    spoiled_rows: int,
    everyday_rows: int,
    out: Path | None,
) -> None:
    """Measure confidence and thresholds of corrections, on text that the recipe of the adapter withheld.

    Fixes have one mistake, mostly; spoiled sentences have many, as learners make them. Of everyday sentences
    five in nine are spoiled as well, as people write in haste.

    The development split is not read: it stays what the result is measured on.
    """
    needed(data / "grammar" / "train.jsonl")
    from smallsense.cli.adapter import with_adapter
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.local import open_context, revising
    from smallsense.evaluation.calibration import (
        EVERYDAY,
        judge_clean,
        judge_fixed,
        judge_spoiled,
        write_trust,
    )
    from smallsense.evaluation.calibration import calibrate as fit
    from smallsense.evaluation.corrector import Reader, ask_all
    from smallsense.evaluation.samples import clean, everyday, spoiled, withheld_fixes
    from smallsense.skills.wording import MODEL
    from smallsense.training.recipe import RecipeError, read_recipe

    catalog = with_adapter(Catalog.load(), SKILL, adapter) if adapter else Catalog.load()
    try:
        rules = read_recipe(recipe).raw
    except RecipeError as error:
        raise Failure(str(error)) from error
    fixed = withheld_fixes(data, rules, rows)
    sentences = clean(data, rules, MEASURED_CLEAN + clean_rows + spoiled_rows)[MEASURED_CLEAN:]
    quiet, noisy = sentences[:clean_rows], spoiled(data, rules, sentences[clean_rows:])
    talk = everyday(data, rules, everyday_rows)
    left = 4 * len(talk) // 9
    calm, hasty = talk[:left], spoiled(data, rules, talk[left:], "hasty")
    with revising(catalog, SKILL) as contexts, closing(open_context(catalog, MODEL)) as plain:
        reader = Reader(plain, lambda finding: True)

        def asked(texts: Sequence[str]) -> Iterator[Answered]:
            return ask_all(contexts, texts, reader=reader)

        judged = judge_fixed(asked([one.source for one in fixed]), fixed)
        judged += judge_clean(asked(quiet), len(fixed), len(quiet))
        judged += judge_clean(asked(calm), EVERYDAY * len(hasty), len(calm), len(quiet))
        judged += judge_spoiled(asked([one.source for one in noisy]), noisy, len(fixed))
        judged += judge_spoiled(
            asked([one.source for one in hasty]), hasty, len(fixed) + len(noisy), EVERYDAY
        )
    trust, confidences = fit(judged, len(quiet) + len(calm))
    _show(judged, confidences, trust, len(quiet) + len(calm))
    if out:
        measured = (
            f"{len(fixed)} fixes, {len(noisy)} + {len(hasty)} spoiled, {len(quiet)} + {len(calm)} clean"
        )
        write_trust(out, SKILL, trust, catalog.skill(SKILL).sha256, measured)
        click.echo(f"wrote {out}")


def _show(judged: Sequence[Judged], confidences: Sequence[float], trust: Trust, clean: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from smallsense.engine.trust import SENSITIVITIES
    from smallsense.evaluation.calibration import alarms, reliability

    table = Table("confidence", "right", "share", "corrections", title="Reliability", box=None)
    for confidence, right, share, count in reliability(judged, confidences):
        table.add_row(f"{confidence:.2f}", f"{right:.2f}", f"{share:.0%}", str(count))
    Console().print(table)
    table = Table("rule", *SENSITIVITIES, "corrections", title="Least confidence shown", box=None)
    for rule, levels in sorted(trust.rules.items()):
        count = sum(one.rule == rule for one in judged)
        table.add_row(rule, *(f"{levels[name]:.2f}" for name in SENSITIVITIES), str(count))
    alarmed = (f"{alarms(judged, confidences, trust, name, clean):.0f}" for name in SENSITIVITIES)
    table.add_row("clean sentences in 1,000 with any", *alarmed, "")
    Console().print(table)
