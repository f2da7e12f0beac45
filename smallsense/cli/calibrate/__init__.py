"""`smallsense calibrate`: how far the findings of a skill may be trusted, one module per skill."""

from __future__ import annotations

import click

from smallsense.cli.lazy import LazyGroup

_SKILLS = {
    "grammar": "Measure confidence and thresholds of corrections.",
    "nullness": "Measure what the model's verdict on a missing guard is worth, and thresholds.",
}


@click.group(cls=LazyGroup, package=__name__, summaries=_SKILLS)
def calibrate() -> None:
    """Measure how far the findings of a skill may be trusted, on data that trained nothing."""
