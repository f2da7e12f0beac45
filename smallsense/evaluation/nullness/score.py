"""Scores: alarms against real fixes and clean code, with intervals by resampling repositories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smallsense.evaluation.nullness.alarm import Alarm
from smallsense.evaluation.nullness.document import Document
from smallsense.evaluation.nullness.fixed import Fixed

DRAWS = 1000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Sample:
    """Fixed functions and what one system says about each.

    One row per alarm that counts: its `confidence`, whether it `hits` the need, and the number of its `group`
    (repository). `needs` and `lines` are per group: how many fixes there are, and how much code.
    """

    confidence: Floats
    hits: Floats
    group: npt.NDArray[np.int64]
    needs: Floats
    lines: Floats

    def precision(self, threshold: float, *, draws: int = DRAWS) -> Figure:
        """The share of hits among the alarms from `threshold` on."""
        return self._ratio(self._at(threshold, self.hits), self._at(threshold, None), draws)

    def recall(self, threshold: float, *, draws: int = DRAWS) -> Figure:
        """The share of needs that an alarm from `threshold` on hits."""
        return self._ratio(self._at(threshold, self.hits), self.needs, draws)

    def alarms(self, threshold: float, *, draws: int = DRAWS) -> Figure:
        """False alarms from `threshold` on per 1,000 lines."""
        return self._ratio(self._at(threshold, 1 - self.hits), self.lines / 1000, draws)

    def average_precision(self, *, draws: int = DRAWS) -> Figure:
        """The area under precision over recall; alarms of the same confidence count together."""
        ones = np.ones(len(self.needs))
        values = [self._area(weights) for weights in _draws(len(self.needs), draws)]
        return Figure(self._area(ones), *_interval(np.array(values)))

    def recall_within(self, alarms: float) -> float:
        """The best recall at no more than so many false alarms per 1,000 lines."""
        budget = alarms * self.lines.sum() / 1000
        best = 0.0
        for threshold in np.unique(self.confidence)[::-1]:
            shown = self.confidence >= threshold
            if (1 - self.hits[shown]).sum() > budget:
                break
            best = float(self.hits[shown].sum())
        return best / self.needs.sum() if self.needs.sum() else 0.0

    def _at(self, threshold: float, weights: Floats | None) -> Floats:
        shown = self.confidence >= threshold
        return np.bincount(
            self.group[shown],
            weights=None if weights is None else weights[shown],
            minlength=len(self.needs),
        ).astype(np.float64)

    def _ratio(self, above: Floats, below: Floats, draws: int) -> Figure:
        weights = _draws(len(self.needs), draws)
        with np.errstate(invalid="ignore", divide="ignore"):
            values = (weights @ above) / (weights @ below)
        total = below.sum()
        return Figure(float(above.sum() / total) if total else float("nan"), *_interval(values))

    def _area(self, weights: Floats) -> float:
        order = np.argsort(-self.confidence, kind="stable")
        confidence, each = self.confidence[order], weights[self.group[order]]
        found = np.cumsum(each * self.hits[order])
        shown = np.cumsum(each)
        last = np.append(np.flatnonzero(np.diff(confidence)), len(confidence) - 1)
        needs = float(weights @ self.needs)
        if not len(confidence) or not needs:
            return 0.0
        found, shown = found[last], shown[last]
        with np.errstate(invalid="ignore", divide="ignore"):
            precision = np.where(shown > 0, found / shown, 0.0)
        return float((np.diff(np.append(0.0, found)) * precision).sum() / needs)


def sample(
    fixed: Mapping[str, Fixed],
    said: Mapping[str, Sequence[Alarm]],
    clean: Mapping[str, Document] | None = None,
) -> Sample:
    """Return what counts of the alarms `said`, by path, about fixed functions and clean code.

    Of several alarms that hit one need, only the surest counts.
    """
    documents = [*(one.document for one in fixed.values()), *(clean or {}).values()]
    groups = {name: at for at, name in enumerate(sorted({one.repository for one in documents}))}
    needs, lines = np.zeros(len(groups)), np.zeros(len(groups))
    rows: list[tuple[float, bool, int]] = []
    for path, one in fixed.items():
        at = groups[one.document.repository]
        needs[at] += 1
        lines[at] += one.document.lines
        hits = [alarm.confidence for alarm in said.get(path, ()) if one.hit(alarm.place)]
        rows += [(max(hits), True, at)] if hits else []
        rows += [
            (alarm.confidence, False, at)
            for alarm in said.get(path, ())
            if not one.hit(alarm.place) and not one.ignored(alarm.place)
        ]
    for path, document in (clean or {}).items():
        at = groups[document.repository]
        lines[at] += document.lines
        rows += [(alarm.confidence, False, at) for alarm in said.get(path, ())]
    return Sample(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.int64),
        needs,
        lines,
    )


def _draws(groups: int, draws: int) -> Floats:
    """How often each group is drawn, one row per draw; the same draws every time."""
    return (
        np.random.default_rng(20261122).multinomial(groups, np.full(groups, 1 / groups), draws).astype(float)
    )


def _interval(values: Floats) -> tuple[float, float]:
    values = values[np.isfinite(values)]
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
