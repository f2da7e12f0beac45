"""How many threads a pass by itself gets: all of them, or one alone while other programs want the cores.

Threads that work on one pass wait for each other, thousands of times in it. Where other programs keep some
of them from running, all wait, and one thread alone is faster, up to ten times beside another program of this
kind. Only trying tells which is better, so both are compared: seldom, briefly, and but once while all is
calm.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median

CALM = 2.0
"""Up to this slowdown of the best time known nothing is tried; one thread alone is 1.7 times slower."""

GAIN = 0.9
"""The other number of threads must need less than this share of the time to be kept."""

PASSES = 12
"""The slowdown is the median of so many passes, …"""

TRIAL_PASSES = 6
"""… or so many in a trial. A single pass may be slow for any reason."""

FIRST = 2.0
"""Seconds after the first pass before any trial: the very first questions are waited for most."""

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds between two trials: twice as long after each that did not pay, up to the longest."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How passes fare.

    `best` is the shortest time known (seconds) by size of pass, `slowdowns` the latest times against it,
    with `threads` as they are now. In a `trial`, `other` is the slowdown with the other number of threads.
    The next trial may be at `due` (seconds of some clock), the one after it `pause` seconds later if it does
    not pay.
    """

    full: int
    threads: int
    best: Mapping[int, float] = field(default_factory=dict)
    slowdowns: tuple[float, ...] = ()
    trial: bool = False
    other: float = 0.0
    tried: bool = False
    due: float = 0.0
    pause: float = SHORTEST


def after(pace: Pace, cells: int, seconds: float, now: float) -> Pace:
    """Return the pace after a pass over so many `cells` took so many `seconds` and ended at `now`."""
    if pace.full == 1:
        return pace
    if not pace.best:
        pace = replace(pace, due=now + FIRST)
    size = cells.bit_length()  # passes of like size take like times
    best = min(seconds, pace.best.get(size, seconds))
    wanted = TRIAL_PASSES if pace.trial else PASSES
    slowdowns = (*pace.slowdowns, seconds / best)[-wanted:]
    pace = replace(pace, best={**pace.best, size: best}, slowdowns=slowdowns)
    if len(slowdowns) < wanted:
        return pace
    slowdown = median(slowdowns)
    if pace.trial:
        if slowdown < GAIN * pace.other:
            return replace(pace, trial=False, slowdowns=(), due=now + SHORTEST, pause=SHORTEST)
        pause = min(2 * pace.pause, LONGEST)
        return replace(_switched(pace), trial=False, due=now + pace.pause, pause=pause)
    # The first trial is made in any case: what is known as the best time may be that of a busy machine.
    calm = pace.threads == pace.full and slowdown <= CALM and pace.tried
    if calm or now < pace.due:
        return pace
    return replace(_switched(pace), trial=True, other=slowdown, tried=True)


def _switched(pace: Pace) -> Pace:
    return replace(pace, threads=1 if pace.threads > 1 else pace.full, slowdowns=())


class Pacer:
    """Keeps the pace of the passes of all contexts, but for those that run side by side with one thread each.

    Not safe for two threads at once.
    """

    def __init__(self, threads: int) -> None:
        self._pace = Pace(threads, threads)

    @property
    def threads(self) -> int:
        """How many threads the next pass gets."""
        return self._pace.threads

    def observe(self, cells: int, seconds: float) -> None:
        """Take notice of a pass that has just ended."""
        self._pace = after(self._pace, cells, seconds, time.monotonic())
