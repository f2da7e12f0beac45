"""What the next version of a function mends."""

import pytest

from smallsense.text.languages import by_name
from smallsense.text.snapshot import Snapshot
from smallsense.training.mending import MOST_ADDED, functions, mended_between

BEFORE = """
def name(self, key):
    node = self.tree.find(key)
    return node.label + self.tree.label + node.id
"""
AFTER = """
def name(self, key):
    node = self.tree.find(key)
    if node is None:
        return ""
    return node.label + self.tree.label + node.id
"""


def _rows(before: str, after: str, language: str = "python") -> list[str]:
    return [row["expr"] for row in mended_between(before, after, language)]


def test_the_first_use_that_is_guarded_now_lacked_the_guard() -> None:
    (row,) = mended_between(BEFORE, AFTER, "python")
    assert BEFORE[row["deref_start"] : row["expr_end"]] == "node"
    assert BEFORE[row["expr_end"] :].startswith(".label")
    assert not row["also_protected"]


@pytest.mark.parametrize(
    "guard",
    [
        "    if not node:\n        raise KeyError(key)\n",
        "    if node is None or not key:\n        return ''\n",
    ],
)
def test_guards_have_many_forms(guard: str) -> None:
    after = AFTER.replace('    if node is None:\n        return ""\n', guard)
    assert _rows(BEFORE, after) == ["node"]


def test_a_changed_line_may_hold_the_guard() -> None:
    before = "function f(a) {\n  const b = a.find(1);\n  return b.c;\n}"
    assert _rows(before, before.replace("b.c", "b ? b.c : 0"), "javascript") == ["b"]
    assert _rows(before, before.replace("b.c", "b?.c"), "javascript") == ["b"]


def test_what_became_another_value_was_not_mended() -> None:
    after = AFTER.replace("self.tree.find(key)", "self.tree.search(key)")
    assert _rows(BEFORE, after) == []


def test_an_assertion_mends_nothing() -> None:
    after = AFTER.replace('    if node is None:\n        return ""\n', "    assert node is not None\n")
    assert _rows(BEFORE, after) == []


def test_a_function_that_takes_other_values_is_another() -> None:
    assert _rows(BEFORE, AFTER.replace("key):", "key=None):")) == []


def test_who_does_more_than_add_a_guard_does_other_work() -> None:
    more = "".join(f"    log({number})\n" for number in range(MOST_ADDED))
    assert _rows(BEFORE, AFTER.replace("    if node", f"{more}    if node")) == []


def test_other_work_elsewhere_in_the_function_does_not_matter() -> None:
    before = BEFORE.replace("    node =", "    log(1)\n    log(2)\n    close()\n    node =")
    after = AFTER.replace("    node =", '    logger.info("%s", 1)\n    open(2)\n    close()\n    node =')
    assert _rows(before, after) == ["node"]


def test_other_work_on_the_same_value_is_no_mending() -> None:
    before = BEFORE.replace("    return", "    key = key.lower()\n    return")
    after = before.replace("    key =", "    if node is None:\n        return 0\n    key =")
    assert _rows(before, after) == ["node"]
    assert _rows(before, after.replace("node.id", "node.name.lower()")) == []
    assert _rows(before, after.replace("key.lower()", "node.key.lower()")) == []


def test_a_name_in_another_name_is_no_mention() -> None:
    before = BEFORE.replace("    node =", "    nodes = f(key)\n    node =")
    after = AFTER.replace("    node =", "    nodes = [key.index, key]\n    node =")
    assert _rows(before, after) == ["node"]


def test_a_function_that_was_written_anew_says_nothing() -> None:
    old = "".join(f"    log({number})\n" for number in range(6))
    before, after = (
        text.replace("    node =", f"{lines}    node =")
        for text, lines in ((BEFORE, old), (AFTER, old.replace("log", "print")))
    )
    assert _rows(before, after) == []


def test_two_guards_at_once_say_nothing_of_each_other() -> None:
    before = "def f(a, b):\n    a = g(a)\n    b = g(b)\n    return a.x + b.x\n"
    after = before.replace("    return", "    if a is None or b is None:\n        return 0\n    return")
    rows = {row["expr"]: row for row in mended_between(before, after, "python")}
    assert rows.keys() == {"a", "b"}
    assert [before[start:end] for start, end in rows["a"]["also_protected"]] == ["b"]


def test_functions_are_known_by_their_place() -> None:
    source = (
        "class A:\n    def f(self):\n        pass\n\ndef f():\n    pass\n\ndef g(): pass\n\ndef g(): pass\n"
    )
    language = by_name("python")
    assert language is not None
    found = functions(Snapshot.open("file:///a.py", language, 1, source))
    assert found == {"A.f": "    def f(self):\n        pass", "f": "def f():\n    pass"}
