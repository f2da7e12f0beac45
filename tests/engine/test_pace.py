"""A machine is played: how long a pass takes with one thread and with all, while others are busy or not."""

from __future__ import annotations

import random
from collections.abc import Callable

from smallsense.engine.pace import FIRST, LONGEST, PASSES, Pace, after

FULL = 2
Machine = Callable[[float, int], float]
"""Seconds that a pass takes at that time with so many threads."""


def calm(_: float, threads: int) -> float:
    return 0.010 if threads > 1 else 0.017


def busy(_: float, threads: int) -> float:
    return 0.100 if threads > 1 else 0.030


def run(machine: Machine, seconds: float, pace: Pace | None = None, now: float = 0.0, seed: int = 1):
    """Passes one after the other; returns the pace, the time, and how many passes had which threads."""
    chance = random.Random(seed)
    pace = pace or Pace(FULL, FULL)
    used = {1: 0, FULL: 0}
    end = now + seconds
    while now < end:
        cells = chance.choice((1, 4, 60))
        took = machine(now, pace.threads) * (1 + cells / 20) * chance.lognormvariate(0.0, 0.15)
        # Now and then any pass is slow.
        took *= 8 if chance.random() < 0.02 else 1
        used[pace.threads] += 1
        now += took
        pace = after(pace, cells, took, now)
    return pace, now, used


def test_all_threads_are_used_while_all_is_calm() -> None:
    for seed in range(20):
        pace, _, used = run(calm, 60.0, seed=seed)
        assert pace.threads == FULL
        assert used[1] <= 0.03 * used[FULL]


def test_the_first_questions_are_answered_with_all_threads() -> None:
    for seed in range(20):
        assert run(calm, FIRST, seed=seed)[2][1] == 0


def test_one_thread_is_used_soon_after_others_want_the_cores() -> None:
    for seed in range(20):
        pace, now, _ = run(calm, 20.0, seed=seed)
        pace, now, used = run(busy, 10.0, pace, now, seed)
        assert pace.threads == 1 or pace.trial
        assert used[FULL] <= 3 * PASSES


def test_all_threads_come_back_when_the_others_are_gone() -> None:
    for seed in range(20):
        pace, now, _ = run(busy, 200.0, seed=seed)
        pace, now, _ = run(calm, LONGEST + 5.0, pace, now, seed)
        assert pace.threads == FULL
        assert run(calm, 60.0, pace, now, seed)[2][1] <= 100


def test_one_thread_is_found_even_when_others_were_there_from_the_beginning() -> None:
    for seed in range(20):
        _, _, used = run(busy, 60.0, seed=seed)
        assert used[FULL] <= 0.15 * used[1]


def test_where_all_threads_suffer_less_they_are_kept() -> None:
    def shared(_: float, threads: int) -> float:
        return 0.030 if threads > 1 else 0.040

    pace, now, _ = run(calm, 20.0)
    pace, _, used = run(shared, 120.0, pace, now)
    assert used[1] <= 0.1 * used[FULL]


def test_near_a_tie_there_is_no_flapping() -> None:
    def even(_: float, threads: int) -> float:
        return 0.030

    pace, now, _ = run(calm, 20.0)
    switches = 0
    chance = random.Random(1)
    for _ in range(3000):
        took = even(now, pace.threads) * chance.lognormvariate(0.0, 0.15)
        now += took
        before, pace = pace.threads, after(pace, 4, took, now)
        switches += pace.threads != before
    assert switches <= 30


def test_one_thread_is_never_left() -> None:
    pace = Pace(1, 1)
    assert after(pace, 4, 1.0, 1.0) is pace
