"""How far the findings of a skill may be trusted: what was measured with exactly these weights."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SENSITIVITIES = ("quiet", "balanced", "eager")

Levels = Mapping[str, float]
"""For each sensitivity the least confidence shown."""

Evidence = Iterable[tuple[str, float]]
"""What a skill saw that speaks for or against a finding: names and values."""

CONSTANT = "constant"
"""The name of evidence that is always there, with the value 1."""

DEFAULT_LEVELS: Levels = {"quiet": 0.9, "balanced": 0.75, "eager": 0.5}

_MOST = 30.0


@dataclass(frozen=True, slots=True)
class Trust:
    """Confidence from evidence, and the least confidence shown.

    `weights` are log-odds for each unit of evidence; none means that the skill's own word is taken. `levels`
    hold for every rule that has none of its own in `rules`. `glances` tell for each sensitivity which texts
    are not worth a second look: those that the model doubts less (see `Revise.glance`).
    """

    levels: Levels = field(default_factory=lambda: DEFAULT_LEVELS)
    rules: Mapping[str, Levels] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    glances: Mapping[str, float] = field(default_factory=dict)

    def confidence(self, stated: float, evidence: Evidence) -> float:
        """The probability in [0, 1] that a careful reader agrees with a finding.

        `stated` is what the skill itself says; it counts only where nothing was measured, or nothing of what
        was measured is known of the finding.
        """
        known = [self.weights[name] * value for name, value in evidence if name in self.weights]
        if not known:
            return stated
        odds = self.weights.get(CONSTANT, 0.0) + sum(known)
        return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, odds))))

    def threshold(self, sensitivity: str, rule: str) -> float:
        """The least confidence at which a finding of `rule` is shown.

        Raises:
            ValueError: `sensitivity` is none of `SENSITIVITIES`.
        """
        if sensitivity not in SENSITIVITIES:
            raise ValueError(f"unknown sensitivity {sensitivity!r}: choose one of {', '.join(SENSITIVITIES)}")
        return self.rules.get(rule, self.levels)[sensitivity]

    def glance(self, sensitivity: str) -> float:
        """The doubt below which a text is not worth a second look; -inf where nothing was measured."""
        return self.glances.get(sensitivity, -math.inf)


def read_trust(path: Path, adapter: str) -> Trust | None:
    """What the calibration file `path` says; None where it was measured with another adapter than `adapter`
    (a sha256).

    Raises:
        OSError: it cannot be read.
        ValueError: it makes no sense.
    """
    data = tomllib.loads(path.read_text("utf-8"))
    try:
        rules = {name: _levels(levels) for name, levels in data.get("rules", {}).items()}
        weights = {name: float(weight) for name, weight in data["weights"].items()}
        glances = {name: float(glance) for name, glance in data.get("glances", {}).items()}
        trust = Trust(_levels(data["levels"]), rules, weights, glances)
        return trust if data["adapter"] == adapter else None
    except (KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"{path}: {error!r}") from error


def _levels(given: Any) -> Levels:
    levels = {name: float(given[name]) for name in SENSITIVITIES}
    if not levels["quiet"] >= levels["balanced"] >= levels["eager"]:
        raise ValueError(f"quiet must show no more than eager does, but the levels are {levels}")
    return levels
