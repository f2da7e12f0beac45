"""What the model sees of a candidate: a piece of its function, then the line it stands on up to the value."""

from __future__ import annotations

import math

from smallsense.engine.questions import Choose
from smallsense.skills.nullness.suspect import Suspect
from smallsense.skills.nullness.syntax import text_of
from smallsense.skills.opinion import Opinion
from smallsense.text.scope import Scope

MAX_CONTEXT = 1000
"""Characters of code in one piece; a longer function is cut into several."""

OVERLAP = 240
"""So many characters before a piece are shown with it."""

VERDICTS = (" yes", " no")
"""Whether the value may be missing there and wants a guard. Each is a single token."""

EVIDENCE, SCORE = "missing by the code", "missing by the score"
"""How a calibration knows the model's verdict, and the log-odds of the score that it is weighed against."""

DOUBT = 0.2
"""The least confidence of the score at which the model is asked.

Below, its word orders what only the eager see, and no better than the score does."""

LEAST, MOST = -1.3, 1.9
"""The log-odds of yes, in nats, are outside once in ten times: once in twenty on either side."""


def evidence(scope: Scope, confidence: float) -> tuple[tuple[str, float], ...]:
    """What a calibration weighs of a suspect in which the score has this `confidence`, beside the verdict.

    Nothing was measured outside functions.
    """
    sure = min(max(confidence, 1e-3), 1 - 1e-3)
    return ((SCORE, math.log(sure / (1 - sure))),) if scope.kind == "function" else ()


def opinion(scope: Scope, suspect: Suspect, confidence: float) -> Opinion | None:
    """What to hear of a suspect in which the score has this `confidence`; the model knows functions only."""
    if scope.kind != "function" or confidence < DOUBT:
        return None
    return Opinion("nullness", question(scope, suspect), EVIDENCE, LEAST, MOST)


def question(scope: Scope, suspect: Suspect) -> Choose:
    """Ask about one candidate. The code comes first: all questions about a piece share it."""
    return Choose(context(scope, suspect) + mark(scope, suspect), VERDICTS)


def context(scope: Scope, suspect: Suspect) -> str:
    """The piece of code that holds the candidate, without the indentation that all of it shares."""
    row, column = scope.snapshot.line_column(scope.span.start)
    lines = [_dedented(line, column) for line in scope.text.splitlines()]
    wanted = suspect.dereference.value.start_point.row - row
    sizes = [len(line) + 1 for line in lines]
    if sum(sizes) <= MAX_CONTEXT:
        return "\n".join(lines).rstrip()
    start = size = 0
    for number, length in enumerate(sizes):
        if size + length > MAX_CONTEXT - OVERLAP and number > start:
            if number > wanted:
                lines, sizes = lines[:number], sizes[:number]
                break
            start, size = number, 0
        size += length
    before, room = start, OVERLAP
    while before > 0 and sizes[before - 1] <= room:
        before -= 1
        room -= sizes[before]
    head = [lines[0], "..."] if before > 0 else []
    return "\n".join(line[:MAX_CONTEXT] for line in [*head, *lines[before:]]).rstrip()


def mark(scope: Scope, suspect: Suspect) -> str:
    """The line of the candidate, up to and with the value, and the question about it."""
    value = suspect.dereference.value
    source = scope.snapshot.source
    start = source.rfind(b"\n", 0, value.start_byte) + 1
    lead = source[max(start, scope.span.start) : value.start_byte].decode("utf-8", "replace").lstrip()
    name = " ".join(text_of(value).split())
    return f"\n\n>>> {lead[-40:]}{name[:60]}\n>>> missing?"


def _dedented(line: str, column: int) -> str:
    indent = len(line) - len(line.lstrip())
    return line[min(indent, column) :].rstrip()
