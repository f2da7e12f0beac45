"""`smallsense bench soak`: hours of a bad day in minutes, against a real server process.

The model's process is killed again and again, most requests are cancelled, and documents change all the time.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence

import click

from smallsense.cli.bench.editor import Editor
from smallsense.cli.measure import Measure, measuring

MEMORY_GROWTH, MORE_FILES = 1.2, 8
"""From a fifth of the way on, the server may grow by so much and open so many more files."""

_BURST = 100
"""After so many requests the documents are left alone for a moment."""

_CATCH_UP = 300.0
"""Seconds for kills that found no process at work to be made up for."""


@click.command()
@click.option("--requests", type=click.IntRange(min=100), default=10_000, show_default=True)
@click.option("--kills", type=click.IntRange(min=0), default=100, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@measuring
def soak(requests: int, kills: int, seed: int) -> list[Measure]:
    """Kill the model's process, cancel requests and edit documents: is anything lost, stale or leaking?"""
    command = [sys.executable, "-m", "smallsense", "serve"]
    return soaked(command, requests, kills, seed)


def soaked(command: Sequence[str], requests: int, kills: int, seed: int) -> list[Measure]:
    """Let the server that `command` starts have it, and say how it fared."""
    editor = Editor(command)
    draw = random.Random(seed)
    try:
        early: tuple[int, int] | None = None
        killed, began = 0, time.monotonic()
        for number in range(requests):
            if number % _BURST == 0:
                editor.rest()
            if (number + 1) * kills // requests > killed:
                killed += editor.kill()
            if early is None and number > requests // 5:
                early = editor.load()
            while draw.random() < 0.3:
                editor.edit(draw)
            editor.ask(draw)
        deadline = time.monotonic() + _CATCH_UP
        while killed < kills and time.monotonic() < deadline:
            # On a busy machine the process was not at work yet at every turn; an edit has it started again.
            editor.edit(draw)
            editor.rest()
            killed += editor.kill()
        editor.settle()
        memory, files = editor.load()
        seconds = time.monotonic() - began
        lost = editor.lost()
        status = editor.close()
    finally:
        editor.process.kill()
        editor.process.wait()
    early = early or (memory, files)
    growth = memory / early[0] if early[0] else 1.0
    return [
        Measure("requests", editor.asked, ""),
        Measure("of them cancelled", editor.cancelled / editor.asked, "share"),
        Measure("edits of documents", editor.edits, ""),
        Measure("kills of the model's process", killed, "", kills, killed >= kills),
        Measure("minutes", seconds / 60, ""),
        Measure("answers with something to apply", editor.applicable, ""),
        Measure("deaths of the server", float(status != 0), "", 0, status == 0),
        Measure("requests without any answer", editor.unanswered, "", 0, editor.unanswered == 0),
        Measure("edits that fit no version they name", editor.stale, "", 0, editor.stale == 0),
        Measure("documents lost", lost, "", 0, lost == 0),
        Measure("resident memory, growth", growth, "ratio", MEMORY_GROWTH, growth <= MEMORY_GROWTH),
        Measure("more open files", files - early[1], "", MORE_FILES, files - early[1] <= MORE_FILES),
    ]
