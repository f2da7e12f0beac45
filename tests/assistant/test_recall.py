"""What a skill finds without a model is looked for once, and stands where the text is by now."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from smallsense.assistant.recall import Recall
from smallsense.assistant.run import Assistant
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Answer, Choice, Question
from smallsense.skills.finding import Face, Finding
from smallsense.skills.skill import Skill, unknown
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

Documents = Callable[..., Snapshot]
Assistants = Callable[..., Assistant]


def nobody(model: str, question: Question) -> Answer:
    return Choice((1.0,))


def _counting(looked: list[str], depends: Callable[[Scope], Hashable | None] | None) -> Skill:
    def find(scope: Scope) -> Iterable[Finding]:
        looked.append(scope.name)
        yield Finding(Span(scope.span.start, scope.span.start + 3), scope.name, 0.99, "rule")

    return Skill(
        name="counting",
        title="Count",
        summary="Finds every function.",
        scopes=("function",),
        faces=(Face.DIAGNOSTIC,),
        ask=lambda scope: (),
        read=lambda scope, question, answer: (),
        examples=(),
        find=find,
        depends=depends or unknown,
    )


def _typed(snapshot: Snapshot, before: str, text: str) -> Snapshot:
    start = snapshot.source.index(before.encode())
    return snapshot.edited([Edit(Span(start, start), text)], snapshot.version + 1)


TEXT = "def a():\n    pass\n\ndef b():\n    pass\n"


def test_only_what_changed_is_looked_at_again(document: Documents, assistant: Assistants) -> None:
    looked: list[str] = []
    reader = assistant(FakeEngine(nobody), _counting(looked, lambda scope: scope.text))
    first = document(TEXT)
    reader.check(first)
    after = _typed(first, "pass", "call()\n    ")
    found = reader.check(after)
    assert looked == ["a", "b", "a"]
    assert [after.slice(one.finding.span) for one in found] == ["def", "def"]
    reader.forget()
    reader.check(after)
    assert looked == ["a", "b", "a", "a", "b"]


def test_a_skill_that_cannot_tell_what_it_depends_on_looks_every_time(
    document: Documents, assistant: Assistants
) -> None:
    looked: list[str] = []
    reader = assistant(FakeEngine(nobody), _counting(looked, None))
    reader.check(document(TEXT))
    reader.check(document(TEXT))
    assert looked == ["a", "b", "a", "b"]


def test_what_was_used_longest_ago_is_forgotten() -> None:
    recall = Recall(capacity=2)
    for key in ("a", "b"):
        recall.put(key, 0, ())
    assert recall.get("a", 0) == ()
    recall.put("c", 0, ())
    assert recall.get("b", 0) is None
    assert recall.get("a", 0) == ()


def test_equal_sets_are_one_key() -> None:
    recall = Recall()
    recall.put(("x", frozenset({"a", "b", "c"})), 0, ())
    assert recall.get(("x", frozenset({"c", "b", "a"})), 0) == ()
    assert recall.get(("x", frozenset({"c", "b"})), 0) is None
