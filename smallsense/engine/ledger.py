"""What was asked of an engine, and how long it took."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from statistics import quantiles

LATEST = 500
"""So many of the latest requests of a model count for its times."""


@dataclass(frozen=True, slots=True)
class Account:
    """What was asked of one model: `questions` in `requests`.

    Half of the latest requests took no more than `p50` seconds, 95 % no more than `p95`, waiting included.
    """

    questions: int = 0
    requests: int = 0
    p50: float = 0.0
    p95: float = 0.0


@dataclass(slots=True)
class _Entry:
    questions: int = 0
    requests: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))


class Ledger:
    """Keeps account of every model. Safe to use from any thread."""

    def __init__(self) -> None:
        self._entries: defaultdict[str, _Entry] = defaultdict(_Entry)
        self._lock = threading.Lock()

    def record(self, model: str, questions: int, seconds: float) -> None:
        """Enter a request that was answered."""
        with self._lock:
            entry = self._entries[model]
            entry.questions += questions
            entry.requests += 1
            entry.seconds.append(seconds)

    def account(self, model: str) -> Account:
        """What was asked of `model` so far."""
        with self._lock:
            if model not in self._entries:
                return Account()
            entry = self._entries[model]
            seconds = list(entry.seconds)
        cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else seconds * 19
        return Account(entry.questions, entry.requests, cuts[9], cuts[18])
