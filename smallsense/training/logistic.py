"""Logistic regression over words: each example is a set of cues, each cue has one weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smallsense.skills.nullness.judge import CONSTANT

Floats = npt.NDArray[np.float64]
Gradient = Callable[[Floats], tuple[float, Floats]]

_MEMORY = 8
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Example:
    """What speaks for and against a label; `weight` is how much the example counts."""

    cues: frozenset[str]
    label: bool
    weight: float = 1.0


def fit(examples: Sequence[Example], *, penalty: float, least: int, rounds: int = 200) -> dict[str, float]:
    """Return the log-odds of each cue and of `CONSTANT`.

    `penalty` is half the price of a squared weight, in nats; cues in fewer than `least` examples have none.
    """
    counts = Counter(cue for example in examples for cue in example.cues)
    names = sorted(cue for cue, count in counts.items() if count >= least)
    number = {cue: index for index, cue in enumerate(names)}
    lists = [[number[cue] for cue in example.cues if cue in number] for example in examples]
    rows = np.repeat(np.arange(len(lists)), [len(one) for one in lists])
    columns = np.fromiter((index for one in lists for index in one), np.int64, len(rows))
    labels = np.array([example.label for example in examples], dtype=np.float64)
    weights = np.array([example.weight for example in examples], dtype=np.float64)

    def gradient(point: Floats) -> tuple[float, Floats]:
        odds = np.bincount(rows, weights=point[columns], minlength=len(lists)) + point[-1]
        errors = weights * (1 / (1 + np.exp(-odds)) - labels)
        loss = float((weights * (np.logaddexp(0, odds) - labels * odds)).sum())
        slopes = np.bincount(columns, weights=errors[rows], minlength=len(names)) + penalty * point[:-1]
        return loss + penalty / 2 * float(point[:-1] @ point[:-1]), np.append(slopes, errors.sum())

    start = np.zeros(len(names) + 1)
    share = float(weights @ labels / weights.sum())
    start[-1] = np.log(share / (1 - share))
    point = _descend(gradient, start, rounds)
    return {CONSTANT: float(point[-1])} | dict(zip(names, map(float, point[:-1]), strict=True))


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
