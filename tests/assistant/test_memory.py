"""A keystroke in a long document: what is asked, what is looked at, and what stands where afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings, SkillSettings
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Answer, Change, Question, Revise, Revision
from smallsense.skills.finding import Face, Finding, Fix
from smallsense.skills.skill import Skill
from smallsense.text import stretches
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

TEXT = """\
The first one is good.

The second one is bad
and long.

The third one is good.

The last one is bad.
"""


CODE = """\
\"\"\"The first one is good.\"\"\"

# The second one is bad
# and long.
number = 1


def third():
    \"\"\"The third one is good.\"\"\"
    return number  # The last one is bad.
"""


class Reader:
    """A skill that finds the word “bad”, and the texts it has looked at."""

    def __init__(self) -> None:
        self.looked: list[str] = []
        self.skill = Skill(
            name="reader",
            title="Read",
            summary="Finds what is bad.",
            scopes=("sentence",),
            faces=(Face.DIAGNOSTIC, Face.QUICK_FIX),
            ask=self.ask,
            read=self.read,
            examples=(),
        )

    def ask(self, scope: Scope) -> Iterable[Question]:
        self.looked.append(scope.text)
        yield Revise(scope.text)

    def read(self, scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
        assert isinstance(answer, Revision)
        for change in answer.changes:
            span = Span(scope.span.start + change.start, scope.span.start + change.end)
            yield Finding(span, "bad", 0.8, "word", (Fix("Mend", (Edit(span, change.text),)),))


def bad(model: str, question: Question) -> Answer:
    assert isinstance(question, Revise)
    at = question.text.find("bad")
    return Revision((Change(at, at + 3, "good", 5.0),) if at >= 0 else ())


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(bad)


@pytest.fixture
def runner(reader: Reader, engine: FakeEngine, assistant: Callable[..., Assistant]) -> Assistant:
    return assistant(engine, reader.skill)


@pytest.fixture(params=["markdown", "plaintext", "restructuredtext"])
def snapshot(
    request: pytest.FixtureRequest, document: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> Snapshot:
    monkeypatch.setattr(stretches, "LEAST_SIZE", 1)
    return document(TEXT, request.param)


def words(snapshot: Snapshot, runner: Assistant) -> list[str]:
    return [snapshot.slice(one.finding.span) for one in runner.check(snapshot)]


def test_a_keystroke_looks_at_one_stretch_and_asks_about_one_sentence(
    snapshot: Snapshot, runner: Assistant, reader: Reader, engine: FakeEngine
) -> None:
    runner.check(snapshot)
    assert len(reader.looked) == 4
    reader.looked.clear()
    engine.requests.clear()
    runner.check(snapshot.edited([Edit(Span(TEXT.index("long"), TEXT.index("long")), "very ")], 2))
    assert reader.looked == ["The second one is bad\nand very long."]
    assert [request.questions for request in engine.requests] == [(Revise(reader.looked[0]),)]


def test_a_keystroke_in_code_looks_at_no_comment_but_the_one_it_touches(
    document: Callable[..., Snapshot], runner: Assistant, reader: Reader, engine: FakeEngine
) -> None:
    snapshot = document(CODE, "python")
    assert words(snapshot, runner) == ["bad", "bad"]
    assert len(reader.looked) == 4
    reader.looked.clear()
    engine.requests.clear()
    at = CODE.index("1\n") + 1
    snapshot = snapshot.edited([Edit(Span(at, at), "00")], 2)
    assert words(snapshot, runner) == ["bad", "bad"]
    at = CODE.index("long")
    snapshot = snapshot.edited([Edit(Span(at, at), "very ")], 3)
    assert words(snapshot, runner) == ["bad", "bad"]
    assert reader.looked == ["The second one is bad\n# and very long."]
    assert len(engine.requests) == 1


def test_comments_in_the_same_words_are_each_found_where_they_stand(
    document: Callable[..., Snapshot], runner: Assistant
) -> None:
    snapshot = document("# This one is bad.\nx = 1\n# This one is bad.\ny = 1\n", "python")
    for version in range(2, 4):
        starts = [one.finding.span.start for one in runner.check(snapshot)]
        assert starts == [snapshot.text.index("bad"), snapshot.text.rindex("bad")]
        snapshot = snapshot.edited([Edit(Span(0, 0), "z = 1\n")], version)


def test_a_string_that_becomes_a_docstring_is_looked_at(
    document: Callable[..., Snapshot], runner: Assistant
) -> None:
    code = 'def last():\n    run()\n    """This one is bad."""\n'
    snapshot = document(code, "python")
    assert words(snapshot, runner) == []
    start, end = code.index("run"), code.index('"""')
    assert words(snapshot.edited([Edit(Span(start, end), "")], 2), runner) == ["bad"]
    assert words(snapshot, runner) == []


def test_what_was_found_below_an_edit_moves_with_its_text(snapshot: Snapshot, runner: Assistant) -> None:
    runner.check(snapshot)
    after = snapshot.edited([Edit(Span(0, 3), "Nobody knows, but here the")], 2)
    (_, last) = runner.check(after)
    assert words(after, runner) == ["bad", "bad"]
    assert last.finding.span.start == after.text.rindex("bad")
    assert last.finding.edits == (Edit(last.finding.span, "good"),)


def test_an_edited_stretch_is_not_remembered_as_it_was(snapshot: Snapshot, runner: Assistant) -> None:
    runner.check(snapshot)
    at = TEXT.rindex("bad")
    after = snapshot.edited([Edit(Span(at, at + 3), "fine")], 2)
    assert words(after, runner) == ["bad"]
    assert words(snapshot, runner) == ["bad", "bad"]


def test_a_change_of_settings_is_a_change_of_verdict(snapshot: Snapshot, runner: Assistant) -> None:
    assert len(runner.check(snapshot)) == 2
    runner.settings = Settings(skills={"reader": SkillSettings(threshold=0.9)})
    assert runner.check(snapshot) == ()
    runner.settings = Settings()
    assert len(runner.check(snapshot)) == 2


@pytest.mark.parametrize("snapshot", ["markdown"], indirect=True)
def test_a_directive_that_is_typed_silences_what_is_remembered(snapshot: Snapshot, runner: Assistant) -> None:
    assert len(runner.check(snapshot)) == 2
    at = TEXT.index("The last")
    after = snapshot.edited([Edit(Span(at, at), "<!-- smallsense: ignore -->\n")], 2)
    assert [one.finding.span.start for one in runner.check(after)] == [after.text.index("bad")]


def test_forgetting_means_looking_again(snapshot: Snapshot, runner: Assistant, reader: Reader) -> None:
    runner.check(snapshot)
    reader.looked.clear()
    runner.forget()
    assert len(runner.check(snapshot)) == 2
    assert len(reader.looked) == 4


def test_what_could_not_be_asked_is_not_remembered_as_clean(
    snapshot: Snapshot, assistant: Callable[..., Assistant], reader: Reader
) -> None:
    engine = FakeEngine({})
    runner = assistant(engine, reader.skill, report=lambda message: None)
    assert runner.check(snapshot) == ()
    runner.engine = FakeEngine(bad)
    assert len(runner.check(snapshot)) == 2
