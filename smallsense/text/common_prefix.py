"""How far two texts, or any two sequences, are the same from their beginning on."""

from __future__ import annotations

from collections.abc import Sequence


def common_prefix(left: Sequence[object], right: Sequence[object]) -> int:
    """How many leading items two sequences of one type share."""
    # Halving compares long stretches at once, much faster than item by item.
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
