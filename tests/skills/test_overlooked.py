"""Slips that the letters show, whatever a model says."""

from __future__ import annotations

import pytest

from smallsense.skills.overlooked import overlooked
from smallsense.text.protection import protected_ranges


def _after(text: str, prose: bool = True) -> str:
    for start, end, new in sorted(overlooked(text, tuple(protected_ranges(text)), prose), reverse=True):
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("we can see it everywhere.", "We can see it everywhere."),
        ("someone can see it everywhere.", "Someone can see it everywhere."),
        ("It is true that i think so.", "It is true that I think so."),
        ("If i'm right it works.", "If I'm right it works."),
        ("However the price is high.", "However, the price is high."),
        ("for example the price is high.", "For example, the price is high."),
        ("A represejtation of the Goverment.", "A representation of the Government."),
    ],
)
def test_a_likely_slip_is_found(text: str, after: str) -> None:
    assert _after(text) == after


@pytest.mark.parametrize(
    "text",
    [
        "the value being dereferenced",  # no whole sentence
        "npm installs all of them.",
        "make builds all of them.",
        "we did.",
        "Loop with i from 0 to 9.",
        "Take a[i] and `i have` of it.",
        "Write i/o or --i here.",
        "However much it costs, we go on.",
        "However, the price is high.",
        "Thus far it works.",
        "`for example the` is code.",
    ],
)
def test_what_may_be_meant_stays(text: str) -> None:
    assert _after(text) == text


def test_comments_begin_as_they_like() -> None:
    assert _after("we can see it everywhere.", prose=False) == "we can see it everywhere."
