"""Uses of values as texts to train on."""

import dataclasses
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from smallsense.text.languages import by_name
from smallsense.text.snapshot import Snapshot
from smallsense.training.choices import (
    Labeled,
    doubted,
    draw_choices,
    held_out,
    labeled,
    load_choices,
    safe,
    unguarded,
)
from smallsense.training.releases import RELEASES, History
from smallsense.training.rows import DataError
from smallsense.training.structure import Plan, read_plan
from smallsense.training.wrapped import wrapped

ROW = {
    "lang": "python",
    "before": "def name(tree, key):\n    node = tree.find(key)\n    return node.label + tree.label\n",
    "deref_start": 58,
    "expr_end": 62,
    "also_protected": [],
    "same_expr_derefs": [],
    "fixed_elsewhere": [],
}


def test_the_mended_use_is_the_one_to_flag() -> None:
    (text,) = labeled(ROW, 6, random.Random(0))
    assert text.context == ROW["before"].rstrip()
    asked = dict(zip(text.marks, text.positive, strict=True))
    assert asked["\n\n>>> return node\n>>> missing?"]
    assert not asked["\n\n>>> node = tree\n>>> missing?"]
    assert sum(text.positive) == 1


def test_uses_that_say_nothing_about_the_fix_are_left_out() -> None:
    start = ROW["before"].index("tree.find")
    (text,) = labeled({**ROW, "also_protected": [[start, start + 9]]}, 6, random.Random(0))
    assert "\n\n>>> node = tree\n>>> missing?" not in text.marks


def test_the_mended_use_stays_when_questions_are_cut() -> None:
    (text,) = labeled(ROW, 1, random.Random(0))
    assert text.positive == (True,)


GUARDED = """
def name(tree, key):
    node = tree.find(key)
    if node is None:
        return ""
    return node.label
"""


def _guarded() -> Snapshot:
    language = by_name("python")
    assert language is not None
    return Snapshot.open("file:///a.py", language, 1, GUARDED)


def test_the_use_that_lost_its_guard_is_the_one_to_flag() -> None:
    (text,) = unguarded(_guarded(), 2, 6, random.Random(0))
    assert "if node" not in text.context
    asked = dict(zip(text.marks, text.positive, strict=True))
    assert asked["\n\n>>> return node\n>>> missing?"]


def test_released_code_is_safe() -> None:
    (text,) = safe(_guarded(), 1.0, 6, random.Random(0))
    assert "if node" in text.context
    assert not any(text.positive)
    assert list(safe(_guarded(), 0.0, 6, random.Random(0))) == []


def test_of_released_code_the_model_is_asked_what_the_score_doubts() -> None:
    language = by_name("python")
    assert language is not None
    (text,) = doubted(Snapshot.open("file:///a.py", language, 1, ROW["before"]), 6)
    assert text.marks == ("\n\n>>> return node\n>>> missing?",)
    assert text.positive == (False,)
    assert not [text for text in doubted(_guarded(), 6) if any("return" in mark for mark in text.marks)]


def test_without_chance_the_most_doubted_uses_are_asked_about() -> None:
    for most in (1, 2):
        (text,) = labeled({**ROW, "deref_start": 32, "expr_end": 36}, most, None)
        asked = ["\n\n>>> node = tree\n>>> missing?", "\n\n>>> return node\n>>> missing?"]
        assert list(text.marks) == asked[:most]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Two packages whose releases were compared: the second comes from a repository that is held out."""
    names = [f"tree{number}" for number in range(50)]
    out = next(name for name in names if held_out(name, 15))
    histories = History("pypi", "leaf", "MIT", ("1", "2")), History("pypi", "twig", "MIT", ("1", "2"), out)
    (tmp_path / RELEASES).mkdir()
    for history in histories:
        row = {**ROW, "repo": history.repository, "before": f"# {history.name}\n" + ROW["before"]}
        row |= {key: ROW[key] + 7 for key in ("deref_start", "expr_end")}
        (tmp_path / RELEASES / f"pypi+{history.name}.jsonl").write_text(json.dumps(row) + "\n")
    recipe = Path(__file__).parents[2] / "models" / "recipes" / "nullness-structure.toml"
    return dataclasses.replace(read_plan(recipe), packages=(), donors=(), histories=histories)


def _recipe(kind: str) -> dict[str, object]:
    rules = {"questions": 6, "lines": 10, "held_out_percent": 15, "fixes": "none.jsonl"}
    return {"data": rules, "stages": [{"mix": {kind: 1.0}}]}


def test_only_wanted_kinds_are_read_and_nothing_of_what_is_held_out(tmp_path: Path, plan: Plan) -> None:
    console = Console(quiet=True)
    texts = load_choices(tmp_path, _recipe("releases"), plan, tmp_path, random.Random(0), console)
    assert list(texts) == ["releases"]
    (text,) = texts["releases"]
    assert sum(text.positive) == 1


def test_an_unknown_kind_is_named(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(DataError, match="leaves"):
        load_choices(tmp_path, _recipe("leaves"), plan, tmp_path, random.Random(0), Console(quiet=True))


def test_kinds_are_drawn_in_their_shares_again_only_where_there_are_too_few() -> None:
    texts = {
        kind: [Labeled(f"{kind} {number}", (), ()) for number in range(size)]
        for kind, size in (("fixes", 30), ("safe", 100))
    }
    drawn = draw_choices(texts, {"fixes": 0.6, "safe": 0.4}, 100, random.Random(0))
    counts = Counter(one.context for one in drawn)
    assert Counter(one.context.split()[0] for one in drawn) == {"fixes": 60, "safe": 40}
    assert {count for context, count in counts.items() if context.startswith("fixes")} == {2}
    assert max(count for context, count in counts.items() if context.startswith("safe")) == 1


def test_a_method_alone_is_put_into_a_class() -> None:
    snapshot, offset = wrapped("run() {\n  return this.node.name;\n}", "javascript")
    assert snapshot.tree is not None
    assert not snapshot.tree.root_node.has_error
    assert snapshot.source[offset:].startswith(b"run()")


def test_the_asked_share_of_repositories_is_held_out() -> None:
    assert 100 < sum(held_out(f"owner/project-{number}", 15) for number in range(1000)) < 200
