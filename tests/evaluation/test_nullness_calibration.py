"""What a verdict of the model is worth beside the score, and where thresholds come from."""

from __future__ import annotations

import random

import pytest

from smallsense.engine.questions import Choice, Choose
from smallsense.engine.trust import CONSTANT
from smallsense.evaluation.nullness.calibration import Doubted, fit, levels, weighed
from smallsense.skills.nullness.prompt import EVIDENCE, SCORE
from smallsense.skills.opinion import Opinion


def _uses(count: int, honest: bool) -> tuple[list[Doubted], dict[Choose, Choice]]:
    """Uses half of which lack a guard; the score knows nothing of it, the model does if it is `honest`."""
    rng = random.Random(0)
    uses: list[Doubted] = []
    answers: dict[Choose, Choice] = {}
    for number in range(count):
        label, question = rng.random() < 0.5, Choose(str(number), (" yes", " no"))
        opinion = Opinion("model", question, EVIDENCE)
        yes = 0.8 if (label if honest else rng.random() < 0.5) == (rng.random() < 0.9) else 0.2
        uses.append(Doubted(0.5, ((SCORE, rng.uniform(-1, 1)),), opinion, label))
        answers[question] = Choice((yes, 1 - yes))
    return uses, answers


@pytest.mark.parametrize(("honest", "least", "most"), [(True, 1.0, 2.0), (False, -0.2, 0.2)])
def test_a_verdict_weighs_what_it_knows(honest: bool, least: float, most: float) -> None:
    uses, answers = _uses(400, honest)
    weights = fit(uses, answers)
    assert weights.keys() == {CONSTANT, SCORE, EVIDENCE}
    assert least < weights[EVIDENCE] < most
    assert abs(weights[SCORE]) < 0.5


def test_what_the_model_says_changes_the_confidence() -> None:
    uses, answers = _uses(50, True)
    sure = weighed(uses, answers, {CONSTANT: 0.0, SCORE: 0.0, EVIDENCE: 1.0})
    said = [answers[use.opinion.question].probabilities[0] for use in uses if use.opinion is not None]
    assert sure == pytest.approx(said)


def test_where_nobody_was_asked_the_score_decides() -> None:
    use = Doubted(0.5, ((SCORE, 2.0),), None, True)
    assert weighed([use], {}, {CONSTANT: -1.0, SCORE: 0.5, EVIDENCE: 1.0}) == [0.5]


def test_levels_leave_released_code_so_many_alarms() -> None:
    confident = [number / 1000 for number in range(1000)]
    found = levels(confident, 10.0, (0.2, 1.0, 10.0))
    assert {name: sum(one > level for one in confident) for name, level in found.items()} == {
        "quiet": 2,
        "balanced": 10,
        "eager": 100,
    }
