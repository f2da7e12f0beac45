from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from smallsense.assistant.policy import Policy
from smallsense.assistant.router import scope_at, scopes_within, skills_for
from smallsense.assistant.settings import Settings, SkillSettings
from smallsense.skills.finding import Face
from smallsense.skills.skill import Skill
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

Documents = Callable[..., Snapshot]

SKILL = Skill(
    name="one",
    title="One",
    summary="One.",
    scopes=("sentence",),
    faces=(Face.DIAGNOSTIC,),
    ask=lambda scope: (),
    read=lambda scope, question, answer: (),
    examples=(),
)
CODE = """def f():
    '''Say something. Say more.'''
    return 1


class C:
    def g(self):
        return 2
"""


def test_a_skill_needs_the_face_the_language_and_the_users_leave(document: Documents) -> None:
    snapshot = document(CODE)
    others = (
        replace(SKILL, name="other face", faces=(Face.CODE_ACTION,)),
        replace(SKILL, name="other language", languages=frozenset({"go"})),
        replace(SKILL, name="off"),
        replace(SKILL, name="python", languages=frozenset({"python"})),
    )
    policy = Policy(Settings(skills={"off": SkillSettings(enabled=False)}))
    chosen = skills_for((SKILL, *others), policy, snapshot, Face.DIAGNOSTIC)
    assert [skill.name for skill in chosen] == ["one", "python"]


@pytest.mark.parametrize(
    ("kinds", "texts"),
    [
        (("sentence",), ["Say something.", "Say more."]),
        (("function",), ["def f", "def g"]),
        (("class", "module"), ["class", "def f"]),
        (("selection",), []),
    ],
)
def test_a_skill_gets_the_scopes_it_wants(
    document: Documents, kinds: tuple[str, ...], texts: list[str]
) -> None:
    found = [scope.text for scope in scopes_within(replace(SKILL, scopes=kinds), document(CODE))]
    assert len(found) == len(texts)
    assert all(text.startswith(start) for text, start in zip(found, texts, strict=True))


def test_scopes_can_be_limited_to_a_place(document: Documents) -> None:
    at = CODE.index("more")
    (scope,) = scopes_within(SKILL, document(CODE), Span(at, at + 4))
    assert scope.text == "Say more."
    selection = replace(SKILL, scopes=("selection",))
    (scope,) = scopes_within(selection, document(CODE), Span(at, at + 4))
    assert scope.text == "more"


def test_the_scope_at_a_cursor_is_the_innermost_and_knows_the_cursor(document: Documents) -> None:
    snapshot = document(CODE)
    sentence = replace(SKILL, scopes=("sentence", "function", "module", "selection"))
    inside, outside = CODE.index("more"), CODE.index("return 2")
    found = scope_at(sentence, snapshot, Span(inside, inside))
    assert found is not None
    assert (found.kind, found.text, found.cursor) == ("sentence", "Say more.", inside)
    found = scope_at(sentence, snapshot, Span(outside, outside))
    assert found is not None
    assert (found.kind, found.name, found.cursor) == ("function", "g", outside)
    found = scope_at(sentence, snapshot, Span(inside, inside + 4))
    assert found is not None
    assert (found.kind, found.text) == ("selection", "more")


def test_there_may_be_no_scope_at_a_cursor(document: Documents) -> None:
    assert scope_at(SKILL, document(CODE), Span(0, 0)) is None
    assert scope_at(replace(SKILL, scopes=("selection",)), document(CODE), Span(3, 3)) is None
