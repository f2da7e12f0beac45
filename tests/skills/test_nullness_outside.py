"""A verdict on a function is remembered only while nothing that it depends on changes."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from smallsense.skills.nullness.outside import outside
from smallsense.text.languages import by_name
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot

CLASS = """\
import json


def load(path):
    return json.loads(path)


class Reader:
    def __init__(self, path):
        self.path = path
        self.rows = []

    def read(self):
        return self.rows.get(1).name

    def other(self):
        return 1
"""


def _depends(source: str, uri: str = "file:///a.py") -> Hashable:
    language = by_name("python")
    assert language is not None
    (found,) = [s for s in scopes(Snapshot.open(uri, language, 1, source), "function") if s.name == "read"]
    return outside(found)


def test_what_happens_in_another_function_changes_nothing() -> None:
    assert _depends(CLASS) is not None
    assert _depends(CLASS.replace("return 1", "return 2")) == _depends(CLASS)
    assert _depends(CLASS.replace("json.loads(path)", "json.loads(path.x)")) == _depends(CLASS)
    assert _depends(CLASS.replace("return 1", "return self.path or 1")) == _depends(CLASS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("get(1)", "get(2)"),
        ("self.rows = []", "self.rows = None"),
        ("return 1", "self.rows = None"),
        ("return 1", "return self.rows or 1"),
        ("import json", "import json, rows"),
        ("import json\n", "import json\n\n"),
        ("class Reader:", "class Reader:\n    rows: list = None"),
        ("return json.loads(path)", "return {}"),
    ],
)
def test_what_bears_on_its_values_counts(old: str, new: str) -> None:
    assert _depends(CLASS.replace(old, new)) != _depends(CLASS)


def test_the_document_counts_for_tests_are_judged_milder() -> None:
    assert _depends(CLASS, "file:///test_a.py") != _depends(CLASS)


def test_a_module_is_looked_at_every_time() -> None:
    language = by_name("python")
    assert language is not None
    (module,) = scopes(Snapshot.open("file:///a.py", language, 1, CLASS), "module")
    assert outside(module) is None
