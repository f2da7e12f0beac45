"""Which questions come next, and who gets the answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smallsense.assistant.agenda import Agenda, Place
from smallsense.assistant.passage import Passage
from smallsense.assistant.verdict import Found
from smallsense.engine.questions import Revise
from smallsense.skills.finding import Face, Finding
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span


def skill(name: str) -> Skill:
    return Skill(
        name=name,
        title=name,
        summary=name,
        scopes=("sentence",),
        faces=(Face.DIAGNOSTIC,),
        ask=lambda scope: (),
        read=lambda scope, question, answer: (),
        examples=(),
    )


@pytest.fixture
def agenda() -> Agenda:
    return Agenda()


@pytest.fixture
def put(agenda: Agenda, document: Callable[..., Snapshot]) -> Callable[[str, int, str], Passage]:
    """Put down a question of a skill about a place."""
    snapshot = document("x" * 100)

    def put(name: str, at: int, text: str) -> Passage:
        passage = Passage(skill(name), None, None)
        agenda.add(name, Revise(text), Place(Scope("module", snapshot, Span(at, at + 1)), passage))
        return passage

    return put


def test_what_stands_first_in_the_document_is_asked_first_whoever_asks(agenda: Agenda, put: Callable):
    put("grammar", 10, "b")
    put("grammar", 30, "d")
    put("nullness", 0, "a")
    put("nullness", 20, "c")
    order = []
    while agenda:
        name, ((question, _),) = agenda.take(1)
        order.append((name, question))
    assert order == [
        ("nullness", Revise("a")),
        ("grammar", Revise("b")),
        ("nullness", Revise("c")),
        ("grammar", Revise("d")),
    ]


def test_places_with_the_same_question_share_it(agenda: Agenda, put: Callable):
    first, second = put("grammar", 0, "same"), put("grammar", 50, "same")
    assert (agenda.total, first.missing, second.missing) == (1, 1, 1)
    _, ((_, places),) = agenda.take(10)
    assert [place.passage for place in places] == [first, second]
    assert not agenda


def test_no_more_are_taken_than_asked_for_and_all_are_counted(agenda: Agenda, put: Callable):
    for number in range(5):
        put("grammar", number, str(number))
    assert len(agenda.take(3)[1]) == 3
    assert (agenda.done, agenda.total) == (3, 5)
    assert len(agenda.take(3)[1]) == 2
    assert (agenda.done, bool(agenda)) == (5, False)


def test_an_opinion_is_asked_for_in_the_order_of_what_was_found(
    agenda: Agenda, put: Callable, document: Callable[..., Snapshot]
):
    put("grammar", 10, "b")
    scope, passage = (
        Scope("module", document("x" * 100), Span(0, 100)),
        Passage(skill("nullness"), None, None),
    )
    found = Found(skill("nullness"), Finding(Span(30, 31), "message", 0.5, "rule"), "mark")
    agenda.add("other", Revise("c"), Place(scope, passage, found))
    assert [agenda.take(1)[0], agenda.take(1)[0]] == ["grammar", "other"]


def test_a_model_without_answers_is_asked_no_more_and_the_others_are(agenda: Agenda, put: Callable):
    for number in range(4):
        put("grammar", number, str(number))
    put("nullness", 50, "last")
    agenda.take(1)
    assert [question for question, _ in agenda.drop("grammar")] == [Revise("1"), Revise("2"), Revise("3")]
    assert agenda.drop("grammar") == []
    assert (agenda.done, agenda.total) == (4, 5)
    assert agenda.take(1)[0] == "nullness"
