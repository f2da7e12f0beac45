"""What counts as a hit, as a false alarm, and as neither; and the figures that follow."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from smallsense.evaluation.nullness.alarm import Alarm, placed, surest
from smallsense.evaluation.nullness.checker import Checker, Mark, check
from smallsense.evaluation.nullness.checkers import PYTHON
from smallsense.evaluation.nullness.comparison import groups
from smallsense.evaluation.nullness.document import Document, Place, document
from smallsense.evaluation.nullness.fixed import Fixed, read_fixed
from smallsense.evaluation.nullness.score import sample
from smallsense.text.span import Span

CODE = "def f(a, b):\n    a.x.y()\n    return b[0]\n"


def _span(code: Document, text: str) -> Span:
    start = code.snapshot.source.index(text.encode())
    return Span(start, start + len(text))


def _fixed(code: Document, needed: str, *left_out: str) -> Fixed:
    ignored = frozenset(_span(code, text) for text in left_out)
    return Fixed(code, _span(code, needed), False, ignored, "param", frozenset({"param"}))


def _alarm(code: Document, value: str, use: str, confidence: float = 1.0) -> Alarm:
    return Alarm(Place(_span(code, value), _span(code, use)), confidence)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "    def f(self):\n        return self.a.b\n"),
        ("javascript", "function(a) { return a.b; }"),
        ("javascript", "name(a) { return a.b; }"),
        ("typescript", "private async name(a?: B): Promise<C> { return a.b; }"),
        ("javascript", "async (a) => a.b"),
    ],
)
def test_a_function_taken_out_of_its_surroundings_parses(language: str, text: str) -> None:
    code = document("x", "r", language, text)
    assert code.snapshot.errors.count == 0
    assert code.snapshot.source[code.frame :].startswith(text.encode())
    assert any(code.snapshot.slice(place.use).endswith("a.b") for place in code.places)


def test_what_a_checker_marks_is_the_dereference_it_means() -> None:
    code = document("x", "r", "python", CODE)
    member = placed(code, _span(code, "y"), "use")
    assert code.snapshot.slice(member.value) == "a.x"
    whole = placed(code, _span(code, "a.x.y"), "use")
    assert whole == member
    base = placed(code, _span(code, "a.x"), "value")
    assert base == member
    element = placed(code, _span(code, "b[0]"), "use")
    assert code.snapshot.slice(element.value) == "b"


def test_of_alarms_for_one_value_the_surest_stays() -> None:
    code = document("x", "r", "python", CODE)
    low, high = _alarm(code, "b", "b[0]", 0.2), _alarm(code, "b", "b[0]", 0.7)
    assert surest([low, high]) == (high,)


def test_what_another_fix_of_the_same_function_mended_is_left_out(tmp_path: Path) -> None:
    def row(use: str) -> dict[str, object]:
        start = CODE.index(use)
        return {
            "repo": "r",
            "path": "x.py",
            "lang": "python",
            "before": CODE,
            "deref_start": start,
            "deref_end": start + len(use),
            "deref_kind": "attr",
            "origin": "param",
            "evidence": [],
            "also_protected": [],
            "same_expr_derefs": [],
            "fixed_elsewhere": [],
        }

    path = tmp_path / "fixes.jsonl"
    rows = [row("a.x"), row("b[0]"), {**row("b[0]"), "path": "y.py"}]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    code = document("x", "r", "python", CODE)
    one, other, elsewhere = read_fixed(path)
    assert one.left_out == {_span(code, "b[0]")}
    assert other.left_out == {_span(code, "a.x")}
    assert not elsewhere.left_out


def test_hits_and_false_alarms_are_told_apart_and_the_rest_is_left_out() -> None:
    code = document("x", "r", "python", CODE)
    said = {
        "1": [
            _alarm(code, "b", "b[0]", 0.9),
            _alarm(code, "a", "a.x", 0.8),
            _alarm(code, "a.x", "a.x.y", 0.7),
        ]
    }
    counted = sample({"1": _fixed(code, "b[0]", "a.x")}, said)
    assert counted.recall(0.5).value == 1
    assert counted.precision(0.5).value == 0.5
    assert counted.alarms(0.5).value == pytest.approx(1000 / 3)
    assert counted.recall(0.95).value == 0
    assert math.isnan(counted.precision(0.95).value)
    assert counted.average_precision().value == 1
    assert sample({"1": _fixed(code, "a.x.y")}, said).average_precision().value == pytest.approx(1 / 3)
    assert sample({"1": _fixed(code, "a.x.y")}, said).recall_within(400) == 0
    assert sample({"1": _fixed(code, "a.x.y")}, said).recall_within(700) == 1


def test_alarms_of_equal_confidence_have_no_order() -> None:
    code = document("x", "r", "python", CODE)
    said = {"1": [_alarm(code, "a", "a.x"), _alarm(code, "b", "b[0]")]}
    assert sample({"1": _fixed(code, "b[0]")}, said).average_precision().value == 0.5
    assert sample({"1": _fixed(code, "a.x")}, said).average_precision().value == 0.5


def test_on_clean_code_every_alarm_is_false() -> None:
    code = document("x", "r", "python", CODE)
    counted = sample({}, {"x": [_alarm(code, "b", "b[0]", 0.9)]}, {"x": code})
    assert counted.alarms(0.5).value == pytest.approx(1000 / 3)
    assert counted.alarms(0.95).value == 0


def test_rows_are_read_with_their_frame_and_grouped(tmp_path: Path) -> None:
    row = {
        "path": "a.js",
        "repo": "one/two",
        "lang": "javascript",
        "before": "name(a) { return a.b + a.c; }",
        "deref_start": 17,
        "deref_end": 20,
        "deref_kind": "attr",
        "also_protected": [[23, 26]],
        "same_expr_derefs": [],
        "fixed_elsewhere": [],
        "origin": "param",
        "evidence": ["param", "checked_elsewhere"],
    }
    file = tmp_path / "fixes.jsonl"
    file.write_text(json.dumps(row) + "\n", "utf-8")
    (one,) = read_fixed(file)
    assert one.document.snapshot.slice(one.needed) == "a.b"
    assert [one.document.snapshot.slice(span) for span in one.left_out] == ["a.c"]
    assert one.has_cue
    assert set(groups({"1": one})) == {
        "all",
        "javascript",
        "javascript and typescript",
        "with a cue",
        "origin param",
        "evidence param",
        "evidence checked_elsewhere",
    }


def test_a_checker_is_run_once_for_the_same_texts(tmp_path: Path) -> None:
    runs: list[list[str]] = []

    def run(folder: Path, roots: object, paths: object) -> list[Mark]:
        runs.append([file.relative_to(folder).as_posix() for file in folder.rglob("*.py")])
        return [Mark("deep/x.py", CODE.index("b[0]"), CODE.index("b[0]") + 1, "value")]

    checker = Checker("a checker", PYTHON, lambda: "1.0", run)
    shown = {
        "deep/x.py": document("x", "r", "python", CODE),
        "y.js": document("y", "r", "javascript", "a.b()"),
    }
    said = check(checker, shown, ("deep", "absent"), tmp_path)
    assert check(checker, shown, ("deep", "absent"), tmp_path) == said
    assert runs == [["deep/x.py"]]
    assert [CODE[alarm.place.use.start : alarm.place.use.end] for alarm in said["deep/x.py"]] == ["b[0]"]
    assert "y.js" not in said
