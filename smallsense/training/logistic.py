"""Conditional logistic regression over words: of the uses in a function one lacks a guard, or none does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smallsense.skills.nullness.judge import CONSTANT

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Gradient = Callable[[Floats], tuple[float, Floats]]

_MEMORY = 8
_TOLERANCE = 1e-7
_FREE = 0.01
"""The penalty of a weight that is meant to be free."""


@dataclass(frozen=True, slots=True)
class Use:
    """A use of the value at `path`: what speaks for and against a missing guard, and whether one is missing.

    Nothing is learned from a use of which nobody can say (`label` is None). `prior` is the least probability
    that the judge gives it, `again` whether the value was used before, and `habit` are the cues of what other
    functions do with it, which `fit` leaves alone.
    """

    cues: frozenset[str]
    label: bool | None
    path: str = ""
    prior: float = 0.0
    again: bool = False
    habit: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Function:
    """The uses in one function; `weight` is how much it counts.

    What is learned from a function made `artificial`ly holds for all only as far as real ones agree.
    """

    uses: tuple[Use, ...]
    weight: float = 1.0
    artificial: bool = False


@dataclass(frozen=True, slots=True)
class _Table:
    """The uses with a label: the cues (`columns`) of each (`rows`), its function and its label, and what each
    function counts.
    """

    rows: Integers
    columns: Integers
    functions: Integers
    labels: Floats
    weights: Floats

    def loss(self, point: Floats) -> tuple[float, Floats]:
        """The loss at the weights `point`, the constant last, and its slope in the odds of each use."""
        odds = np.bincount(self.rows, weights=point[self.columns], minlength=len(self.labels)) + point[-1]
        most = np.zeros(len(self.weights))
        np.maximum.at(most, self.functions, odds)
        shares = np.exp(odds - most[self.functions])
        total = np.exp(-most) + np.bincount(self.functions, weights=shares, minlength=len(self.weights))
        # A function with several uses that lack a guard is a choice for each.
        choices = self.weights * np.maximum(
            np.bincount(self.functions, weights=self.labels, minlength=len(self.weights)), 1
        )
        loss = float(choices @ (np.log(total) + most))
        loss -= float(self.weights[self.functions] @ (self.labels * odds))
        slope = (choices / total)[self.functions] * shares - self.weights[self.functions] * self.labels
        return loss, slope


def fit(
    functions: Sequence[Function], *, penalty: float, least: int, apart: float = 1.0, rounds: int = 150
) -> dict[str, float]:
    """Return the log-odds of each cue and of `CONSTANT`.

    The odds are those of one use against no guard missing at all. `penalty` is half the price of a squared
    weight, in nats; cues of fewer than `least` uses have none. In artificial functions each cue has a second
    weight of its own beside, `apart` times as dear, which is thrown away in the end.
    """
    counts = Counter(
        cue for one in functions for use in one.uses if use.label is not None for cue in use.cues
    )
    names = sorted(cue for cue, count in counts.items() if count >= least)
    table = _table(functions, {cue: index for index, cue in enumerate(names)})
    own = len(names)
    price = np.concatenate([np.full(own, penalty), np.full(own, penalty * apart), [_FREE, 0.0]])

    def gradient(point: Floats) -> tuple[float, Floats]:
        loss, slope = table.loss(point)
        slopes = np.bincount(table.columns, weights=slope[table.rows], minlength=2 * own + 1)
        slopes = np.append(slopes, slope.sum()) + price * point
        return loss + float(price @ point**2) / 2, slopes

    start = np.zeros(2 * own + 2)
    start[-1] = -3.0
    point = _descend(gradient, start, rounds)
    return {CONSTANT: float(point[-1])} | dict(zip(names, map(float, point[:own]), strict=True))


def _table(functions: Sequence[Function], number: Mapping[str, int]) -> _Table:
    rows: list[int] = []
    columns: list[int] = []
    owners: list[int] = []
    labels: list[float] = []
    for owner, function in enumerate(functions):
        for use in function.uses:
            if use.label is None:
                continue
            # In order: sums depend on it in their last digits, and weights on sums.
            mine = sorted(number[cue] for cue in use.cues if cue in number)
            if function.artificial:
                mine += [column + len(number) for column in mine] + [2 * len(number)]
            rows += [len(labels)] * len(mine)
            columns += mine
            owners.append(owner)
            labels.append(float(use.label))
    return _Table(
        np.array(rows, np.int64),
        np.array(columns, np.int64),
        np.array(owners, np.int64),
        np.array(labels),
        np.array([function.weight for function in functions]),
    )


def _descend(gradient: Gradient, point: Floats, rounds: int) -> Floats:
    """Minimize by limited-memory BFGS."""
    steps: list[tuple[Floats, Floats]] = []
    loss, slope = gradient(point)
    for _ in range(rounds):
        direction = _direction(slope, steps)
        length = 1.0
        while True:
            moved = point - length * direction
            new_loss, new_slope = gradient(moved)
            if new_loss <= loss - 1e-4 * length * float(slope @ direction) or length < 1e-6:
                break
            length /= 2
        steps = [*steps, (moved - point, new_slope - slope)][-_MEMORY:]
        settled = abs(loss - new_loss) < _TOLERANCE * abs(loss)
        point, loss, slope = moved, new_loss, new_slope
        if settled:
            break
    return point


def _direction(slope: Floats, steps: Sequence[tuple[Floats, Floats]]) -> Floats:
    if not steps:
        return slope / max(float(np.abs(slope).max()), 1e-12)
    direction = slope.copy()
    shares: list[float] = []
    for step, change in reversed(steps):
        shares.append(float(step @ direction) / float(change @ step))
        direction -= shares[-1] * change
    step, change = steps[-1]
    direction *= float(step @ change) / float(change @ change)
    for (step, change), share in zip(steps, reversed(shares), strict=True):
        direction += step * (share - float(change @ direction) / float(change @ step))
    return direction
