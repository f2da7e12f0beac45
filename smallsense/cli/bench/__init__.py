"""`smallsense bench`: measure the engine, and compare it in the same run with the plain way of doing it."""

from __future__ import annotations

import click

from smallsense.cli.lazy import LazyGroup

_BENCHES = {
    "keystroke": "Type in documents of 1,000 to 50,000 words: what is asked, and what does it cost?",
    "revise": "Compare Revise with plain greedy decoding: same text? how much faster?",
}


@click.group(cls=LazyGroup, package=__name__, summaries=_BENCHES)
def bench() -> None:
    """Measure the speed and faithfulness of the engine."""
