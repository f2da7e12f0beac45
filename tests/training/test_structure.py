"""Examples for the structural score."""

from pathlib import Path

import pytest

from smallsense.training.held_out import held_out
from smallsense.training.pairs import DataError
from smallsense.training.structure import average_precision, from_fix, read_plan

RECIPE = Path(__file__).parents[2] / "models" / "recipes" / "nullness-structure.toml"
SOURCE = "def name(tree, key):\n    node = tree.find(key)\n    return node.label\n"
ROW = {
    "lang": "python",
    "tier": "B",
    "before": SOURCE,
    "deref_start": SOURCE.index("node.label"),
    "expr_end": SOURCE.index("node.label") + 4,
    "also_protected": [],
    "same_expr_derefs": [],
    "fixed_elsewhere": [],
}


def test_the_mended_use_alone_is_a_positive() -> None:
    found = list(from_fix(ROW, {"A": 1.0, "B": 0.5}))
    assert [(example.label, example.weight) for example in found] == [(False, 0.5), (True, 0.5)]
    assert "value verb=find" in found[1].cues


def test_what_says_nothing_about_the_fix_is_left_out() -> None:
    start = SOURCE.index("tree.find")
    found = list(from_fix({**ROW, "fixed_elsewhere": [[start, start + 9]]}, {"B": 1.0}))
    assert [example.label for example in found] == [True]


def test_the_recipe_trains_on_nothing_that_is_measured() -> None:
    assert not {one.name for one in read_plan(RECIPE).packages} & {one.name for one in held_out()}


def test_a_package_kept_for_measuring_is_refused(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.read_text("utf-8").replace('name = "flask"', 'name = "httpx"'), "utf-8")
    with pytest.raises(DataError, match="httpx"):
        read_plan(recipe)


def test_average_precision_is_one_where_every_positive_comes_first() -> None:
    assert average_precision([(3.0, True), (2.0, True), (1.0, False)]) == 1.0
    assert average_precision([(3.0, False), (2.0, True)]) == 0.5
