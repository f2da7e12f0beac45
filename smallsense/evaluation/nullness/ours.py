"""Our own alarms: what structure proposes, and what a model makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from smallsense.engine.questions import Choice, Choose
from smallsense.evaluation.nullness.alarm import Alarm, surest
from smallsense.evaluation.nullness.document import Document, place_of
from smallsense.skills.nullness import judge
from smallsense.skills.nullness.analysis import suspects_of
from smallsense.skills.nullness.flow import Suspect
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes

Answers = Callable[[Sequence[Choose]], Mapping[Choose, Choice]]
"""Answers questions, wherever it has the answers from."""

Confidence = Callable[[Scope, Suspect, Choice], float]


@dataclass(frozen=True, eq=False)
class Candidate:
    """A suspect of a document, the scope it was found in, and what a model is asked about it."""

    document: Document
    scope: Scope
    suspect: Suspect
    question: Choose


def candidates(document: Document) -> list[Candidate]:
    """Return what structure proposes: the suspects of every scope that the skill looks at."""
    return [
        Candidate(document, scope, suspect, judge.question(scope, suspect))
        for kind in ("function", "module")
        for scope in scopes(document.snapshot, kind)
        for suspect in suspects_of(scope)
    ]


def unjudged(proposed: Iterable[Candidate]) -> tuple[Alarm, ...]:
    """Every candidate is an alarm, each as sure as the next."""
    return surest(Alarm(place_of(one.suspect.dereference)) for one in proposed)


def judged(
    proposed: Sequence[Candidate], answers: Mapping[Choose, Choice], confidence: Confidence
) -> tuple[Alarm, ...]:
    """Every candidate is an alarm, as sure as `confidence` makes of the model's answer."""
    return surest(
        Alarm(place_of(one.suspect.dereference), confidence(one.scope, one.suspect, answers[one.question]))
        for one in proposed
    )


def plain(scope: Scope, suspect: Suspect, choice: Choice) -> float:
    """What the model says, and nothing else."""
    return choice.probabilities[0]
