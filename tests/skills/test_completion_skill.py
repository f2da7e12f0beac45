from __future__ import annotations

import pytest

from smallsense.engine.questions import Generate, Generation
from smallsense.skills.completion import MAX_MODULE_PREFIX, MAX_PREFIX, SKILL
from smallsense.skills.rehearsal import opened, scopes_for
from smallsense.skills.skill import Example


def _asked(marked: str, name: str = "python") -> list[Generate]:
    snapshot, cursor = opened(Example(marked, None, language=name))
    found = [question for scope in scopes_for(SKILL, snapshot, cursor) for question in SKILL.ask(scope)]
    return [question for question in found if isinstance(question, Generate)]


def _completed(marked: str, text: str, name: str = "python", confidence: float = 0.9) -> str | None:
    """The document with what the model wrote at the cursor, or None if nothing is offered."""
    snapshot, cursor = opened(Example(marked, None, language=name))
    for scope in scopes_for(SKILL, snapshot, cursor):
        for question in SKILL.ask(scope):
            for finding in SKILL.read(scope, question, Generation(text, (text,), confidence)):
                return snapshot.edited(finding.edits, 2).text
    return None


@pytest.mark.parametrize(
    ("marked", "text", "after"),
    [
        ("def f(a):\n    return <CURSOR>\n", "a + 1", "def f(a):\n    return a + 1\n"),
        ("def f(a):\n    return <CURSOR>\n", "a + 1\nprint(a)", "def f(a):\n    return a + 1\n"),
        ("def f(a):\n    g(<CURSOR>)\n", "a)", "def f(a):\n    g(a)\n"),
        ("def f(a):\n    g(<CURSOR>)\n", "h(a)", "def f(a):\n    g(h(a))\n"),
        ("def f(a):\n    g(<CURSOR>)\n", "h(a", "def f(a):\n    g(h(a))\n"),
        ("def f(a):\n    g(<CURSOR>)\n", "h(a))", "def f(a):\n    g(h(a))\n"),
        ("def f(a):\n    g([<CURSOR>])\n", "a])", "def f(a):\n    g([a])\n"),
        ("def f(a):\n    <CURSOR>\n", "    return a", "def f(a):\n    return a\n"),
        ("def f(é):\n    return <CURSOR>\n", "é", "def f(é):\n    return é\n"),
    ],
)
def test_line_is_completed(marked: str, text: str, after: str):
    assert _completed(marked, text) == after


def test_prose_is_completed_to_the_end_of_its_sentence():
    assert _completed("The parser reads <CURSOR>\n", "one line. Then it", "markdown") == (
        "The parser reads one line.\n"
    )


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("def f(a):\n    ret<CURSOR>urn a\n", "python"),
        ("def f(a):\n    x = <CURSOR> + a\n", "python"),
        ("<CURSOR>", "python"),
        ("\n\n<CURSOR>\n\n", "python"),
        ("<CURSOR>\n", "markdown"),
        ("A whole sentence.<CURSOR>\n", "markdown"),
        ("A word <CURSOR>in the middle.\n", "markdown"),
        ("Text.\n\n<CURSOR>\n", "markdown"),
    ],
)
def test_nothing_is_asked_in_the_middle_or_in_the_void(marked: str, name: str):
    assert _asked(marked, name) == []


@pytest.mark.parametrize("text", ["", "   ", "\n", "\nreturn a", "...", "  \t"])
def test_nothing_is_offered_where_the_model_says_nothing(text: str):
    assert _completed("def f(a):\n    return <CURSOR>\n", text) is None


def test_doubtful_completion_is_not_offered():
    assert _completed("def f(a):\n    return <CURSOR>\n", "a", confidence=0.1) is None


def test_next_line_is_not_said_twice():
    assert _completed("def f(a):\n    b = <CURSOR>\n    b = a\n", "a") is None


def test_line_above_is_not_said_again():
    assert _completed("def f(a):\n    g(a, 1)\n    g(<CURSOR>\n", "a, 1)") is None


def test_without_a_cursor_nothing_is_asked():
    assert _asked("def f(a):\n    return \n") == []


def test_model_sees_no_more_than_the_function():
    (question,) = _asked("SECRET = 1\n\n\ndef f(a):\n    return <CURSOR>\n\n\ndef g():\n    HIDDEN\n")
    assert "SECRET" not in question.prefix
    assert "HIDDEN" not in question.suffix
    assert question.prefix == "def f(a):\n    return "


def test_long_scopes_are_cut_at_a_line():
    module = "".join(f"value_{number} = {number}\n" for number in range(900))
    (question,) = _asked(module + "x = <CURSOR>\n")
    assert len(question.prefix) <= MAX_MODULE_PREFIX
    assert question.prefix.startswith("value_")
    body = "".join(f"    value_{number} = {number}\n" for number in range(900))
    (question,) = _asked(f"def f():\n{body}    x = <CURSOR>\n")
    assert len(question.prefix) <= MAX_PREFIX
    assert question.prefix.startswith("    value_")
