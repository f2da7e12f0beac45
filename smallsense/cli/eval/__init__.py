"""`smallsense eval`: how good a skill is, one module per evaluation."""

from __future__ import annotations

import click

from smallsense.cli.lazy import LazyGroup

_EVALUATIONS = {
    "fixes": "Put the guards that the null check offers into real code: does it parse, is the finding gone?",
    "grammar": "Measure the corrections beside those of other checkers.",
    "narrowing": "Run the null check over the narrowing tests of type checkers: is it silent where they are?",
    "nullness": "Measure the missing guards found, beside those that type checkers find.",
    "spans": "Correct real paragraphs and comments: no code span, address or identifier may change.",
}


@click.group(cls=LazyGroup, package=__name__, summaries=_EVALUATIONS)
def eval() -> None:
    """Measure how good the skills are, on real data and beside their peers."""
