"""What was found in the stretches of documents: a keystroke leaves nearly all of them as they were."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from smallsense.assistant.verdict import Found
from smallsense.text.stretches import Stretch


@dataclass(frozen=True, slots=True)
class _Known:
    """What a skill found on some terms in a stretch that began at the byte `start`."""

    terms: object
    start: int
    found: tuple[Found, ...]


class Memory:
    """Keeps what was found in a stretch for as long as a document has it. Safe to use from any thread.

    `terms` are whatever a verdict depends on besides the text: what was found on others does not count.
    """

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Stretch, dict[str, _Known]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, stretch: Stretch, skill: str, terms: object, start: int) -> tuple[Found, ...] | None:
        """All that a skill finds in a stretch that now begins at `start`; None where it must look."""
        with self._lock:
            known = self._known.get(stretch, {}).get(skill)
            if known is None or known.terms != terms:
                return None
            if known.start != start:
                moved = tuple(each.moved(start - known.start) for each in known.found)
                known = self._known[stretch][skill] = _Known(terms, start, moved)
            return known.found

    def put(self, stretch: Stretch, skill: str, terms: object, start: int, found: Iterable[Found]) -> None:
        """Keep all that a skill found in a stretch."""
        with self._lock:
            self._known.setdefault(stretch, {})[skill] = _Known(terms, start, tuple(found))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()
