"""Guards are taken out of functions, and nothing else is."""

from __future__ import annotations

from textwrap import dedent

import pytest

from smallsense.text.languages import by_name
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.training.removal import Unguarded, unguarded


def _unguarded(source: str, name: str) -> list[Unguarded]:
    language = by_name(name)
    assert language is not None
    (scope,) = scopes(Snapshot.open("file:///a", language, 1, source), "function")
    return list(unguarded(scope))


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("if a.b is None:\n    return\na.b.go()", "pass\na.b.go()"),
        ("if not a.b:\n    raise KeyError(1)\na.b.go()", "pass\na.b.go()"),
        ("if a.b:\n    x = 1\n    a.b.go()", "x = 1\na.b.go()"),
        ("if a.b is not None:\n    a.b.go()\nelse:\n    f()", "a.b.go()"),
        ("return a.b and a.b.go()", "return a.b.go()"),
        ("return f() and a.b and a.b.go()", "return f() and a.b.go()"),
        ("return a.b is None or a.b.go()", "return a.b.go()"),
        ("return a.b.go() if a.b else 1", "return a.b.go()"),
    ],
)
def test_a_guard_of_python_is_taken_out(body: str, left: str) -> None:
    def function(lines: str) -> str:
        return "def f(a):\n" + "".join(f"    {line}\n" for line in lines.split("\n"))

    (found,) = _unguarded(function(body), "python")
    assert found.scope.text.rstrip() == function(left).rstrip()
    assert found.path == "a.b"
    assert found.before == {"a"} - ({"a.b"} if "a.b" not in left else set())


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("if (!a.b) return;\na.b.go();", "\na.b.go();"),
        ("if (a.b === null) {\n  return 1;\n}\na.b.go();", "\na.b.go();"),
        ("if (a.b) a.b.go();", "a.b.go();"),
        ("if (a.b != null) { x(); a.b.go(); }", "x(); a.b.go();"),
        ("return a.b && a.b.go();", "return a.b.go();"),
        ("return a.b ? a.b.go() : 1;", "return a.b.go();"),
        ("return !a.b ? 1 : a.b.go();", "return a.b.go();"),
        ("return a.b?.go();", "return a.b.go();"),
    ],
)
def test_a_guard_of_javascript_is_taken_out(body: str, left: str) -> None:
    (found,) = _unguarded(f"function f(a) {{\n{body}\n}}", "javascript")
    assert found.scope.text == f"function f(a) {{\n{left}\n}}"
    assert found.path == "a.b"


@pytest.mark.parametrize(
    "source",
    [
        "def f(a):\n    if a.b:\n        g()\n",
        "def f(a):\n    a.b.stop()\n    if a.b:\n        a.b.go()\n",
        "def f(a):\n    if a.b == 1:\n        a.b.go()\n",
        "def f(a):\n    if a.b is None:\n        g()\n    return 1\n",
        "def f(self):\n    if self:\n        self.go()\n",
        "def f(a):\n    x = []\n    if x:\n        x.pop()\n",
    ],
)
def test_what_protects_nothing_stays(source: str) -> None:
    assert _unguarded(source, "python") == []


def test_each_guard_is_taken_out_alone() -> None:
    source = dedent(
        """
        def f(a, b):
            if a is None or b is None:
                return
            if a.x:
                a.x.go()
            if b.x:
                b.x.go()
        """
    ).lstrip()
    texts = [one.scope.text for one in _unguarded(source, "python") if one.path.endswith(".x")]
    assert [("if a.x" in text, "if b.x" in text) for text in texts] == [(False, True), (True, False)]
