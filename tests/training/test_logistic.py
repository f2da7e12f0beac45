"""Learning what each cue is worth."""

import pytest

from smallsense.skills.nullness.judge import score
from smallsense.training.logistic import Example, fit


def examples(cue: str, hits: int, misses: int) -> list[Example]:
    cues = frozenset({cue})
    return [Example(cues, True)] * hits + [Example(cues, False)] * misses


def test_a_cue_is_worth_the_odds_it_had() -> None:
    weights = fit([*examples("a", 90, 10), *examples("b", 10, 90)], penalty=1e-6, least=1)
    assert score({"a"}, weights) == pytest.approx(2.197, abs=0.01)
    assert score({"b"}, weights) == pytest.approx(-2.197, abs=0.01)


def test_rare_cues_have_no_weight() -> None:
    weights = fit([*examples("a", 5, 5), *examples("rare", 2, 0)], penalty=1.0, least=3)
    assert "rare" not in weights


def test_a_penalty_draws_weights_to_zero() -> None:
    mild, harsh = (
        fit([*examples("a", 9, 1), *examples("b", 1, 9)], penalty=price, least=1)["a"] for price in (0.1, 10)
    )
    assert 0 < harsh < mild


def test_an_example_counts_by_its_weight() -> None:
    cues = frozenset({"a"})
    weights = fit([Example(cues, True, 3.0), Example(cues, False, 1.0)], penalty=1e-6, least=1)
    assert score(cues, weights) == pytest.approx(1.0986, abs=0.01)
