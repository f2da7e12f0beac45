"""The second opinion on a correction: what is asked."""

from __future__ import annotations

import pytest

from smallsense.engine.questions import Choose
from smallsense.skills.wording import wording

TEXT = "This function return a list of all the users that were seen before."


def asked(text: str, start: int, end: int, new: str) -> Choose | None:
    opinion = wording(text, start, end, new)
    return opinion.question if opinion is not None else None


def test_the_words_before_are_read_once_and_a_few_after_are_compared() -> None:
    start = TEXT.index("return")
    assert asked(TEXT, start, start + len("return"), "returns") == Choose(
        "\nThis function", (" returns a list of all the users", " return a list of all the users")
    )


def test_a_correction_within_a_word_compares_the_whole_word() -> None:
    end = TEXT.index("return") + len("return")
    question = asked(TEXT, end, end, "s")
    assert question is not None
    assert question.candidates == (" returns a list of all the users", " return a list of all the users")


def test_a_correction_that_opens_the_text_is_compared_from_the_start() -> None:
    assert asked("He go home.", 0, 2, "They") == Choose("\n", ("They go home.", "He go home."))


@pytest.mark.parametrize(("text", "start", "end", "new"), [("the", 0, 3, ""), ("the", 0, 3, "the")])
def test_nothing_is_asked_where_there_is_nothing_to_compare(
    text: str, start: int, end: int, new: str
) -> None:
    assert asked(text, start, end, new) is None
