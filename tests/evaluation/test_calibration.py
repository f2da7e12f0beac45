"""From judged corrections to confidence and thresholds."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from smallsense.engine.trust import SENSITIVITIES, Trust, read_trust
from smallsense.evaluation.calibration import (
    EVERYDAY,
    MOST_ALARMS,
    OVERLOOKED,
    SPOILED,
    Judged,
    alarms,
    calibrate,
    fit,
    glance,
    judge_clean,
    judge_fixed,
    judge_spoiled,
    reliability,
    write_trust,
)
from smallsense.evaluation.corrector import Answered
from smallsense.evaluation.samples import Fixed
from smallsense.skills.edit_evidence import MOST_DOUBT
from smallsense.skills.finding import Finding, Fix
from smallsense.text.span import Edit, Span

CLEAN = 1000


def judged(seed: int = 0) -> list[Judged]:
    """Corrections whose odds are `margin - 2`, and for those of the rule `wild` two less."""
    rng = random.Random(seed)
    found: list[Judged] = []
    for number in range(2000):
        rule, margin = rng.choice(["tame", "wild"]), rng.uniform(0, 8)
        odds = margin - 2 - 2 * (rule == "wild")
        right = rng.random() < 1 / (1 + 2.718281828**-odds)
        evidence = (("margin", margin), (f"rule {rule}", 1.0))
        group = f"group {number % 10}"
        found.append(Judged(rule, evidence, float(right), 1.0, group, number, not right and number % 2 == 0))
    return found


def test_fit_finds_the_weights_that_made_the_data() -> None:
    weights = fit(judged())
    assert weights["margin"] == pytest.approx(1.0, abs=0.15)
    assert weights["rule wild"] - weights["rule tame"] == pytest.approx(-2.0, abs=0.4)


def test_confidence_is_reliable_on_what_was_left_out() -> None:
    data = judged()
    _, confidences = calibrate(data, CLEAN)
    bins = [one for one in reliability(data, confidences) if one[3] >= 40]
    assert len(bins) > 3
    for confidence, right, _, _ in bins:
        assert right == pytest.approx(confidence, abs=0.12)


def test_what_is_shown_is_as_precise_as_wanted_and_alarms_seldom() -> None:
    data = judged()
    trust, confidences = calibrate(data, CLEAN)
    for sensitivity, least in (("quiet", 0.95), ("balanced", 0.87), ("eager", 0.72)):
        shown = [
            one.right
            for one, confidence in zip(data, confidences, strict=True)
            if confidence >= trust.threshold(sensitivity, one.rule)
        ]
        assert len(shown) > 200
        assert sum(shown) / len(shown) >= least
    assert alarms(data, confidences, trust, "balanced", CLEAN) <= MOST_ALARMS["balanced"]


def test_a_rule_that_is_always_wrong_is_never_shown() -> None:
    bad = [
        Judged("bad", (("margin", 9.0), ("rule bad", 1.0)), 0.0, 1.0, f"group {n % 10}", n, True)
        for n in range(60)
    ]
    trust, _ = calibrate([*judged(), *bad], CLEAN)
    assert trust.threshold("balanced", "bad") > trust.confidence(0.0, bad[0].evidence)


def test_a_calibration_survives_its_file(tmp_path: Path) -> None:
    trust, _ = calibrate(judged(), CLEAN)
    path = tmp_path / "calibration.toml"
    write_trust(path, "grammar", trust, "abc", "made for a test")
    again = read_trust(path, "abc")
    assert again is not None
    for rule in ("tame", "wild", "any"):
        for sensitivity in SENSITIVITIES:
            assert again.threshold(sensitivity, rule) == pytest.approx(trust.threshold(sensitivity, rule))
    evidence = (("margin", 3.0), ("rule wild", 1.0))
    assert again.confidence(0, evidence) == pytest.approx(trust.confidence(0, evidence), abs=1e-3)


def doubted(doubt: float, evidence: str = "margin", right: float = 1.0) -> Judged:
    return Judged("tame", (("doubt", doubt), (evidence, 1.0)), right, 1.0, "group", 0, right == 0.0)


def at_a_glance(*found: Judged) -> float:
    return glance(found, [1.0] * len(found), Trust(), "eager")


def test_hardly_a_right_correction_is_lost_for_want_of_a_second_look() -> None:
    doubts = random.Random(3).sample([n / 100 for n in range(-200, 200)], 400)
    least = at_a_glance(*map(doubted, doubts))
    assert sum(doubt < least for doubt in doubts) == OVERLOOKED * len(doubts)


def test_what_needs_no_second_look_or_is_wrong_loses_nothing_by_it() -> None:
    found = [doubted(n / 100) for n in range(200)]
    least = at_a_glance(*found)
    spared = [
        doubted(-3.0, "listed misspelling"),
        doubted(-3.0, "the model was silent"),
        doubted(-3.0, right=0.0),
    ]
    assert at_a_glance(*found, *(10 * spared)) == least


def test_doubts_beyond_what_counts_as_evidence_spare_no_sentence_its_second_look() -> None:
    assert at_a_glance(*(50 * [doubted(-MOST_DOUBT)]), *(50 * [doubted(2.0)])) == -math.inf


def _answered(text: str, old: str, new: str) -> Answered:
    start = len(text[: text.index(old)].encode())
    span = Span(start, start + len(old.encode()))
    return Answered(text, (Finding(span, "", 0.5, "spelling", (Fix("", (Edit(span, new),)),)),))


def test_a_correction_is_right_if_it_nears_the_reference() -> None:
    row = Fixed("It recieves teh list.", "It receives the list.", "a/b")
    right, wrong = judge_fixed(
        [_answered(row.source, "teh", "the"), _answered(row.source, "list", "lists")], [row, row]
    )
    assert (right.right, right.group) == (1.0, "a/b")
    assert wrong.right < 0.5
    (alarm,) = judge_clean([_answered("All is well.", "is", "are")], faulty=10, clean=5)
    assert (alarm.right, alarm.weight, alarm.clean) == (0.0, 2.0, True)


def test_clean_sentences_of_another_kind_are_alarms_of_their_own() -> None:
    answered = [_answered("All is well.", "is", "are")]
    found = [*judge_clean(answered, 1, 1), *judge_clean(answered, 1, 1, first=1)]
    assert alarms(found, [1.0, 1.0], Trust(), "balanced", 2) == 1000


def test_spoiled_sentences_count_by_how_much_they_are_to_weigh() -> None:
    row = Fixed("It recieves it.", "It receives it.", "a")
    answered = [_answered(row.source, "recieves", "receives")]
    (usual,), (light,) = judge_spoiled(answered, [row], 0), judge_spoiled(answered, [row], 0, EVERYDAY)
    assert (usual.right, usual.weight, light.weight) == (1.0, SPOILED, EVERYDAY)
