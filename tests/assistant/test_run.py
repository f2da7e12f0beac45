from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest

from smallsense.assistant.run import BATCH, Assistant
from smallsense.assistant.settings import Settings, SkillSettings
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled, EngineError, Priority, Request
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import (
    Answer,
    Choice,
    Choose,
    Generate,
    Generation,
    Question,
    Revise,
    Revision,
)
from smallsense.skills.finding import Face, Finding, Fix
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.snapshot import TOO_LARGE, Snapshot
from smallsense.text.span import Edit, Span

Documents = Callable[..., Snapshot]
Assistants = Callable[..., Assistant]


def ask(scope: Scope) -> Iterable[Question]:
    yield Choose(scope.text, ("good", "bad"))


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """The scope's first byte is to become a `d`, as sure as the model is that it is bad."""
    assert isinstance(answer, Choice)
    span = Span(scope.span.start, scope.span.start + 1)
    yield Finding(span, scope.name, answer.probabilities[1], "rule", (Fix("Mend", (Edit(span, "d"),)),))


JUDGE = Skill(
    name="judge",
    title="Judge functions",
    summary="Says which functions are bad.",
    scopes=("function",),
    faces=(Face.DIAGNOSTIC, Face.QUICK_FIX),
    ask=ask,
    read=read,
    examples=(),
)


def sure(model: str, question: Question) -> Answer:
    return Choice((0.2, 0.8))


def functions(count: int) -> str:
    return "".join(f"def f{number}():\n    pass\n\n" for number in range(count))


def test_check_finds_in_the_order_of_the_document(document: Documents, assistant: Assistants) -> None:
    found = assistant(FakeEngine(sure), JUDGE).check(document(functions(3)))
    assert [one.finding.message for one in found] == ["f0", "f1", "f2"]
    assert {one.skill.name for one in found} == {"judge"}


def test_questions_are_asked_together_in_bounded_batches(document: Documents, assistant: Assistants) -> None:
    engine = FakeEngine(sure)
    parts = list(assistant(engine, JUDGE).check_parts(document(functions(2 * BATCH + 3))))
    assert [len(request.questions) for request in engine.requests] == [BATCH, BATCH, 3]
    assert {request.priority for request in engine.requests} == {Priority.DIAGNOSTIC}
    total = 2 * BATCH + 3
    assert [(part.asked, part.total) for part in parts] == [(n, total) for n in (0, BATCH, 2 * BATCH, total)]
    assert [len(part.found) for part in parts] == [0, BATCH, BATCH, 3]


def test_an_unchanged_scope_is_never_asked_about_twice(document: Documents, assistant: Assistants) -> None:
    engine = FakeEngine(sure)
    runner = assistant(engine, JUDGE)
    runner.check(document(functions(2)))
    found = runner.check(document("x = 1\n" + functions(2) + "def g():\n    return 1\n"))
    assert [one.finding.message for one in found] == ["f0", "f1", "g"]
    assert [len(request.questions) for request in engine.requests] == [2, 1]


def test_the_same_text_twice_is_one_question_and_two_findings(
    document: Documents, assistant: Assistants
) -> None:
    engine = FakeEngine(sure)
    found = assistant(engine, JUDGE).check(document("def f():\n    pass\n\n\ndef f():\n    pass\n"))
    assert [one.finding.span.start for one in found] == [0, 20]
    assert [len(request.questions) for request in engine.requests] == [1]


def test_known_answers_come_first_and_without_the_model(document: Documents, assistant: Assistants) -> None:
    runner = assistant(FakeEngine(sure), JUDGE)
    runner.check(document(functions(1)))
    longer = document(functions(2))
    assert [one.finding.message for one in runner.known(longer)] == ["f0"]
    first = next(runner.check_parts(longer))
    assert [one.finding.message for one in first.found] == ["f0"]


def test_new_weights_are_asked_anew(document: Documents, assistant: Assistants) -> None:
    engine = FakeEngine(sure)
    runner = assistant(engine, JUDGE)
    runner.check(document(functions(1)))
    runner.catalog.weights = "newer"  # type: ignore[attr-defined]
    runner.check(document(functions(1)))
    assert len(engine.requests) == 2


@pytest.mark.parametrize(("sensitivity", "shown"), [("quiet", 0), ("balanced", 1), ("eager", 1)])
def test_findings_below_the_threshold_are_not_shown(
    document: Documents, assistant: Assistants, sensitivity: str, shown: int
) -> None:
    settings = Settings(sensitivity=sensitivity)  # type: ignore[arg-type]
    runner = assistant(FakeEngine(sure), JUDGE, settings=settings)
    assert len(runner.check(document(functions(1)))) == shown


@pytest.mark.parametrize(
    ("set_", "shown"),
    [
        (SkillSettings(enabled=False), 0),
        (SkillSettings(threshold=0.81), 0),
        (SkillSettings(threshold=0.0), 1),
    ],
)
def test_a_user_turns_a_skill_off_or_moves_its_threshold(
    document: Documents, assistant: Assistants, set_: SkillSettings, shown: int
) -> None:
    runner = assistant(FakeEngine(sure), JUDGE, settings=Settings(skills={"judge": set_}))
    assert len(runner.check(document(functions(1)))) == shown


def test_a_disabled_skill_asks_no_model(document: Documents, assistant: Assistants) -> None:
    engine = FakeEngine(sure)
    off = Settings(skills={"judge": SkillSettings(enabled=False)})
    assistant(engine, JUDGE, settings=off).check(document(functions(1)))
    assert engine.requests == []


@pytest.mark.parametrize("settings", [Settings(languages=frozenset({"go"})), Settings(languages=frozenset())])
def test_nothing_runs_in_a_language_left_out(
    document: Documents, assistant: Assistants, settings: Settings
) -> None:
    engine = FakeEngine(sure)
    assert assistant(engine, JUDGE, settings=settings).check(document(functions(1))) == ()
    assert engine.requests == []


def test_a_skill_runs_only_in_its_languages(document: Documents, assistant: Assistants) -> None:
    only_go = replace(JUDGE, languages=frozenset({"go"}))
    assert assistant(FakeEngine(sure), only_go).check(document(functions(1))) == ()


def test_nothing_runs_on_a_document_that_is_too_large(document: Documents, assistant: Assistants) -> None:
    engine = FakeEngine(sure)
    runner = assistant(engine, JUDGE)
    assert runner.check(document("#" * (TOO_LARGE + 1))) == ()
    assert runner.complete(document("#" * (TOO_LARGE + 1)), 0) == ()


@pytest.mark.parametrize(
    "fix",
    [
        Fix("leaves the scope", (Edit(Span(0, 1), "y"),)),
        Fix("adds a syntax error", (Edit(Span(7, 8), "def ("),)),
        Fix("does nothing", ()),
        Fix("leaves the document", (Edit(Span(7, 9999), ""),)),
    ],
)
def test_a_fix_that_may_not_be_offered_is_taken_out(
    document: Documents, assistant: Assistants, fix: Fix
) -> None:
    good = Fix("renames", (Edit(Span(11, 12), "h"),))

    def reading(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
        yield Finding(Span(11, 12), "bad", 0.9, "rule", (fix, good))

    skill = replace(JUDGE, read=reading)
    (found,) = assistant(FakeEngine(sure), skill).check(document("x = 1\n\ndef g():\n    pass\n"))
    assert found.finding.fixes == (good,)


def test_a_finding_outside_its_scope_is_dropped(document: Documents, assistant: Assistants) -> None:
    def reading(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
        yield Finding(Span(0, 1), "bad", 0.9, "rule")

    skill = replace(JUDGE, read=reading)
    assert assistant(FakeEngine(sure), skill).check(document("x = 1\n\ndef g():\n    pass\n")) == ()


def test_the_same_finding_in_nested_scopes_is_shown_once(document: Documents, assistant: Assistants) -> None:
    def reading(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
        at = scope.snapshot.source.index(b"pass")
        yield Finding(Span(at, at + 4), "bad", 0.9, "rule")

    skill = replace(JUDGE, read=reading)
    found = assistant(FakeEngine(sure), skill).check(
        document("def f():\n    def g():\n        pass\n    return g\n")
    )
    assert len(found) == 1


def broken(*_: object) -> Iterable[object]:
    raise RuntimeError("a bug in the skill")


def silent(scope: Scope) -> Iterable[Question]:
    return ()


def short(scope: Scope) -> Iterable[Finding]:
    """A finding for which no model is needed."""
    yield Finding(Span(scope.span.start, scope.span.start + 3), "short", 0.8, "length")


def test_what_needs_no_model_is_found_without_one(document: Documents, assistant: Assistants) -> None:
    def dead(model: str, question: Question) -> Answer:
        raise EngineError("no weights")

    runner = assistant(FakeEngine(dead), replace(JUDGE, find=short), report=lambda told: None)
    assert [one.finding.message for one in runner.check(document(functions(2)))] == ["short", "short"]


def test_what_needs_no_model_is_known_at_once(document: Documents, assistant: Assistants) -> None:
    runner = assistant(FakeEngine(sure), replace(JUDGE, find=short))
    assert [one.finding.message for one in runner.known(document(functions(1)))] == ["short"]
    assert [one.finding.rule for one in runner.check(document(functions(1)))] == ["rule", "length"]


@pytest.mark.parametrize("bug", [{"ask": broken}, {"read": broken}, {"find": broken, "ask": silent}])
def test_a_skill_with_a_bug_does_not_keep_the_others_from_working(
    document: Documents, assistant: Assistants, bug: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    buggy = replace(JUDGE, name="buggy", **bug)  # type: ignore[arg-type]
    found = assistant(FakeEngine(sure), buggy, JUDGE).check(document(functions(1)))
    assert [one.skill.name for one in found] == ["judge"]
    assert "buggy" in caplog.text
    assert "a bug in the skill" in caplog.text


def test_missing_weights_are_reported_once_and_the_other_skills_go_on(
    document: Documents, assistant: Assistants
) -> None:
    def answers(model: str, question: Question) -> Answer:
        if model == "poor":
            raise EngineError("no weights: run `smallsense models pull`")
        return sure(model, question)

    told: list[str] = []
    engine = FakeEngine(answers)
    runner = assistant(engine, replace(JUDGE, name="poor"), JUDGE, report=told.append)
    for source in (functions(2 * BATCH), functions(BATCH)):
        assert len(runner.check(document(source))) > 0
    assert told == ["no weights: run `smallsense models pull`"]


def test_a_failing_engine_is_reported_and_logged(
    document: Documents, assistant: Assistants, caplog: pytest.LogCaptureFixture
) -> None:
    def answers(model: str, question: Question) -> Answer:
        raise OSError("the pipe broke")

    told: list[str] = []
    assert assistant(FakeEngine(answers), JUDGE, report=told.append).check(document(functions(1))) == ()
    assert len(told) == 1
    assert "the pipe broke" in caplog.text


def test_too_few_answers_are_a_failure_of_the_engine(document: Documents, assistant: Assistants) -> None:
    class Lazy(FakeEngine):
        def answer(self, request: Request) -> Sequence[Answer]:
            return super().answer(request)[1:]

    told: list[str] = []
    assert assistant(Lazy(sure), JUDGE, report=told.append).check(document(functions(2))) == ()
    assert len(told) == 1


def test_a_cancelled_check_stops_between_batches(document: Documents, assistant: Assistants) -> None:
    engine = FakeEngine(sure)
    cancel = Cancellation()
    parts = assistant(engine, JUDGE).check_parts(document(functions(3 * BATCH)), cancel=cancel)
    next(parts)
    next(parts)
    cancel.set()
    with pytest.raises(Cancelled):
        next(parts)
    assert len(engine.requests) == 1
    assert engine.requests[0].cancel is cancel


def test_check_can_be_limited_to_some_skills(document: Documents, assistant: Assistants) -> None:
    runner = assistant(FakeEngine(sure), JUDGE, replace(JUDGE, name="other"))
    (first, *_) = (
        part for part in runner.check_parts(document(functions(1)), skills=frozenset({"other"})) if part.found
    )
    assert {one.skill.name for one in first.found} == {"other"}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("def f(): pass  # smallsense: ignore\n", 0),
        ("# smallsense: ignore\ndef f(): pass\n", 0),
        ("# smallsense: ignore[rule]\ndef f(): pass\n", 0),
        ("# smallsense: ignore[other, judge]\ndef f(): pass\n", 0),
        ("# smallsense: ignore[judge/rule]\ndef f(): pass\n", 0),
        ("# smallsense: ignore[other]\ndef f(): pass\n", 1),
        ("x = 1  # smallsense: ignore\ndef f(): pass\n", 1),
        ("# smallsense: ignore\n\ndef f(): pass\n", 1),
    ],
)
def test_a_directive_silences_its_line_or_the_next(
    document: Documents, assistant: Assistants, source: str, shown: int
) -> None:
    assert len(assistant(FakeEngine(sure), JUDGE).check(document(source))) == shown


def write(scope: Scope) -> Iterable[Question]:
    if scope.name != "done":
        yield Generate(scope.text)


def insert(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    assert isinstance(answer, Generation)
    at = scope.span.end if scope.cursor is None else scope.cursor
    edit = Edit(Span(at, at), answer.text)
    yield Finding(edit.span, "write", answer.confidence, "missing", (Fix("Write", (edit,)),))


WRITER = replace(JUDGE, name="writer", title="Write", faces=(Face.CODE_ACTION,), ask=write, read=insert)
TYPIST = replace(WRITER, name="typist", scopes=("function", "module"), faces=(Face.INLINE_COMPLETION,))
SOURCE = "def f(a):\n    return a\n\ndef done():\n    return 1\n"


def says(text: str, confidence: float = 0.9) -> FakeEngine:
    return FakeEngine(lambda model, question: Generation(text, (text,), confidence))


def test_offers_what_applies_at_the_cursor_without_a_model(
    document: Documents, assistant: Assistants
) -> None:
    engine = says(" + 1")
    runner = assistant(engine, WRITER, JUDGE)
    (offer,) = runner.offers(document(SOURCE), Span(5, 5))
    assert (offer.skill, offer.title, offer.span) == ("writer", "Write: f", Span(5, 5))
    assert runner.offers(document(SOURCE), Span(40, 40)) == ()
    assert engine.requests == []


def test_acts_on_an_offer_before_the_diagnostics(document: Documents, assistant: Assistants) -> None:
    engine = says(" + 1")
    found = assistant(engine, WRITER).act(document(SOURCE), "writer", Span(22, 22))
    assert found is not None
    assert found.finding.edits == (Edit(Span(22, 22), " + 1"),)
    assert engine.requests[0].priority is Priority.ACTION


@pytest.mark.parametrize("engine", [says(" + 1", confidence=0.3), says(" + ("), says(" ++ ]")])
def test_an_action_leads_to_nothing_when_unsure_or_broken(
    document: Documents, assistant: Assistants, engine: FakeEngine
) -> None:
    assert assistant(engine, WRITER).act(document(SOURCE), "writer", Span(22, 22)) is None


def test_an_unknown_action_leads_to_nothing(document: Documents, assistant: Assistants) -> None:
    assert assistant(says("x"), WRITER).act(document(SOURCE), "painter", Span(5, 5)) is None
    assert assistant(says("x"), JUDGE).act(document(SOURCE), "judge", Span(5, 5)) is None


def test_completes_at_the_cursor_before_all_else(document: Documents, assistant: Assistants) -> None:
    engine = says(" + 1")
    (found,) = assistant(engine, TYPIST).complete(document(SOURCE), 22)
    assert found.finding.edits == (Edit(Span(22, 22), " + 1"),)
    assert engine.requests[0].priority is Priority.COMPLETION


def test_the_likeliest_completion_comes_first(document: Documents, assistant: Assistants) -> None:
    engine = FakeEngine(
        lambda model, question: Generation(f" + {len(model)}", (), 0.95 if model == "typist" else 0.8)
    )
    found = assistant(engine, replace(TYPIST, name="apprentice"), TYPIST).complete(document(SOURCE), 22)
    assert [one.skill.name for one in found] == ["typist", "apprentice"]


def test_a_cancelled_completion_raises(document: Documents, assistant: Assistants) -> None:
    cancel = Cancellation()
    cancel.set()
    with pytest.raises(Cancelled):
        assistant(says("x"), TYPIST).complete(document(SOURCE), 22, cancel)


def test_forget_asks_and_reports_anew(document: Documents, assistant: Assistants) -> None:
    told: list[str] = []
    engine = FakeEngine({})
    runner = assistant(engine, JUDGE, report=told.append)
    runner.check(document(functions(1)))
    runner.forget()
    runner.check(document(functions(1)))
    assert len(told) == 2


@pytest.mark.parametrize(
    ("settings", "glance"),
    [
        (Settings(), -1.0),
        (Settings(sensitivity="quiet"), 1.0),
        (Settings(sensitivity="eager"), -2.0),
        (Settings(skills={"judge": SkillSettings(threshold=0.95)}), -2.0),
    ],
)
def test_a_text_gets_a_second_look_where_something_might_be_shown(
    document: Documents, assistant: Assistants, settings: Settings, glance: float
) -> None:
    asked: list[Question] = []

    def note(model: str, question: Question) -> Answer:
        asked.append(question)
        return Revision()

    reviser = replace(JUDGE, ask=lambda scope: [Revise(scope.text)], read=lambda *_: [])
    glances = {"quiet": 1.0, "balanced": -1.0, "eager": -2.0}
    assistant(FakeEngine(note), reviser, settings=settings, glances=glances).check(document(functions(1)))
    assert [question.glance for question in asked if isinstance(question, Revise)] == [glance]
