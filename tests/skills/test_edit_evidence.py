"""What can be said of a correction before anybody weighs it."""

from __future__ import annotations

import pytest

from smallsense.skills.edit_evidence import evidence
from smallsense.skills.edit_kind import corrections


def _seen(text: str, old: str, new: str, margin: float = 3.0) -> dict[str, float]:
    start = text.index(old)
    (correction,) = corrections(text, [(start, start + len(old), new, margin)])
    return dict(evidence(text, (), correction))


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("recieve", "receive", "listed misspelling"),
        ("reprezent", "represent", "no word becomes a word"),
        ("present", "presents", "word becomes another"),
        ("present", "presentz", "word becomes no word"),
    ],
)
def test_what_becomes_of_a_word_is_evidence(old: str, new: str, name: str) -> None:
    assert name in _seen(f"So we do {old} it here.", old, new)


def test_margin_counts_by_itself_and_with_the_rule() -> None:
    seen = _seen("So we do present it here.", "present", "presents")
    assert seen["margin"] == 3.0
    assert sum(value == 3.0 and name.startswith("margin of ") for name, value in seen.items()) == 1
