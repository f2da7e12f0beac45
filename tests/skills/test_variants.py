from __future__ import annotations

import pytest

from smallsense.skills.variants import belongs, is_unwanted, is_variant
from smallsense.text.english import Variant


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("colour", "color", True),
        ("Colors", "Colours", True),
        ("organise", "organize", True),
        ("catalogue's", "catalog's", True),
        ("color", "color", False),
        ("recieve", "receive", False),
        ("colour", "colors", False),
        ("then", "than", False),
    ],
)
def test_a_word_may_be_spelled_in_two_ways(old: str, new: str, same: bool) -> None:
    assert is_variant(old, new) is same
    assert is_variant(new, old) is same


@pytest.mark.parametrize(
    ("old", "new", "unwanted"),
    [
        ("colour", "color", {"as-is", "uk", "ca", "au"}),
        ("color", "colour", {"as-is", "us", "ca"}),
        ("organise", "organize", {"as-is", "uk", "au"}),
        ("recieve", "receive", set()),
        ("colur", "color", set()),
    ],
)
def test_words_are_not_moved_to_another_country(old: str, new: str, unwanted: set[Variant]) -> None:
    variants: tuple[Variant, ...] = ("as-is", "us", "uk", "ca", "au")
    assert {variant for variant in variants if is_unwanted(old, new, variant)} == unwanted


def test_a_word_without_variants_belongs_everywhere() -> None:
    assert belongs("table", "us")
    assert belongs("table", "uk")
    assert not belongs("colour", "us")
    assert belongs("colour", "as-is")
