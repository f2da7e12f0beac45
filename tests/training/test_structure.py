"""Examples for the structural score."""

import dataclasses
import math
import random
from pathlib import Path

import pytest
from rich.console import Console

from smallsense.skills.nullness.habit import TESTED
from smallsense.text.languages import by_name
from smallsense.text.snapshot import Snapshot
from smallsense.training.fetch import PACKAGES
from smallsense.training.held_out import held_out
from smallsense.training.logistic import Function, Use
from smallsense.training.releases import History
from smallsense.training.rows import DataError
from smallsense.training.structure import MOST, average_precision, factors, judged, read_plan, unmended
from smallsense.training.uses import mended, safe, stripped

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


def _opened(source: str) -> Snapshot:
    language = by_name("python")
    assert language is not None
    return Snapshot.open("file:///a", language, 1, source)


def test_the_mended_use_alone_is_a_positive() -> None:
    (found,) = mended(ROW, 0.5)
    assert [use.label for use in found.uses] == [False, True]
    assert (found.weight, found.artificial) == (0.5, False)
    assert "value verb=find" in found.uses[1].cues


def test_of_what_says_nothing_about_the_fix_nothing_is_learned() -> None:
    start = SOURCE.index("tree.find")
    (found,) = mended({**ROW, "fixed_elsewhere": [[start, start + 9]]}, 1.0)
    assert [use.label for use in found.uses] == [None, True]


def test_what_another_fix_of_the_same_code_mended_is_no_negative() -> None:
    other = {**ROW, "deref_start": SOURCE.index("tree.find")}
    (found,) = mended(ROW, 1.0, [other])
    assert [use.label for use in found.uses] == [None, True]


def test_every_use_of_released_code_is_safe() -> None:
    (found,) = safe(_opened(SOURCE), 0.6)
    assert [use.label for use in found.uses] == [False, False]


def test_the_newest_release_is_code_in_which_nothing_is_missing(tmp_path: Path) -> None:
    histories = tuple(
        History("pypi", name, "MIT", ("1", "2"), mined) for name, mined in (("tree", "a/b"), ("twig", ""))
    )
    for history in histories:
        package = tmp_path / PACKAGES / "pypi" / f"{history.name}-2"
        package.mkdir(parents=True)
        (package / "name.py").write_text(SOURCE)
        (package / "node_modules").mkdir()
        (package / "node_modules" / "other.py").write_text(SOURCE)
    plan = dataclasses.replace(read_plan(RECIPE), histories=histories, newest_weight=0.5)
    found = unmended(plan, tmp_path, Console(quiet=True))
    assert [(one.name, one.lines) for one in found] == [("a/b", 3), ("pypi/twig", 3)]
    (function,) = found[0].functions
    assert (function.weight, [use.label for use in function.uses]) == (0.5, [False, False])


def test_the_first_use_of_what_a_guard_protected_lacks_it() -> None:
    source = """
class A:
    def f(self, tree):
        if tree.node:
            if self.ready:
                tree.node.label.strip()
            else:
                tree.node.close()
"""
    (found,) = stripped(_opened(source), 1.0, 3, random.Random(1))
    assert [(use.path, use.label) for use in found.uses] == [
        ("tree", False),
        ("tree.node", True),
        ("tree.node.label", None),
        ("tree", False),
        ("tree.node", None),
    ]
    assert found.artificial


CLASS = """
class A:
    def f(self):
        if self.tree:
            self.tree.close()

    def g(self):
        return self.tree and self.tree.size
"""


def test_what_other_methods_do_is_told_of_a_function_without_its_guard() -> None:
    shown = [
        use for one in stripped(_opened(CLASS), 1.0, 3, random.Random(1)) for use in one.uses if use.label
    ]
    assert [(use.path, use.habit) for use in shown] == [("self.tree", {TESTED})] * 2
    assert not any(TESTED in use.cues for use in shown)


def test_a_habit_is_worth_how_much_likelier_it_is_where_a_guard_is_missing() -> None:
    rare, common = frozenset({"rare"}), frozenset({"common"})
    lacking = [Function((Use(frozenset(), True, habit=one),)) for one in (rare, rare, common)]
    kept = [Function((Use(frozenset(), False, habit=one),)) for one in (rare, common, common)]
    found = factors(kept, lacking)
    assert found["rare"] == pytest.approx(math.log(3 / 2)) == -found["common"]
    assert factors(kept, lacking[:1] * 99)["common"] == -MOST


def test_the_confidence_in_a_use_depends_on_its_rivals_and_is_never_below_its_prior() -> None:
    weights = {"constant": 0.0, "likely": 2.0}
    likely, unlikely = Use(frozenset({"likely"}), True, "a"), Use(frozenset(), False, "b", 0.4)
    alone, rivals = (
        [one for one, _ in judged([Function(uses)], weights)] for uses in ((likely,), (likely, unlikely))
    )
    assert alone[0] > rivals[0]
    assert rivals[1] == 0.4


def test_the_recipe_trains_on_nothing_that_is_measured() -> None:
    plan = read_plan(RECIPE)
    learned = {one.name for one in (*plan.packages, *plan.donors, *plan.histories)}
    assert plan.histories
    assert not learned & {one.name for one in held_out()}


@pytest.mark.parametrize("name", ["flask", "sanic"])
def test_a_package_kept_for_measuring_is_refused(tmp_path: Path, name: str) -> None:
    recipe = tmp_path / "recipe.toml"
    text = "\n".join(
        line for line in RECIPE.read_text("utf-8").splitlines() if not line.startswith("releases")
    )
    recipe.write_text(text.replace(f'name = "{name}"', 'name = "httpx"'), "utf-8")
    with pytest.raises(DataError, match="httpx"):
        read_plan(recipe)


def test_average_precision_is_one_where_every_positive_comes_first() -> None:
    assert average_precision([(3.0, True), (2.0, True), (1.0, False)]) == 1.0
    assert average_precision([(3.0, False), (2.0, True)]) == 0.5
