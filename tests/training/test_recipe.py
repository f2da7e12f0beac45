"""Recipes."""

import dataclasses
from pathlib import Path

import pytest

from smallsense.training.licenses import permissive
from smallsense.training.recipe import Recipe, RecipeError, read_recipe

OURS = Path(__file__).parents[2] / "models" / "recipes" / "grammar.toml"


def _falls(recipe: Recipe, begin: float, end: float, peak: float) -> None:
    plan = recipe.training
    top = begin + plan.warmup * (end - begin)
    assert recipe.rate_at(begin) < peak / 10
    assert recipe.rate_at(top) == pytest.approx(peak)
    rates = [recipe.rate_at(top + (end - top) * n / 50 * 0.9999) for n in range(51)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(peak * plan.floor, rel=0.01)


def test_the_rate_warms_up_and_ends_at_its_floor() -> None:
    recipe = read_recipe(OURS)
    recipe = dataclasses.replace(recipe, stages=recipe.stages[:2])
    _falls(recipe, 0.0, 1.0, recipe.training.rate)


def test_a_stage_with_a_rate_of_its_own_begins_a_new_cycle() -> None:
    recipe = read_recipe(OURS)
    first, second, third = (
        dataclasses.replace(stage, share=share)
        for stage, share in zip(recipe.stages[:3], (1, 2, 1), strict=True)
    )
    recipe = dataclasses.replace(recipe, stages=(first, second, dataclasses.replace(third, rate=5e-4)))
    _falls(recipe, 0.0, 0.75, recipe.training.rate)
    _falls(recipe, 0.75, 1.0, 5e-4)
    assert [recipe.cycle_at(progress) for progress in (0.0, 0.74, 0.76, 1.0)] == [0, 0, 1, 1]


def test_stages_take_their_shares_of_the_time() -> None:
    recipe = read_recipe(OURS)
    stage = recipe.stages[0]
    stages = tuple(dataclasses.replace(stage, share=share) for share in (1, 2, 1))
    recipe = dataclasses.replace(recipe, stages=stages)
    assert [recipe.stage_at(p) for p in (0.0, 0.24, 0.26, 0.74, 0.76, 1.0)] == [0, 0, 1, 1, 2, 2]


def test_only_what_decides_the_data_changes_its_key(tmp_path: Path) -> None:
    text = OURS.read_text()
    other_rate, other_mix = tmp_path / "rate.toml", tmp_path / "mix.toml"
    other_rate.write_text(text.replace("rate = 1.0e-3", "rate = 2.0e-3"))
    other_mix.write_text(text.replace("fixed = 0.08", "fixed = 0.18"))
    key = read_recipe(OURS).data_key()
    assert read_recipe(other_rate).data_key() == key
    assert read_recipe(other_mix).data_key() != key


def test_our_recipe_states_permissive_licenses_and_keeps_development_data_out() -> None:
    data = read_recipe(OURS).raw["data"]
    stated = [source["license"] for source in data["sources"] if "license" in source]
    assert stated
    assert all(permissive(name) for name in stated)
    assert "grammar/dev.jsonl" in data["never"]
    assert not any("jfleg" in source["file"] for source in data["sources"])


def test_at_least_a_quarter_of_our_pairs_are_left_as_they_are() -> None:
    stages = read_recipe(OURS).stages
    unchanged = sum(
        stage.share * sum(stage.mix.get(name, 0.0) for name in ("technical", "everyday", "fixed"))
        for stage in stages
    )
    assert unchanged >= 0.25 * sum(stage.share * sum(stage.mix.values()) for stage in stages)


def test_what_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    with pytest.raises(RecipeError, match=r"recipe\.toml"):
        read_recipe(path)
    path.write_text("name = 'x'\nseed = [")
    with pytest.raises(RecipeError, match=r"recipe\.toml"):
        read_recipe(path)
    path.write_text("name = 'x'\nseed = 1\n")
    with pytest.raises(RecipeError, match="training"):
        read_recipe(path)


@pytest.mark.parametrize("length", [0, 800_000])
def test_a_row_is_no_longer_than_the_model_reads(tmp_path: Path, length: int) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(OURS.read_text().replace("row_tokens = 256", f"row_tokens = {length}"))
    with pytest.raises(RecipeError, match=f"row_tokens is {length}"):
        read_recipe(path)
