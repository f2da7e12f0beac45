"""What ships is the mean of what the last cycles of the learning rate ended with."""

import dataclasses
from pathlib import Path

import pytest

from smallsense.training.recipe import read_recipe

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'smallsense[train]'")
pytest.importorskip("gguf", reason="gguf is not installed: pip install 'smallsense[train]'")

OURS = Path(__file__).parents[2] / "models" / "recipes" / "grammar.toml"


@pytest.mark.parametrize(("average", "mean"), [(1, 6.0), (2, 5.0), (3, 4.0), (9, 4.0)])
def test_so_many_last_cycles_count_alike(average: int, mean: float) -> None:
    from smallsense.training.lora import averaged

    recipe = read_recipe(OURS)
    recipe = dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, average=average))
    ends = [{"a": torch.full((2, 3), value)} for value in (2.0, 4.0)]
    shipped = averaged(recipe, ends, {"a": torch.full((2, 3), 6.0)})
    assert torch.equal(shipped["a"], torch.full((2, 3), mean))
