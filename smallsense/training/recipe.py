"""What a recipe says, and where its products go."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

LONGEST_ROW = 8192
"""Tokens; no row may be longer than what the base model was made to read."""


class RecipeError(Exception):
    """The recipe cannot be followed; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of training: share of the tokens, number of pairs drawn for it, shares of each kind.

    With a peak `rate` of its own it begins a new cycle: the rate rises and falls once more. Telling whether a
    source has mistakes, before anything is written, counts so much as `detection` says against writing.
    """

    share: float
    pairs: int
    mix: Mapping[str, float]
    rate: float | None = None
    detection: float = 0.0


@dataclass(frozen=True, slots=True)
class Training:
    """How the factors are learned.

    `tokens` is how many to see in all, `rate` the peak learning rate; `warmup` and `floor` are shares. The
    adapter is the mean of the factors at the ends of the last `average` cycles of the rate.
    """

    tokens: int
    row_tokens: int
    rows: int
    rate: float
    warmup: float
    floor: float
    decay: str
    edit_weight: float
    weight_decay: float
    clip: float
    average: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe; `raw` is the whole file for what only the data builder reads."""

    name: str
    seed: int
    rank: int
    alpha: float
    tensors: str
    training: Training
    stages: tuple[Stage, ...]
    raw: Mapping[str, Any]

    def stage_at(self, progress: float) -> int:
        """Number of the stage that runs when `progress`, in [0, 1], of the tokens were seen."""
        ends = self._ends()
        return next((number for number, end in enumerate(ends) if progress < end), len(ends) - 1)

    def rate_at(self, progress: float) -> float:
        """The learning rate when `progress`, in [0, 1], of the tokens were seen.

        Within a cycle it rises for the share `warmup` and falls in a line to the share `floor` of its peak.
        """
        ends, plan, starts = self._ends(), self.training, [*self._starts(), len(self.stages)]
        cycle = self.cycle_at(progress)
        begin = ends[starts[cycle] - 1] if cycle else 0.0
        end = ends[starts[cycle + 1] - 1]
        peak = self.stages[starts[cycle]].rate or plan.rate
        done = (progress - begin) / (end - begin)
        if done < plan.warmup:
            return peak * max(done / plan.warmup, 0.02)
        left = max(0.0, (1.0 - done) / (1.0 - plan.warmup))
        return peak * (plan.floor + (1.0 - plan.floor) * left)

    def cycle_at(self, progress: float) -> int:
        """Number of the cycle of the rate when `progress`, in [0, 1], of the tokens were seen."""
        now = self.stage_at(progress)
        return max(n for n, start in enumerate(self._starts()) if start <= now)

    def _starts(self) -> list[int]:
        """The stages with which a cycle begins."""
        return [n for n, stage in enumerate(self.stages) if not n or stage.rate is not None]

    def _ends(self) -> list[float]:
        """The share of all tokens at which each stage ends."""
        total = sum(stage.share for stage in self.stages)
        return [share / total for share in accumulate(stage.share for stage in self.stages)]

    def data_key(self) -> str:
        """Changes when anything that decides the training data changes."""
        parts = {k: self.raw[k] for k in ("seed", "data", "stages", "noise") if k in self.raw}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeError: the file is missing, no TOML, or lacks something.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        training = Training(**raw["training"])
        if training.decay != "linear":
            raise RecipeError(f"{path}: unknown decay {training.decay!r}; known: 'linear'")
        if not 0 < training.row_tokens <= LONGEST_ROW:
            raise RecipeError(
                f"{path}: row_tokens is {training.row_tokens}, it must be from 1 to {LONGEST_ROW}"
            )
        return Recipe(
            name=raw["name"],
            seed=int(raw["seed"]),
            rank=int(raw["adapter"]["rank"]),
            alpha=float(raw["adapter"]["alpha"]),
            tensors=raw["adapter"]["tensors"],
            training=training,
            stages=tuple(
                Stage(s["share"], s["pairs"], s["mix"], s.get("rate"), s.get("detection", 0.0))
                for s in raw["stages"]
            ),
            raw=raw,
        )
    except OSError as error:
        raise RecipeError(f"cannot read the recipe {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise RecipeError(f"{path}: {error}") from error
    except KeyError as error:
        raise RecipeError(f"{path}: {error.args[0]!r} is missing") from error
