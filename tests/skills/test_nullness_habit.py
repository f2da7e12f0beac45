"""What the other methods of a class do with a field."""

from __future__ import annotations

from textwrap import dedent

import pytest

from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.habit import TESTED, UNTESTED, habit
from smallsense.skills.nullness.judge import judgments, learned
from smallsense.skills.nullness.origin import explain
from smallsense.skills.nullness.syntax import text_of
from smallsense.text.languages import by_name
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot

PYTHON = """\
class Player:
    def stop(self):
        self.source.close()

    def pause(self):
        {pause}

    def seek(self, to):
        {seek}
"""

GUARDED = "if self.source is not None:\n            self.source.wait()"


def _function(source: str, name: str, language: str = "python") -> Scope:
    known = by_name(language)
    assert known is not None
    snapshot = Snapshot.open("file:///a", known, 1, dedent(source))
    (found,) = [one for one in scopes(snapshot, "function") if one.name == name]
    return found


def _cues(source: str, name: str, value: str, language: str = "python") -> set[str]:
    scope = _function(source, name, language)
    assert scope.node is not None
    others = habit(scope.node)
    found = [one.dereference.value for one in candidates_of(scope)]
    return {cue for node in found if text_of(node) == value for cue in others.cues(node)}


@pytest.mark.parametrize(
    ("pause", "seek", "cue"),
    [
        ("pass", "self.source.to(to)", UNTESTED),
        (GUARDED, "pass", TESTED),
        ("pass", "return self.source and self.source.x", TESTED),
        ("return self.other and self.other.source", "pass", UNTESTED),
    ],
)
def test_another_method_that_tests_a_field_is_a_cue(pause: str, seek: str, cue: str) -> None:
    source = PYTHON.format(pause=pause, seek=seek)
    assert _cues(source, "stop", "self.source") == {cue}


def test_tests_of_its_own_count_for_no_method() -> None:
    source = PYTHON.format(pause=GUARDED + "\n        self.source.go()", seek="pass")
    assert _cues(source, "pause", "self.source") == {UNTESTED}


def test_functions_in_fields_are_methods_too() -> None:
    source = """
        class View {
          hide = () => { this.panel?.close(); };
          show() { this.panel.open(); }
        }
    """
    assert _cues(source, "show", "this.panel", "typescript") == {TESTED}


def test_a_method_alone_and_a_function_outside_tell_nothing() -> None:
    alone = "class A:\n    def f(self):\n        self.a.b()\n"
    outside = "def f(self):\n    self.a.b()\n\n\ndef g(self):\n    return self.a and self.a.b\n"
    assert _cues(alone, "f", "self.a") == _cues(outside, "f", "self.a") == set()


def test_what_is_no_field_has_no_habit() -> None:
    source = "class A:\n    def f(self, a):\n        a.b()\n\n    def g(self, a):\n        return a and a.b\n"
    assert _cues(source, "f", "a") == set()


def test_a_field_that_others_test_is_doubted_more() -> None:
    careless, careful = (
        max(one.confidence for one in judgments(_function(PYTHON.format(pause=p, seek="pass"), "stop")))
        for p in ("self.source.wait()", GUARDED)
    )
    assert careful > careless


def test_the_weights_doubt_what_is_tested_elsewhere_and_trust_what_is_not() -> None:
    assert learned()[UNTESTED] < 0 < learned()[TESTED]


def test_the_message_names_the_line_of_the_test() -> None:
    (judged,) = judgments(_function(PYTHON.format(pause=GUARDED, seek="pass"), "stop"))
    said = explain(judged.suspect.origin, "self.source", 3)
    assert said == "`self.source` is used here without the check for None made on line 6"
