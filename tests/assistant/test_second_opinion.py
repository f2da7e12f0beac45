"""What a model without an adapter says of a correction decides only where it may tip the balance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pytest

from smallsense.assistant.run import Assistant
from smallsense.engine.engine import EngineError
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Answer, Choice, Choose, Question
from smallsense.engine.trust import Trust
from smallsense.skills.finding import Face, Finding
from smallsense.skills.opinion import Opinion
from smallsense.skills.skill import Skill
from smallsense.skills.wording import EVIDENCE, MODEL
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

Documents = Callable[..., Snapshot]

WORDING = Choose("\n", ("fed", "def"))
OPINION = Opinion(MODEL, WORDING, EVIDENCE)
SEEN = (("seen", 1.0),)


def ask(scope: Scope) -> Iterable[Question]:
    yield Choose(scope.text, ("good", "bad"))


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    yield Finding(
        Span(scope.span.start, scope.span.start + 1), scope.name, 0.5, "rule", evidence=SEEN, opinion=OPINION
    )


SKILL = Skill("judge", "Judge", "Judges.", ("function",), (Face.DIAGNOSTIC,), ask, read, ())


@dataclass
class Weighed:
    """A catalog in which all confidence comes from what was seen and from the second opinion."""

    weights: Mapping[str, float]

    def trust(self, model: str) -> Trust:
        return Trust({"quiet": 0.9, "balanced": 0.7, "eager": 0.4}, weights=self.weights)

    def identity(self, model: str) -> str:
        return model


def engine(likelier: float) -> FakeEngine:
    def answer(model: str, question: Question) -> Answer:
        return Choice((likelier, 1 - likelier) if question == WORDING else (0.5, 0.5))

    return FakeEngine(answer)


def assistant(fake: FakeEngine, constant: float = 0.0, weight: float = 1.0) -> Assistant:
    return Assistant(fake, Weighed({"seen": constant, EVIDENCE: weight}), {SKILL.name: SKILL})


CODE = "def f():\n    pass\n"


@pytest.mark.parametrize(("likelier", "shown"), [(0.99, 1), (0.5, 0), (0.01, 0)])
def test_a_finding_in_doubt_is_shown_if_its_words_are_likelier(
    likelier: float, shown: int, document: Documents
) -> None:
    fake = engine(likelier)
    assert len(assistant(fake).check(document(CODE))) == shown
    assert [(one.model, len(one.questions)) for one in fake.requests] == [("judge", 1), (MODEL, 1)]


@pytest.mark.parametrize(("constant", "shown"), [(30.0, 1), (-30.0, 0)])
def test_nobody_is_asked_where_the_matter_is_settled(
    constant: float, shown: int, document: Documents
) -> None:
    fake = engine(0.5)
    assert len(assistant(fake, constant).check(document(CODE))) == shown
    assert [one.model for one in fake.requests] == ["judge"]


def test_nobody_is_asked_whose_opinion_was_never_measured(document: Documents) -> None:
    fake = engine(0.99)
    assistant(fake, weight=0.0).check(document(CODE))
    assert [one.model for one in fake.requests] == ["judge"]


def test_an_opinion_is_asked_for_once(document: Documents) -> None:
    fake = engine(0.99)
    runner = assistant(fake)
    runner.check(document(CODE))
    longer = document(f"x = 1\n{CODE}")
    assert len(runner.known(longer)) == len(runner.check(longer)) == 1
    assert len(fake.requests) == 2


def test_what_awaits_an_opinion_is_not_known_yet(document: Documents) -> None:
    fake = engine(0.99)
    runner = assistant(fake)
    runner.cache.put("judge", Choose(CODE.strip(), ("good", "bad")), Choice((0.5, 0.5)))
    assert runner.known(document(CODE)) == ()
    assert len(runner.check(document(CODE))) == 1
    assert [one.model for one in fake.requests] == [MODEL]


def test_without_an_opinion_the_rest_of_the_evidence_decides(document: Documents) -> None:
    def answer(model: str, question: Question) -> Answer:
        if model == MODEL:
            raise EngineError("no weights")
        return Choice((0.5, 0.5))

    reported: list[str] = []
    catalog = Weighed({"seen": 2.0, EVIDENCE: 1.0})
    runner = Assistant(FakeEngine(answer), catalog, {SKILL.name: SKILL}, report=reported.append)
    assert len(runner.check(document(CODE))) == 1
    assert reported == ["no weights"]
