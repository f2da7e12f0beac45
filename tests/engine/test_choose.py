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
