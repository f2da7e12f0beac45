from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from toy import ToyContext

from smallsense.engine.choose import choose
from smallsense.engine.questions import Choose


def go() -> None:
    """Never stops."""


def follow_yes(text: str) -> str:
    return " yes" if text.endswith("?") else " indeed"


def test_prefers_what_the_model_would_write() -> None:
    choice = choose(ToyContext(follow_yes), [], [Choose("Is it safe?", (" no", " yes"))], go)[0]
    assert choice.best == 1
    assert sum(choice.probabilities) == pytest.approx(1.0)


def test_reads_the_shared_context_once() -> None:
    context = ToyContext(follow_yes)
    choose(context, [], [Choose("word " * 20 + "?", tuple(f" yes {n} more" for n in "abc"))], go)
    alone = ToyContext(follow_yes)
    for n in "abc":
        choose(alone, [], [Choose("word " * 20 + "?", (f" yes {n} more",))], go)
    assert context.cells < alone.cells / 2


def test_the_next_question_reads_only_what_differs() -> None:
    context, resident = ToyContext(follow_yes), []
    long = "word " * 20
    choose(context, resident, [Choose(long + "a?", (" yes", " no"))], go)
    before = context.cells
    choose(context, resident, [Choose(long + "b?", (" yes", " no"))], go)
    assert context.cells - before <= 4


def test_more_candidates_than_sequences() -> None:
    names = tuple(f" yes {n}" for n in "abcdefgh")
    choice = choose(
        ToyContext(lambda t: " g" if t.endswith("yes") else " yes"), [], [Choose("Which?", names)], go
    )[0]
    assert names[choice.best] == " yes g"


def test_a_context_too_long_loses_its_beginning() -> None:
    context = ToyContext(follow_yes, capacity=64)
    assert choose(context, [], [Choose("word " * 200 + "?", (" no", " yes"))], go)[0].best == 1


@pytest.mark.parametrize("candidates", [(), ("a", "")])
def test_a_question_without_candidates_is_an_error(candidates: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="candidates"):
        choose(ToyContext(follow_yes), [], [Choose("Is it?", candidates)], go)


def test_a_candidate_may_be_longer_than_what_a_pass_tells_of() -> None:
    long, short = " a b c d e f g h i j k l", " z"
    context = ToyContext(lambda text: long[len(text) - 1 :] if text.startswith("x") else "", outputs=5)
    (answer,) = choose(context, [], [Choose("x", (short, long))], lambda: None)
    assert answer.best == 1


SENTENCE = "one two three four five six seven eight nine ten eleven twelve"


def next_word(text: str) -> str:
    """What a model writes that knows one sentence by heart."""
    return SENTENCE[len(text) :] if SENTENCE.startswith(text) else " and"


def wordings() -> list[Choose]:
    """At each of some words: does it stand as it should, or another in its place?"""
    words = SENTENCE.split()
    return [
        Choose(" ".join(words[:at]), (" " + " ".join(words[at : at + 3]), f" and {words[at]}"))
        for at in (2, 5, 8)
    ]


def test_wordings_of_one_sentence_take_two_passes() -> None:
    context = ToyContext(next_word, sequences=8)
    together = choose(context, [], wordings(), go)
    assert context.passes == 2
    alone = ToyContext(next_word, sequences=8)
    assert together == [choose(alone, [], [one], go)[0] for one in wordings()]
    assert [choice.best for choice in together] == [0, 0, 0]
    assert context.cells < alone.cells


def test_questions_about_one_piece_of_code_are_read_side_by_side() -> None:
    code = "word " * 20
    asked = [Choose(f"{code} line {n}?", (" yes", " no")) for n in "abc"]
    context = ToyContext(follow_yes, sequences=8)
    assert [choice.best for choice in choose(context, [], asked, go)] == [0, 0, 0]
    # The first is the trunk; what the others have of their own is read beside one another.
    assert context.passes <= 3
    first = len(context.tokenize(asked[0].context))
    assert context.cells <= first + 2 * 4


def test_questions_that_have_little_in_common_are_read_one_after_the_other() -> None:
    asked = [Choose(f"{word} " * 30 + "?", (" yes", " no")) for word in ("one", "two")]
    context = ToyContext(follow_yes, capacity=100)
    assert [choice.best for choice in choose(context, [], asked, go)] == [0, 0]


@pytest.mark.parametrize(("sequences", "outputs"), [(3, 3), (4, 4), (8, 32)])
def test_many_branches_go_in_several_passes(sequences: int, outputs: int) -> None:
    context = ToyContext(next_word, sequences=sequences, outputs=outputs, batch=16)
    wide = ToyContext(next_word, sequences=16)
    assert choose(context, [], wordings(), go) == choose(wide, [], wordings(), go)


def test_a_long_candidate_after_a_long_context_finds_room() -> None:
    long = "w " * 80
    asked = [Choose(long, (" yes", " no")), Choose(long[:120], (" yes" * 30, " no" * 30))]
    context = ToyContext(follow_yes, capacity=200)
    assert len(choose(context, [], asked, go)) == 2


def test_what_is_kept_is_counted_once() -> None:
    context = ToyContext(next_word, sequences=8)
    choose(context, [], wordings(), go)
    assert context.reused == 0
