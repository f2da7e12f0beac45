"""`smallsense eval spans`: is what must stay left alone in real text?"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from smallsense.cli.measure import Measure, measuring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallsense.engine.context import Context

FEWEST = 0.5
"""With a smaller share of the texts wanted, nothing is measured."""


@click.command()
@click.option("--texts", type=int, default=2000, show_default=True, help="So many paragraphs, and comments.")
@click.option("--asked", type=int, default=2000, show_default=True, help="So many of each go to the model.")
@measuring
def spans(texts: int, asked: int) -> list[Measure]:
    """Correct real paragraphs and comments: no code span, address or identifier may change."""
    from smallsense.engine.catalog import Catalog
    from smallsense.engine.local import revising

    with revising(Catalog.load(), "grammar") if asked else nullcontext([]) as contexts:
        return _measure(contexts, texts, asked)


def _measure(contexts: Sequence[Context], texts: int, asked: int) -> list[Measure]:
    """Corrections by an adversary, and by the model where there are contexts for it."""
    from smallsense.evaluation.spans import ask, attack, comments, paragraphs

    measures: list[Measure] = []
    for name, found in (("paragraphs", paragraphs(texts)), ("comments", comments(texts))):
        if len(found) < FEWEST * texts:
            click.echo(f"SKIPPED: only {len(found)} {name} with code in them on this machine", err=True)
            continue
        measures.append(Measure(f"{name} read", len(found), "texts", texts, len(found) >= texts))
        outcomes = [("an adversary", attack(found))]
        if contexts:
            outcomes.append(("the model", ask(contexts, found[:asked])))
        for who, outcome in outcomes:
            for before, after in outcome.changed[:10]:
                click.echo(f"CHANGED by {who}:\n- {before}\n+ {after}", err=True)
            measures.append(Measure(f"{name}: corrections of {who}", outcome.attacks, ""))
            changed = len(outcome.changed)
            measures.append(Measure(f"{name} changed by {who}", changed, "texts", 0, changed == 0))
    return measures
