from __future__ import annotations

from collections.abc import Sequence

import pytest

from smallsense.text.common_prefix import common_prefix


@pytest.mark.parametrize(
    ("left", "right", "shared"),
    [
        ("", "", 0),
        ("abc", "", 0),
        ("abc", "xbc", 0),
        ("abc", "abd", 2),
        ("abc", "abc", 3),
        ("abc", "abcd", 3),
        (b"abcabc", b"abcxbc", 3),
        ([1, 2, 3, 4, 5], [1, 2, 3, 9, 5], 3),
    ],
)
def test_items_are_counted_up_to_the_first_that_differs(
    left: Sequence[object], right: Sequence[object], shared: int
) -> None:
    assert common_prefix(left, right) == common_prefix(right, left) == shared
