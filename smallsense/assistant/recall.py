"""What was found in scopes that have not changed since: a keystroke leaves all functions but one alone."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from functools import lru_cache

from smallsense.assistant.verdict import Found


class Recall:
    """The findings in the `capacity` scopes looked at most recently. Safe to use from any thread.

    Keyed by a value that is equal only where the findings are, wherever the scope begins by now.
    """

    def __init__(self, capacity: int = 4096) -> None:
        self.capacity = capacity
        self._known: OrderedDict[bytes, tuple[int, tuple[Found, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, start: int) -> tuple[Found, ...] | None:
        """All that was found in a scope that now begins at the byte `start`; None where nobody looked."""
        digest = _digest(key)
        with self._lock:
            known = self._known.get(digest)
            if known is None:
                return None
            self._known.move_to_end(digest)
        began, found = known
        return found if began == start else tuple(each.moved(start - began) for each in found)

    def put(self, key: Hashable, start: int, found: Iterable[Found]) -> None:
        """Keep all that was found in a scope that begins at the byte `start`."""
        digest = _digest(key)
        with self._lock:
            self._known[digest] = (start, tuple(found))
            self._known.move_to_end(digest)
            while len(self._known) > self.capacity:
                self._known.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()


def _digest(key: Hashable) -> bytes:
    return hashlib.sha256(_spelled(key).encode("utf-8", "surrogatepass")).digest()


def _spelled(value: object) -> str:
    """A value as text; sets in order, so that equal ones are spelled alike."""
    if isinstance(value, frozenset):
        return _spelled_set(value)
    if isinstance(value, tuple):
        return f"({','.join(map(_spelled, value))})"
    return repr(value)


@lru_cache(maxsize=256)
def _spelled_set(values: frozenset[object]) -> str:
    """All functions of a class, or of a module, have sets in common."""
    return f"{{{sorted(map(_spelled, values))}}}"
