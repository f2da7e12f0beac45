"""The second opinion on a finding: what is heard, and when it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smallsense.engine.questions import Choice, Choose
from smallsense.engine.trust import CONSTANT, Trust
from smallsense.skills.finding import Finding
from smallsense.skills.opinion import MOST, Opinion, decides, heard
from smallsense.text.span import Span

EVIDENCE = "likelier"
OPINION = Opinion("model", Choose("", ("a", "b")), EVIDENCE)


def finding(opinion: Opinion | None = OPINION) -> Finding:
    return Finding(Span(0, 1), "message", 0.5, "agreement", opinion=opinion)


def test_what_is_heard_is_how_much_likelier_the_first_candidate_is() -> None:
    evidence = dict(heard(finding(), Choice((0.8, 0.2))).evidence)
    assert evidence[EVIDENCE] == pytest.approx(1.386, abs=1e-3)


def test_certainty_counts_no_more_than_the_most() -> None:
    assert dict(heard(finding(), Choice((0.0, 1.0))).evidence)[EVIDENCE] == -MOST


def test_without_an_answer_the_finding_is_as_it_was() -> None:
    assert heard(finding(), None) == finding(None)


def test_an_opinion_matters_only_where_it_may_tip_the_balance() -> None:
    trust = Trust(weights={CONSTANT: 0.0, EVIDENCE: 0.1})
    assert decides(finding(), trust, 0.6)
    assert not decides(finding(), trust, 0.2)
    assert not decides(finding(), trust, 0.8)


def test_an_opinion_that_was_not_measured_decides_nothing() -> None:
    assert not decides(finding(), Trust(weights={CONSTANT: 0.0}), 0.5)


def test_a_finding_without_a_question_stands_as_it_is() -> None:
    assert not decides(finding(None), Trust(weights={EVIDENCE: 1.0}), 0.5)


def test_nobody_is_asked_for_an_answer_that_is_never_given() -> None:
    trust = Trust(weights={CONSTANT: 0.0, EVIDENCE: 1.0})
    cautious = replace(OPINION, least=-1.0, most=2.0)
    assert [decides(finding(cautious), trust, level) for level in (0.2, 0.3, 0.88, 0.89)] == [
        False,
        True,
        True,
        False,
    ]
