"""Learning what each cue is worth."""

import pytest

from smallsense.skills.nullness.judge import CONSTANT, score, shares
from smallsense.training.logistic import Function, Use, fit


def functions(cue: str, hits: int, misses: int, *, artificial: bool = False) -> list[Function]:
    """Functions with a single use each."""
    return [
        Function((Use(frozenset({cue}), label),), artificial=artificial)
        for label, count in ((True, hits), (False, misses))
        for _ in range(count)
    ]


def test_a_cue_is_worth_the_odds_it_had() -> None:
    weights = fit([*functions("a", 90, 10), *functions("b", 10, 90)], penalty=1e-6, least=1)
    assert score({"a"}, weights) == pytest.approx(2.197, abs=0.01)
    assert score({"b"}, weights) == pytest.approx(-2.197, abs=0.01)


def test_the_uses_of_a_function_share_what_is_likely() -> None:
    choice = (Use(frozenset({"a"}), True), Use(frozenset({"b"}), False))
    none = (Use(frozenset({"a"}), False), Use(frozenset({"b"}), False))
    other = (Use(frozenset({"a"}), False), Use(frozenset({"b"}), True))
    weights = fit(
        [Function(choice)] * 60 + [Function(other)] * 10 + [Function(none)] * 30, penalty=1e-6, least=1
    )
    odds = [score({cue}, weights) for cue in ("a", "b")]
    assert shares(odds, ["a", "b"]) == pytest.approx([0.6, 0.1], abs=0.01)


def test_nothing_is_learned_from_a_use_of_which_nobody_can_say() -> None:
    known = Use(frozenset({"a"}), True), Use(frozenset({"b"}), False)
    unsaid = Use(frozenset({"b"}), None)
    sure = [Function(known), *functions("a", 3, 5)]
    doubtful = [Function((*known, unsaid)), *functions("a", 3, 5)]
    assert fit(sure, penalty=1.0, least=1) == pytest.approx(fit(doubtful, penalty=1.0, least=1))


def test_rare_cues_have_no_weight() -> None:
    weights = fit([*functions("a", 5, 5), *functions("rare", 2, 0)], penalty=1.0, least=3)
    assert "rare" not in weights


def test_a_penalty_draws_weights_to_zero() -> None:
    mild, harsh = (
        fit([*functions("a", 9, 1), *functions("b", 1, 9)], penalty=price, least=1)["a"]
        for price in (0.1, 10)
    )
    assert 0 < harsh < mild


def test_a_function_counts_by_its_weight() -> None:
    cues = frozenset({"a"})
    weights = fit(
        [Function((Use(cues, True),), 3.0), Function((Use(cues, False),), 1.0)], penalty=1e-6, least=1
    )
    assert score(cues, weights) == pytest.approx(1.0986, abs=0.01)


def test_what_real_code_denies_is_not_learned_from_artificial_code() -> None:
    real = [*functions("a", 20, 20), *functions("b", 20, 20)]
    made = [
        *functions("a", 90, 10, artificial=True),
        *functions("b", 10, 90, artificial=True),
    ]
    apart, together = (fit([*real, *made], penalty=1.0, least=1, apart=price) for price in (0.01, 1e6))
    assert abs(apart["a"]) < 0.1 < abs(together["a"])


def test_how_often_artificial_code_lacks_a_guard_changes_no_constant() -> None:
    real = functions("a", 10, 90)
    made = functions("a", 90, 10, artificial=True)
    weights = fit([*real, *made], penalty=1e6, least=1)
    assert weights[CONSTANT] == pytest.approx(-2.197, abs=0.05)
