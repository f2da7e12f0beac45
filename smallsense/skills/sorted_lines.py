"""Many lines, found by what they begin with; a dictionary of them would take ten times the memory."""

from __future__ import annotations

from array import array


class SortedLines:
    """Lines, each a key and perhaps a comma and a value, in the order of their keys' bytes.

    A look-up takes some microseconds.

    Raises:
        ValueError: they are in another order, or a key comes twice.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw.removesuffix(b"\n")
        self._starts = array("I", [0])
        before: bytes | None = None
        while (start := self._starts[-1]) < len(self._raw):
            end = self._raw.find(b"\n", start)
            end = len(self._raw) if end < 0 else end
            key = self._raw[start:end].partition(b",")[0]
            if before is not None and key <= before:
                raise ValueError(f"{key!r} comes after {before!r}")
            self._starts.append(end + 1)
            before = key

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, empty where it has none; None where there is no such key."""
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high) // 2
            line = self._raw[self._starts[middle] : self._starts[middle + 1] - 1]
            found, _, value = line.partition(b",")
            if found == key:
                return value
            if found < key:
                low = middle + 1
            else:
                high = middle
        return None

    def __contains__(self, key: bytes) -> bool:
        return self.get(key) is not None
