"""Sentences revised in several contexts, each by a thread of its own."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from toy import ToyContext, corrector

from smallsense.engine.context import Cell, Logits
from smallsense.engine.engine import Cancelled, EngineError
from smallsense.engine.questions import Revise
from smallsense.engine.revise import revise

WRONG = {
    f"Line {n} of it are a long one{', and so it go on' * (n % 4)}.": f"Line {n} of it is a long one."
    for n in range(40)
}
QUESTIONS = [Revise(text) for text in WRONG]


class Working(ToyContext):
    """One that knows how many of its kind have a pass at a time, and may be disturbed in it."""

    at_work = 0
    _lock = threading.Lock()

    def __init__(self, disturb: Callable[[], bool], like: Working | None = None) -> None:
        super().__init__(corrector(WRONG), like=like)
        self._disturb = disturb
        if like is not None:
            self.interrupt = like.interrupt

    def decode(self, cells: Sequence[Cell]) -> Logits:
        with self._lock:
            Working.at_work += 1
        try:
            if self._disturb():
                self.interrupt.set()
            return super().decode(cells)
        finally:
            with self._lock:
                Working.at_work -= 1


def side_by_side(count: int) -> list[ToyContext]:
    first = ToyContext(corrector(WRONG))
    return [first, *(ToyContext(corrector(WRONG), like=first) for _ in range(count - 1))]


class Broken(ToyContext):
    """One that cannot read."""

    def decode(self, cells: Sequence[Cell]) -> Logits:
        raise EngineError("no memory")


def go() -> None:
    """Never stops."""


def texts(context: ToyContext, *beside: ToyContext, stop: Callable[[], None] = go) -> list[str]:
    answers = revise(context, QUESTIONS, stop, beside=beside)
    return [answer.apply(question.text) for question, answer in zip(QUESTIONS, answers, strict=True)]


def test_all_take_their_share_and_the_answers_are_those_of_one_alone() -> None:
    contexts = side_by_side(3)
    assert texts(*contexts) == list(WRONG.values())
    cells = [context.cells for context in contexts]
    assert min(cells) > max(cells) / 3
    assert [context.shares for context in contexts] == [[3, 1]] * 3


def test_a_few_sentences_are_shared_out_evenly() -> None:
    contexts = side_by_side(2)
    revise(contexts[0], QUESTIONS[:4], go, beside=contexts[1:])
    assert contexts[0].cells == pytest.approx(contexts[1].cells, rel=0.5)


def test_one_sentence_has_all_threads() -> None:
    first, second = side_by_side(2)
    revise(first, QUESTIONS[:1], go, beside=[second])
    assert second.passes == 0
    assert first.shares == []


def test_a_sentence_that_has_no_room_beside_is_read_in_the_first_context() -> None:
    first = ToyContext(corrector(WRONG))
    small = ToyContext(corrector(WRONG), capacity=50, like=first)
    assert texts(first, small) == list(WRONG.values())
    assert small.passes == 0


def test_it_stops_only_while_no_pass_runs_and_goes_on_as_if_nothing_had_been() -> None:
    chance = random.Random(7)
    first = Working(lambda: chance.random() < 0.3)
    interrupt, stopped = first.interrupt, 0

    def stop() -> None:
        nonlocal stopped
        assert Working.at_work == 0
        stopped += interrupt.is_set()
        interrupt.clear()

    second = Working(lambda: chance.random() < 0.3, first)
    assert texts(first, second, stop=stop) == list(WRONG.values())
    assert stopped > 3


def test_what_was_cancelled_leaves_all_contexts_clean() -> None:
    passes = iter(range(10**6))
    first = Working(lambda: next(passes) == 5)
    second = Working(lambda: False, first)

    def stop() -> None:
        if first.interrupt.is_set():
            first.interrupt.clear()
            raise Cancelled

    with pytest.raises(Cancelled):
        texts(first, second, stop=stop)
    assert texts(first, second) == list(WRONG.values())


def test_a_failure_in_one_is_a_failure_and_leaves_the_other_clean() -> None:
    first = ToyContext(corrector(WRONG))
    with pytest.raises(EngineError, match="no memory"):
        texts(first, Broken(corrector(WRONG), like=first))
    assert texts(first) == list(WRONG.values())
