"""What the user has decided keeps findings from being shown, before and after they were found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smallsense.assistant.policy import Policy
from smallsense.assistant.settings import Settings, SkillSettings
from smallsense.assistant.verdict import Found, judge, permitted
from smallsense.engine.trust import Trust
from smallsense.skills import grammar
from smallsense.skills.finding import Finding
from smallsense.text.directives import directives
from smallsense.text.prose import sentences
from smallsense.text.scope import Scope
from smallsense.text.scopes import module
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

Documents = Callable[..., Snapshot]


def found(snapshot: Snapshot, word: str = "recieve", rule: str = "spelling") -> Found:
    """A finding on a word of the document, as the grammar skill would make it."""
    at = snapshot.source.index(word.encode())
    span = Span(at, at + len(word.encode()))
    scopes: list[Scope] = [one for one in sentences(snapshot) if one.span.contains(span)] or [
        module(snapshot)
    ]
    finding = Finding(span, "wrong", 0.9, rule, word=word if rule == "spelling" else "")
    shown = judge(grammar.SKILL, scopes[0], finding, SkillSettings(), Trust(), "balanced")
    assert shown is not None
    return shown


def shown(one: Found, policy: Policy) -> Found | None:
    return next(iter(permitted([one], policy)), None)


@pytest.mark.parametrize(
    ("policy", "visible"),
    [
        (Policy(), True),
        (Policy(Settings(rules={"grammar/spelling": "off"})), False),
        (Policy(Settings(rules={"article": "off"})), True),
        (Policy(excluded=True), False),
        (Policy(words=frozenset({"Recieve"})), False),
        (Policy(words=frozenset({"receive"})), True),
        (Policy(dismissed=frozenset({"00"})), True),
    ],
)
def test_decisions_silence_what_was_found(document: Documents, policy: Policy, visible: bool) -> None:
    one = found(document("You recieve it here.\n", "markdown"))
    assert (shown(one, policy) is not None) is visible


def test_a_word_silences_only_findings_that_turn_on_it(document: Documents) -> None:
    one = found(document("You recieve it here.\n", "markdown"), rule="agreement")
    assert shown(one, Policy(words=frozenset({"recieve"}))) is one


def test_a_rule_speaks_as_loudly_as_it_should(document: Documents) -> None:
    one = found(document("You recieve it here.\n", "markdown"))
    assert one.severity == "information"
    louder = shown(one, Policy(Settings(rules={"spelling": "error"})))
    assert louder is not None
    assert louder.severity == "error"


def test_a_directive_silences_by_place_and_rule(document: Documents) -> None:
    snapshot = document("You recieve it. <!-- smallsense: ignore[spelling] -->\n", "markdown")
    policy = Policy(directives=directives(snapshot))
    assert shown(found(snapshot), policy) is None
    assert shown(found(snapshot, rule="agreement"), policy) is not None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("# Title\n\nWell, so it is. You recieve\nit here.\n", True),
        ("You recieve it there.\n", False),
        ("You recieve it here, recieve.\n", False),
    ],
)
def test_a_sentence_is_known_again_wherever_it_stands(document: Documents, other: str, same: bool) -> None:
    dismissed = found(document("You recieve it here.\n", "markdown")).fingerprint
    assert (
        shown(found(document(other, "markdown")), Policy(dismissed=frozenset({dismissed}))) is None
    ) is same


def test_a_dismissal_is_for_one_rule_and_one_word(document: Documents) -> None:
    snapshot = document("You recieve teh list.\n", "markdown")
    prints = {
        found(snapshot).fingerprint,
        found(snapshot, "teh").fingerprint,
        found(snapshot, rule="article").fingerprint,
    }
    assert len(prints) == 3
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in prints)


def test_code_is_known_again_by_its_line(document: Documents) -> None:
    one = found(document("x = recieve.a\n"), rule="maybe-unset")
    moved = found(document("def f():\n    x = recieve.a\n"), rule="maybe-unset")
    changed = found(document("x = recieve.b\n"), rule="maybe-unset")
    assert one.fingerprint == moved.fingerprint != changed.fingerprint
