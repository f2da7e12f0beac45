"""What the model is asked about a suspect, and what its answer is worth."""

from __future__ import annotations

import math

from smallsense.engine.questions import Choice, Choose
from smallsense.skills.nullness.flow import Suspect
from smallsense.skills.nullness.syntax import line_of, text_of
from smallsense.text.scope import Scope

MAX_CONTEXT = 2400
"""Characters of code the model may see."""

VERDICTS = (" Yes", " No")
"""The candidates: the use fails when the value is missing, or it cannot be missing there."""

MODEL_WEIGHT = 0.25
"""How much the model's odds count against the structure's. Small while the model is untrained for this."""

TEST_WEIGHT = 0.3
"""A test is meant to fail where a value is missing: what is found in one matters less."""


def question(scope: Scope, suspect: Suspect) -> Choose:
    """Ask about one suspect. The code comes first, so that all questions about a scope share it."""
    value = suspect.dereference.value
    first = scope.snapshot.line_column(scope.span.start)[0]
    row = value.start_point.row - first
    shown, shown_row = _bounded(scope.text.splitlines(), row, suspect.origin.line - 1 - first)
    name = " ".join(text_of(value).split())[:80]
    place = f"line {shown_row + 1}, column {value.start_point.column + 1}"
    asked = f"Question: can `{name}` be {suspect.origin.missing} where it is used on {place}?"
    return Choose(f"{shown}\n\n{asked}\nAnswer:", VERDICTS)


def confidence(scope: Scope, suspect: Suspect, choice: Choice) -> float:
    """Return the probability in [0, 1] that the use is a mistake: the prior odds, moved by the model's."""
    prior = suspect.origin.prior * (TEST_WEIGHT if _in_test(scope) else 1)
    judged = min(max(choice.probabilities[0], 0.02), 0.98)
    odds = math.log(prior / (1 - prior)) + MODEL_WEIGHT * math.log(judged / (1 - judged))
    return 1 / (1 + math.exp(-odds))


def line(suspect: Suspect) -> int:
    """The line of the use, counted from 1."""
    return line_of(suspect.dereference.value)


def _in_test(scope: Scope) -> bool:
    name = scope.snapshot.uri.rpartition("/")[2]
    in_file = name.startswith("test_") or any(
        mark in name for mark in ("_test.", ".test.", ".spec.", "conftest.")
    )
    return in_file or scope.name.startswith("test") or "/tests/" in scope.snapshot.uri


def _bounded(lines: list[str], row: int, origin_row: int) -> tuple[str, int]:
    """The lines as far as they fit, and the row of the use among them.

    What does not fit is left out in the middle: the head, the origin and the lines before the use stay.
    """
    if sum(len(line) + 1 for line in lines) <= MAX_CONTEXT or not 0 <= row < len(lines):
        return "\n".join(lines)[:MAX_CONTEXT], row
    wanted = {row}
    room = MAX_CONTEXT - len(lines[row])
    near = [row - 1, row + 1, *range(4), *range(max(origin_row - 1, 0), origin_row + 3)]
    for candidate in [*near, *range(row - 1, row - 60, -1), *range(row + 1, row + 10)]:
        if 0 <= candidate < len(lines) and candidate not in wanted:
            room -= len(lines[candidate]) + 1
            if room < 0:
                break
            wanted.add(candidate)
    shown: list[str] = []
    shown_row = 0
    previous = -1
    for number in sorted(wanted):
        if number != previous + 1:
            shown.append("...")
        if number == row:
            shown_row = len(shown)
        shown.append(lines[number][:MAX_CONTEXT])
        previous = number
    return "\n".join(shown), shown_row
