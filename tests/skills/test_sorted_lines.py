from __future__ import annotations

import random

import pytest

from smallsense.skills.sorted_lines import SortedLines


def test_every_key_is_found_with_its_value_and_nothing_else() -> None:
    chance = random.Random(1)
    table = {b"%x" % chance.randrange(10**6): b"%d,more" % number for number in range(500)}
    lines = SortedLines(b"\n".join(b"%s,%s" % item for item in sorted(table.items())))
    for number in range(2000):
        key = b"%x" % (number if number % 2 else chance.randrange(10**6))
        assert lines.get(key) == table.get(key)
    assert all(lines.get(key) == value for key, value in table.items())


def test_a_key_that_begins_another_is_its_own_line() -> None:
    lines = SortedLines(b"the\nthe-\ntheir\nthem,x\n")
    assert b"the" in lines
    assert b"their" in lines
    assert b"thei" not in lines
    assert lines.get(b"them") == b"x"
    assert lines.get(b"the") == b""


def test_no_lines_contain_nothing() -> None:
    assert b"" not in SortedLines(b"")


@pytest.mark.parametrize("raw", [b"b\na", b"a\na", b"a,b\na,c"])
def test_lines_in_another_order_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="comes after"):
        SortedLines(raw)
