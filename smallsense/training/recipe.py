"""What a recipe says, and where its products go."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class RecipeError(Exception):
    """The recipe cannot be followed; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of training: share of the tokens, number of pairs drawn for it, shares of each kind."""

    share: float
    pairs: int
    mix: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Training:
    """How the factors are learned.

    `tokens` is how many to see in all, `rate` the peak learning rate; `warmup` and `floor` are shares.
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

    def rate_at(self, progress: float) -> float:
        """The learning rate when `progress`, in [0, 1], of the tokens were seen."""
        if progress < self.warmup:
            return self.rate * max(progress / self.warmup, 0.02)
        left = max(0.0, (1.0 - progress) / (1.0 - self.warmup))
        return self.rate * (self.floor + (1.0 - self.floor) * left)


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
        total, reached = sum(stage.share for stage in self.stages), 0.0
        for number, stage in enumerate(self.stages):
            reached += stage.share / total
            if progress < reached:
                return number
        return len(self.stages) - 1

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
        return Recipe(
            name=raw["name"],
            seed=int(raw["seed"]),
            rank=int(raw["adapter"]["rank"]),
            alpha=float(raw["adapter"]["alpha"]),
            tensors=raw["adapter"]["tensors"],
            training=training,
            stages=tuple(Stage(s["share"], s["pairs"], s["mix"]) for s in raw["stages"]),
            raw=raw,
        )
    except OSError as error:
        raise RecipeError(f"cannot read the recipe {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise RecipeError(f"{path}: {error}") from error
    except KeyError as error:
        raise RecipeError(f"{path}: {error.args[0]!r} is missing") from error
