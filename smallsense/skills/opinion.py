"""A second opinion on a finding: a question to a model whose answer is evidence for it, or against."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smallsense.engine.questions import Answer, Choice, Choose
from smallsense.engine.trust import Trust

if TYPE_CHECKING:
    from smallsense.skills.finding import Finding

MOST = 10.0
"""Nats either way; beyond them an answer says no more."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is asked of the weights of `model`: which of two candidates? The first speaks for the finding.

    The calibration knows the log-odds of the first, in nats, by the name `evidence`. The odds are hardly ever
    less than `least` where all else speaks for the finding, or more than `most` where all else speaks against
    it: then nobody is asked.
    """

    model: str
    question: Choose
    evidence: str
    least: float = -MOST
    most: float = MOST


def decides(finding: Finding, trust: Trust, threshold: float) -> bool:
    """Whether the opinion, once heard, may decide that a finding is at least as sure as `threshold`."""
    opinion = finding.opinion
    if opinion is None or opinion.evidence not in trust.weights:
        return False
    least, most = sorted(
        trust.confidence(finding.confidence, (*finding.evidence, (opinion.evidence, value)))
        for value in (opinion.least, opinion.most)
    )
    return least < threshold <= most


def heard(finding: Finding, answer: Answer | None) -> Finding:
    """The finding with the answer as evidence, and nothing left to ask; without it where there was none."""
    told = said(finding.opinion, answer) if finding.opinion is not None else ()
    return replace(finding, opinion=None, evidence=(*finding.evidence, *told))


def said(opinion: Opinion, answer: Answer | None) -> tuple[tuple[str, float], ...]:
    """The evidence in an answer; none where there was none."""
    if not isinstance(answer, Choice) or len(answer.probabilities) != 2:
        return ()
    first, second = (math.log(max(one, 1e-9)) for one in answer.probabilities)
    return ((opinion.evidence, max(-MOST, min(MOST, first - second))),)
