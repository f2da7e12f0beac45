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


def test_what_the_model_read_over_brings_evidence_of_its_own() -> None:
    small = _seen("we do it here with care.", "we", "We", 0.0)
    assert small["small opening"] == 1.0
    assert "small opening" not in _seen("So on monday we do it.", "monday", "Monday", 0.0)
    assert "lone i" in _seen("So i do it here.", "i", "I")
    word = _seen("So we do reprezent it here.", "reprezent", "represent", 0.0)
    assert word["silent: letters"] == 9
    assert word["silent: commonness"] > 5
    assert "silent: capital" not in word
    assert "silent: letters" not in _seen("So we do reprezent it here.", "reprezent", "represent")


@pytest.mark.parametrize(("register", "bounded"), [(3.0, 3.0), (-3.0, -3.0), (80.0, 8.0), (-80.0, -8.0)])
def test_the_kind_of_text_is_evidence_with_bounds(register: float, bounded: float) -> None:
    text = "She asked me to leave teh house."
    (correction,) = corrections(text, [(22, 25, "the", 3.0)])
    assert dict(evidence(text, (), correction, None, register))["everyday wording"] == bounded
