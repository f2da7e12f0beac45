"""Follow a recipe from data to adapter: what `smallsense train` runs."""

from __future__ import annotations

import json
import math
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # spinning threads stall a machine that has other work

import torch  # pyright: ignore[reportMissingImports]
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from smallsense.training.base import Model, faster
from smallsense.training.choices import draw_choices, load_choices, tokenize_choices
from smallsense.training.export import load_factors, read_adapter, write_adapter
from smallsense.training.lora import Progress, Step, averaged, train
from smallsense.training.packing import Tokens, tokenize
from smallsense.training.pairs import Tally
from smallsense.training.pool import draw, load_pool
from smallsense.training.recipe import Recipe, read_recipe
from smallsense.training.structure import Plan, read_plan
from smallsense.training.tokens import load_tokenizer


def build(
    recipe: Recipe, base: Path, data: Path, cache: Path, console: Console, beside: Path
) -> list[Tokens]:
    """The token files of a recipe's stages, built if the cache has none for this recipe.

    For pairs also writes `held_out.txt`: clean sentences of sources that train nothing, one a line. Other
    recipes that it names are in the folder `beside`.

    Raises:
        DataError: the data is missing, broken, or its license does not permit training.
    """
    folder = cache / f"{recipe.name}-{recipe.data_key()}"
    paths = [folder / f"stage-{number}.npz" for number in range(len(recipe.stages))]
    if not all(path.exists() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        if "fixes" in recipe.raw["data"]:
            released = read_plan(beside / recipe.raw["data"]["released"])
            _build_choices(recipe, base, data, released, cache, paths, console)
        else:
            _build_pairs(recipe, base, data, folder, paths)
    stages = [Tokens.load(path) for path in paths]
    for number, tokens in enumerate(stages):
        console.print(f"stage {number}: {len(tokens):,} texts, {len(tokens.ids):,} tokens ({folder})")
    return stages


def _build_choices(
    recipe: Recipe,
    base: Path,
    data: Path,
    released: Plan,
    folder: Path,
    paths: list[Path],
    console: Console,
) -> None:
    rng = random.Random(recipe.seed)
    texts = load_choices(data, recipe.raw, released, folder, rng, console)
    tokenizer = load_tokenizer(base)
    for path, stage in zip(paths, recipe.stages, strict=True):
        drawn = draw_choices(texts, stage.mix, stage.pairs, rng)
        tokenize_choices(drawn, tokenizer, recipe.raw["data"]["longest"]).save(path)


def _build_pairs(recipe: Recipe, base: Path, data: Path, folder: Path, paths: list[Path]) -> None:
    rng, tally = random.Random(recipe.seed), Tally()
    pool, held = load_pool(data, recipe.raw, rng, tally)
    rng.shuffle(held)
    (folder / "held_out.txt").write_text("\n".join(held) + "\n", encoding="utf-8")
    tokenizer = load_tokenizer(base)
    for path, stage in zip(paths, recipe.stages, strict=True):
        pairs = draw(pool, stage.mix, stage.pairs, rng)
        with (folder / f"{path.stem}-sample.jsonl").open("w", encoding="utf-8") as sample:
            for pair in pairs[:500]:
                sample.write(json.dumps([pair.origin, pair.source, pair.target], ensure_ascii=False) + "\n")
        tokenize(pairs, tokenizer, recipe.raw["data"]["longest"]).save(path)
    (folder / "tally.json").write_text(json.dumps(tally.counts, indent=1), encoding="utf-8")


def _reporter(console: Console, tokens: int) -> tuple[Bar, Callable[[Step], None]]:
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("tokens"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    task = bar.add_task("training", total=tokens)
    mean = 0.0

    def report(step: Step) -> None:
        nonlocal mean
        mean = step.loss if not mean else 0.97 * mean + 0.03 * step.loss
        text = f"step {step.progress.step} loss {mean:.3f} {step.speed:.0f} tokens/s"
        bar.update(task, completed=step.progress.tokens, description=text)
        if bar.disable and step.progress.step % 10 == 0:
            seen = step.progress.tokens / 1e6
            left = step.progress.elapsed * (1 / step.share - 1) / 60
            place = f"stage {step.stage} · rate {step.rate:.2e} · {seen:.2f} M tokens"
            console.print(f"{text} · {place} · {left:.0f} min left", highlight=False, soft_wrap=True)

    return bar, report


def run(
    recipe_path: Path,
    base: Path,
    data: Path,
    folder: Path,
    *,
    minutes: float = math.inf,
    cache: Path | None = None,
    start: Path | None = None,
    resume: bool = False,
    compiled: bool = True,
    console: Console | None = None,
) -> Progress:
    """Train the adapter of a recipe on the GGUF file `base`, into `folder`; stop after `minutes`.

    `start` is an adapter to go on from; `resume` takes up the checkpoint in `folder`; `cache` holds the
    tokenized data (default: inside `folder`).

    Raises:
        RecipeError, DataError, ValueError, ArithmeticError: as the message says.
    """
    console = console or Console()
    recipe = read_recipe(recipe_path)
    folder.mkdir(parents=True, exist_ok=True)
    stages = build(recipe, base, data, cache or folder, console, recipe_path.parent)
    if "jemalloc" not in os.environ.get("LD_PRELOAD", "") and sys.platform == "linux":
        console.print("hint: with LD_PRELOAD=libjemalloc.so.2 training is faster")
    torch.manual_seed(recipe.seed)
    dtype = faster()
    console.print(f"weights are kept in {str(dtype).removeprefix('torch.')}, which is the faster type here")
    model = Model(base, recipe.rank, recipe.alpha, dtype=dtype)
    if start is not None and not resume:
        load_factors(model, *read_adapter(start))
    bar, report = _reporter(console, recipe.training.tokens)
    with bar:
        return train(
            model, recipe, stages, folder, minutes=minutes, resume=resume, compiled=compiled, report=report
        )


def export(recipe_path: Path, folder: Path, path: Path) -> None:
    """Write the adapter in the last checkpoint of `folder` to `path`."""
    recipe = read_recipe(recipe_path)
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    shipped = averaged(recipe, state["ends"], state["factors"])
    write_adapter(path, shipped, recipe.alpha, recipe.tensors, recipe.name)
