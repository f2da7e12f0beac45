"""The second opinion on a correction: what is asked, what is heard, and when it matters."""

from __future__ import annotations

import pytest

from smallsense.engine.questions import Choice, Choose
from smallsense.engine.trust import CONSTANT, Trust
from smallsense.skills.finding import Finding
from smallsense.skills.wording import EVIDENCE, MOST, decides, heard, wording
from smallsense.text.span import Span

TEXT = "This function return a list of all the users that were seen before."


QUESTION = Choose("\n", ("a", "b"))


def finding(question: Choose | None = QUESTION) -> Finding:
    return Finding(Span(0, 1), "message", 0.5, "agreement", wording=question)


def test_the_words_before_are_read_once_and_a_few_after_are_compared() -> None:
    start = TEXT.index("return")
    assert wording(TEXT, start, start + len("return"), "returns") == Choose(
        "\nThis function", (" return a list of all the users", " returns a list of all the users")
    )


def test_a_correction_within_a_word_compares_the_whole_word() -> None:
    end = TEXT.index("return") + len("return")
    asked = wording(TEXT, end, end, "s")
    assert asked is not None
    assert asked.candidates == (" return a list of all the users", " returns a list of all the users")


def test_a_correction_that_opens_the_text_is_compared_from_the_start() -> None:
    assert wording("He go home.", 0, 2, "They") == Choose("\n", ("He go home.", "They go home."))


@pytest.mark.parametrize(("text", "start", "end", "new"), [("the", 0, 3, ""), ("the", 0, 3, "the")])
def test_nothing_is_asked_where_there_is_nothing_to_compare(
    text: str, start: int, end: int, new: str
) -> None:
    assert wording(text, start, end, new) is None


def test_what_is_heard_is_how_much_likelier_the_new_words_are() -> None:
    evidence = dict(heard(finding(), Choice((0.2, 0.8))).evidence)
    assert evidence[EVIDENCE] == pytest.approx(1.386, abs=1e-3)


def test_certainty_counts_no_more_than_the_most() -> None:
    assert dict(heard(finding(), Choice((1.0, 0.0))).evidence)[EVIDENCE] == -MOST


def test_without_an_answer_the_finding_is_as_it_was() -> None:
    assert heard(finding(), None) == finding()


def test_an_opinion_matters_only_where_it_may_tip_the_balance() -> None:
    trust = Trust(weights={CONSTANT: 0.0, EVIDENCE: 0.1})
    assert decides(finding(), trust, 0.6)
    assert not decides(finding(), trust, 0.2)
    assert not decides(finding(), trust, 0.8)


def test_an_opinion_that_was_not_measured_decides_nothing() -> None:
    assert not decides(finding(), Trust(weights={CONSTANT: 0.0}), 0.5)


def test_a_finding_without_a_question_stands_as_it_is() -> None:
    assert not decides(finding(None), Trust(weights={EVIDENCE: 1.0}), 0.5)
