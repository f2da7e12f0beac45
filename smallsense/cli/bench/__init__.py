"""`smallsense bench`: measure the engine, and compare it in the same run with the plain way of doing it."""

from __future__ import annotations

import click

from smallsense.cli.lazy import LazyGroup

_BENCHES = {
    "contention": "Ask alone, and beside an endless loop on every core: how much slower are the answers?",
    "memory": "Use all skills of a real server, then none: how much memory is it? How soon does it answer?",
    "cancel": "Cancel at any moment, and complete in the middle of a long check: who waits how long?",
    "choose": "Choose among 8 candidates in a scope of 400 tokens: faster than 8 prompts? the same answer?",
    "completion": "Replay recorded typing: how soon is a completion there, and how much is read again?",
    "keystroke": "Type in documents of 1,000 to 50,000 words: what is asked, and what does it cost?",
    "nullness": "Check modules of 500 lines for missing guards, at first and after every keystroke.",
    "soak": "Kill the model, cancel and edit: is anything lost, stale or leaking?",
    "revise": "Compare Revise with plain greedy decoding: same text? how much faster?",
}


@click.group(cls=LazyGroup, package=__name__, summaries=_BENCHES)
def bench() -> None:
    """Measure the speed and faithfulness of the engine."""
