"""Our own alarms: what structure proposes, what the score makes of it, and what a bare model would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smallsense.engine.questions import Choice, Choose
from smallsense.engine.trust import Trust
from smallsense.evaluation.nullness.alarm import Alarm, surest
from smallsense.evaluation.nullness.document import Document, place_of
from smallsense.skills.nullness import FLOOR, prompt
from smallsense.skills.nullness.judge import judgments
from smallsense.skills.nullness.suspect import Suspect
from smallsense.skills.opinion import Opinion, said
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes


@dataclass(frozen=True, eq=False)
class Candidate:
    """A suspect of a document, the scope it was found in, and how likely it is held to be a mistake."""

    document: Document
    scope: Scope
    suspect: Suspect
    confidence: float

    @property
    def question(self) -> Choose:
        """What a model would be asked about it."""
        return prompt.question(self.scope, self.suspect)

    @property
    def opinion(self) -> Opinion | None:
        """What the skill would hear about it; None where it is not worth a question."""
        return prompt.opinion(self.scope, self.suspect, self.confidence)


def candidates(document: Document) -> list[Candidate]:
    """Return what structure proposes in every scope that the skill looks at."""
    return [
        Candidate(document, scope, judgment.suspect, judgment.confidence)
        for kind in ("function", "module")
        for scope in scopes(document.snapshot, kind)
        for judgment in judgments(scope)
    ]


def unjudged(proposed: Iterable[Candidate]) -> tuple[Alarm, ...]:
    """Every candidate is an alarm, each as sure as the next."""
    return surest(Alarm(place_of(one.suspect.dereference)) for one in proposed)


def judged(
    proposed: Iterable[Candidate], answers: Mapping[Choose, Choice], trust: Trust
) -> tuple[Alarm, ...]:
    """Every candidate is an alarm, as sure as the skill is once it has heard these answers."""
    return surest(
        Alarm(place_of(one.suspect.dereference), _confidence(one, answers, trust)) for one in proposed
    )


def _confidence(candidate: Candidate, answers: Mapping[Choose, Choice], trust: Trust) -> float:
    if candidate.confidence < FLOOR:
        return candidate.confidence
    opinion = candidate.opinion
    told = said(opinion, answers.get(opinion.question)) if opinion is not None else ()
    return trust.confidence(
        candidate.confidence, (*prompt.evidence(candidate.scope, candidate.confidence), *told)
    )


def asked(proposed: Sequence[Candidate], answers: Mapping[Choose, Choice]) -> tuple[Alarm, ...]:
    """Every candidate is an alarm, as sure as a model is that a guard is wanted."""
    return surest(
        Alarm(place_of(one.suspect.dereference), answers[one.question].probabilities[0]) for one in proposed
    )
