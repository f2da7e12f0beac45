"""The training loop: packed rows in, low-rank factors out, for a given number of tokens."""

from __future__ import annotations

import json
import math
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch  # pyright: ignore[reportMissingImports]
from torch import Tensor  # pyright: ignore[reportMissingImports]

from smallsense.training.base import Model
from smallsense.training.export import factors, mean_factors, write_adapter
from smallsense.training.loss import losses_of
from smallsense.training.packing import Batch, Tokens, batches
from smallsense.training.recipe import Recipe

Factors = Mapping[str, Tensor]
"""The trained factors by the names they have in an adapter file."""


@dataclass(slots=True)
class Progress:
    """How far a run has come; kept in its checkpoints. `elapsed` is in seconds of training."""

    step: int = 0
    elapsed: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What one step reports."""

    progress: Progress
    share: float
    stage: int
    rate: float
    loss: float
    speed: float


def _save(
    path: Path, model: Model, optimizer: torch.optim.Optimizer, progress: Progress, ends: Sequence[Factors]
) -> None:
    partial = path.with_suffix(".partial")
    state = {
        "factors": factors(model),
        "ends": list(ends),
        "optimizer": optimizer.state_dict(),
        "step": progress.step,
        "elapsed": progress.elapsed,
        "tokens": progress.tokens,
    }
    torch.save(state, partial)
    os.replace(partial, path)


def _resume(path: Path, model: Model, optimizer: torch.optim.Optimizer) -> tuple[Progress, list[Factors]]:
    state = torch.load(path, weights_only=True)
    for name, tensor in factors(model).items():
        tensor.copy_(state["factors"][name])
    optimizer.load_state_dict(state["optimizer"])
    return Progress(state["step"], state["elapsed"], state["tokens"]), state["ends"]


def train(
    model: Model,
    recipe: Recipe,
    stages: Sequence[Tokens],
    folder: Path,
    *,
    minutes: float = math.inf,
    resume: bool = False,
    compiled: bool = True,
    report: Callable[[Step], None] = lambda step: None,
    checkpoint_every: float = 300.0,
    export_every: float = 1200.0,
) -> Progress:
    """Train until the recipe's tokens are seen, or stop after `minutes` of this run, to be resumed.

    The learning rate follows the tokens seen, not the clock: a slow machine trains the same adapter, later.
    Writes `checkpoint.pt`, `adapter.gguf` (from time to time and at the end, older ones kept by step) and
    `log.jsonl` into `folder`. A resumed run shuffles anew: the same shuffle would show the same texts again.

    Raises:
        ArithmeticError: the loss is no longer a number; the last checkpoint is still good.
    """
    plan = recipe.training
    optimizer = torch.optim.AdamW(model.parameters(), plan.rate, (0.9, 0.99), weight_decay=plan.weight_decay)
    checkpoint = folder / "checkpoint.pt"
    progress, ends = Progress(), list[Factors]()
    if resume and checkpoint.exists():
        progress, ends = _resume(checkpoint, model, optimizer)
    if compiled:
        for block in model.layers:
            block.compile(dynamic=False)
    streams: list[Iterator[Batch]] = [
        batches(stage, plan.rows, plan.row_tokens, random.Random(f"{recipe.seed}:{progress.step}:{number}"))
        for number, stage in enumerate(stages)
    ]
    last = time.monotonic()
    started = saved = exported = progress.elapsed
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        while progress.tokens < plan.tokens and progress.elapsed - started < minutes * 60.0:
            share = progress.tokens / plan.tokens
            rate, stage = recipe.rate_at(share), recipe.stage_at(share)
            if recipe.cycle_at(share) > len(ends):
                ends.append({name: tensor.clone() for name, tensor in factors(model).items()})
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = next(streams[stage])
            weight = recipe.stages[stage].detection
            writing, detection = losses_of(model, batch, plan.edit_weight, detecting=weight > 0.0)
            loss = writing if detection is None else writing + weight * detection
            value = writing.item()
            if not math.isfinite(value):
                raise ArithmeticError(
                    f"the loss became {value} at step {progress.step}; lower the rate and resume"
                )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
            optimizer.step()
            now = time.monotonic()
            count = int((batch.texts >= 0).sum())
            progress.step += 1
            progress.tokens += count
            progress.elapsed += now - last
            step = Step(progress, progress.tokens / plan.tokens, stage, rate, value, count / (now - last))
            last = now
            line = {
                "step": progress.step,
                "s": round(progress.elapsed, 1),
                "stage": stage,
                "loss": round(value, 4),
            }
            if detection is not None:
                line["detection"] = round(detection.item(), 4)
            log.write(json.dumps(line | {"rate": rate, "tokens_per_s": round(step.speed)}) + "\n")
            log.flush()
            report(step)
            if progress.elapsed - saved >= checkpoint_every:
                _save(checkpoint, model, optimizer, progress, ends)
                saved = progress.elapsed
            if progress.elapsed - exported >= export_every:
                _export(model, recipe, folder, progress, ends)
                exported = progress.elapsed
    _save(checkpoint, model, optimizer, progress, ends)
    _export(model, recipe, folder, progress, ends)
    return progress


def averaged(recipe: Recipe, ends: Sequence[Factors], now: Factors) -> Factors:
    """What a recipe ships: the mean of the factors `now` and at the `ends` of the cycles before."""
    return mean_factors([*ends, now][-recipe.training.average :])


def _export(model: Model, recipe: Recipe, folder: Path, progress: Progress, ends: Sequence[Factors]) -> None:
    shipped = averaged(recipe, ends, factors(model))
    for path in (folder / f"adapter-{progress.step:06}.gguf", folder / "adapter.gguf"):
        write_adapter(path, shipped, recipe.alpha, recipe.tensors, recipe.name)
