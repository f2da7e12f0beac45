"""Calibration: from corrections that are known to be right or wrong to confidence and thresholds.

The confidence of a correction is a logistic function of what the skill saw (`Finding.evidence`), fitted with
a ridge. It is the probability that a careful reader agrees, in text where one clean sentence stands beside
each faulty one. Thresholds are chosen rule by rule, on confidences predicted for repositories left out.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from smallsense.engine.trust import CONSTANT, Levels, Trust
from smallsense.evaluation.corrector import Answered
from smallsense.evaluation.samples import Fixed
from smallsense.skills.edit_evidence import MOST_DOUBT

PRECISION = {"quiet": 0.97, "balanced": 0.9, "eager": 0.75}
"""Of what is shown in faulty sentences, the share that a careful reader agrees with."""

LEAST = 0.2
"""No threshold is lower, however well a rule did."""

MOST_ALARMS = {"quiet": 6.0, "balanced": 20.0}
"""Clean sentences in 1,000 with anything shown: below the bars, for others will measure too."""

UNLISTED = 0.45
"""The share of corrections outside a mined reference that are right all the same: a commit that mends one
word of a sentence leaves others. Of 40 with a confidence of 0.5 and more, read by hand, 21 were right."""

SPOILED = 0.5
"""How much a sentence with many mistakes at once counts against one that a commit mended."""

EVERYDAY = 0.25
"""How much such a sentence counts if it is of everyday text: with 0.5 technical text pays for it."""

OVERLOOKED = 0.01
"""The share of the right corrections shown that may be lost because a sentence got no second look."""

_WITHOUT_MODEL = {"listed misspelling", "the model was silent", "lone i"}
"""Evidence of corrections that need no second look."""

CLEAN_PER_FAULTY = 1.0
FOLDS = 5
RIDGE = 2.0
_FEWEST = 12
_PRIOR = 12.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A correction: what the skill saw, the probability that it is right, and how much it counts.

    `sentence` numbers the sentence it stands in; `clean` tells that this one needed no correction; all of one
    `group` are left out together.
    """

    rule: str
    evidence: tuple[tuple[str, float], ...]
    right: float
    weight: float
    group: str
    sentence: int
    clean: bool


def judge_fixed(answers: Iterable[Answered], fixed: Sequence[Fixed]) -> list[Judged]:
    """Corrections of mended sentences: right if they bring the sentence nearer to its reference."""
    return _judge(answers, fixed, UNLISTED, 1.0, 0)


def judge_spoiled(
    answers: Iterable[Answered], spoiled: Sequence[Fixed], first: int, weight: float = SPOILED
) -> list[Judged]:
    """Corrections of spoiled sentences, whose references mend everything; numbered from `first` on."""
    return _judge(answers, spoiled, 0.0, weight, first)


def _judge(
    answers: Iterable[Answered], fixed: Sequence[Fixed], unlisted: float, weight: float, first: int
) -> list[Judged]:
    found: list[Judged] = []
    for number, (answered, one) in enumerate(zip(answers, fixed, strict=True), first):
        before = _likeness(one.source, one.target)
        for finding in answered.findings:
            after = _likeness(answered.corrected(lambda other, only=finding: other is only), one.target)
            right = 1.0 if after > before else unlisted
            judged = Judged(finding.rule, finding.evidence, right, weight, one.repository, number, False)
            found.append(judged)
    return found


def judge_clean(answers: Iterable[Answered], faulty: float, clean: int, first: int = 0) -> list[Judged]:
    """Corrections of clean sentences: all wrong; weighted as if there were so many for each faulty one.

    They are numbered from `first` on.
    """
    weight = CLEAN_PER_FAULTY * faulty / max(clean, 1)
    found: list[Judged] = []
    for number, answered in enumerate(answers, first):
        fold = hashlib.sha256(answered.text.encode()).digest()[0] % FOLDS
        for finding in answered.findings:
            found.append(Judged(finding.rule, finding.evidence, 0.0, weight, f"clean {fold}", number, True))
    return found


def _likeness(text: str, target: str) -> float:
    return SequenceMatcher(None, text, target, autojunk=False).ratio()


def fit(judged: Sequence[Judged]) -> dict[str, float]:
    """Weights of evidence, log-odds a unit; evidence seen too seldom has none."""
    seen = Counter(name for one in judged for name, _ in one.evidence)
    names = [CONSTANT, *sorted(name for name, count in seen.items() if count >= _FEWEST)]
    column = {name: index for index, name in enumerate(names)}
    x = np.zeros((len(judged), len(names)))
    x[:, 0] = 1.0
    for row, one in enumerate(judged):
        for name, value in one.evidence:
            if name in column:
                x[row, column[name]] = value
    y = np.array([one.right for one in judged])
    weight = np.array([one.weight for one in judged])
    ridge = np.full(len(names), RIDGE)
    ridge[0] = 1e-3
    beta = np.zeros(len(names))
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        slope = weight * np.maximum(p * (1 - p), 1e-6)
        gradient = x.T @ (weight * (y - p)) - ridge * beta
        step = np.linalg.solve(x.T @ (x * slope[:, None]) + np.diag(ridge), gradient)
        beta += step
        if np.abs(step).max() < 1e-6:
            break
    return {name: round(float(value), 3) for name, value in zip(names, beta, strict=True)}


def left_out(judged: Sequence[Judged]) -> list[float]:
    """The confidence in each correction by a fit that saw nothing of its group's fold."""
    confidences = [0.0] * len(judged)
    for fold in range(FOLDS):
        trust = Trust(weights=fit([one for one in judged if _fold(one.group) != fold]))
        for index, one in enumerate(judged):
            if _fold(one.group) == fold:
                confidences[index] = trust.confidence(0.0, one.evidence)
    return confidences


def _fold(group: str) -> int:
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS


def calibrate(judged: Sequence[Judged], clean: int) -> tuple[Trust, list[float]]:
    """Confidence and thresholds from judged corrections, `clean` sentences among them; also the confidences
    predicted for those left out."""
    confidences = left_out(judged)
    rules = sorted({one.rule for one in judged})
    weights, least = fit(judged), dict.fromkeys(PRECISION, LEAST)
    while True:
        by_rule = {rule: _levels(*_of_rule(judged, confidences, rule), least) for rule in rules}
        trust = Trust(_levels(judged, confidences, least), by_rule, weights)
        loud = [
            name
            for name, most in MOST_ALARMS.items()
            if alarms(judged, confidences, trust, name, clean) > most and least[name] < 1.0
        ]
        if not loud:
            glances = {name: glance(judged, confidences, trust, name) for name in PRECISION}
            return replace(trust, glances=glances), confidences
        # One floor for all rules: no other way of keeping alarms so few leaves as many right corrections.
        for name in loud:
            least[name] += 0.005


def glance(judged: Sequence[Judged], confidences: Sequence[float], trust: Trust, sensitivity: str) -> float:
    """The doubt below which a sentence is not worth a second look: hardly anything right would be shown.

    Evidence tells no doubts apart that are less than `-MOST_DOUBT`: rather than one of these it is -inf.
    """
    right = sorted(
        (dict(one.evidence).get("doubt", 0.0), one.weight * one.right)
        for one, confidence in zip(judged, confidences, strict=True)
        if one.right
        and confidence >= trust.threshold(sensitivity, one.rule)
        and not _WITHOUT_MODEL & {*dict(one.evidence)}
    )
    left = OVERLOOKED * sum(weight for _, weight in right)
    for doubt, weight in right:
        left -= weight
        if left < 0:
            return math.floor(100 * doubt) / 100 if doubt > -MOST_DOUBT else -math.inf
    return -math.inf


def alarms(
    judged: Sequence[Judged], confidences: Sequence[float], trust: Trust, sensitivity: str, clean: int
) -> float:
    """Clean sentences in 1,000 in which anything is shown."""
    shown = {
        one.sentence
        for one, confidence in zip(judged, confidences, strict=True)
        if one.clean and confidence >= trust.threshold(sensitivity, one.rule)
    }
    return 1000 * len(shown) / max(clean, 1)


def _of_rule(
    judged: Sequence[Judged], confidences: Sequence[float], rule: str
) -> tuple[list[Judged], list[float]]:
    chosen = [(one, c) for one, c in zip(judged, confidences, strict=True) if one.rule == rule]
    return [one for one, _ in chosen], [c for _, c in chosen]


def _levels(judged: Sequence[Judged], confidences: Sequence[float], least: Mapping[str, float]) -> Levels:
    """For each sensitivity the confidence, not below `least`, down to which what is shown is precise enough.

    The precision is that of the corrections seen and, as of `_PRIOR` more, what their confidence says.
    """
    ranked = sorted(zip(confidences, judged, strict=True), key=lambda pair: -pair[0])
    levels: dict[str, float] = {}
    for name, wanted in PRECISION.items():
        level = 1.0
        right = weight = sure = 0.0
        for confidence, one in ranked:
            if one.clean:
                continue
            right += one.weight * one.right
            sure += one.weight * confidence
            weight += one.weight
            if (right + _PRIOR * sure / weight) / (weight + _PRIOR) >= wanted:
                level = confidence
        levels[name] = round(max(level, least[name]), 3)
    return _descending(levels)


def _descending(levels: Mapping[str, float]) -> Levels:
    balanced = max(levels["balanced"], levels["eager"])
    return {"quiet": max(levels["quiet"], balanced), "balanced": balanced, "eager": levels["eager"]}


def reliability(
    judged: Sequence[Judged], confidences: Sequence[float]
) -> list[tuple[float, float, float, int]]:
    """For tenths of confidence: mean confidence, share right, share of all, and how many."""
    table: list[tuple[float, float, float, int]] = []
    total = sum(one.weight for one in judged)
    for tenth in range(10):
        part = [(one, c) for one, c in zip(judged, confidences, strict=True) if min(int(c * 10), 9) == tenth]
        weight = sum(one.weight for one, _ in part)
        if weight:
            mean = sum(one.weight * c for one, c in part) / weight
            right = sum(one.weight * one.right for one, _ in part) / weight
            table.append((mean, right, weight / total, len(part)))
    return table


def write_trust(path: Path, skill: str, trust: Trust, adapter: str, measured: str) -> None:
    """Write a calibration file of a skill for the adapter of that sha256; `measured` says on what."""

    def table(values: Mapping[str, float]) -> str:
        return "".join(f"{_key(name)} = {value:g}\n" for name, value in values.items())

    text = f"# Confidence and thresholds of the {skill} skill, as measured with one adapter.\n"
    text += f'# `smallsense calibrate {skill}`: {measured}.\n\nadapter = "{adapter}"\n\n'
    if trust.glances:
        text += "[glances] # log-odds of mistakes below which a sentence is not looked at twice\n"
        text += f"{table(trust.glances)}\n"
    text += f"[levels] # of rules that have none of their own\n{table(trust.levels)}\n"
    for rule, levels in trust.rules.items():
        text += f"[rules.{rule}]\n{table(levels)}\n"
    text += f"[weights] # log-odds for each unit of evidence\n{table(trust.weights)}"
    path.write_text(text, encoding="utf-8")


def _key(name: str) -> str:
    return name if name.replace("-", "").isalnum() else f'"{name}"'
