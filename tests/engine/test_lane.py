from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from toy import ToyContext, corrector

from smallsense.engine.choose import choose
from smallsense.engine.context import Cell, Logits
from smallsense.engine.engine import EngineError
from smallsense.engine.generate import generate
from smallsense.engine.lane import CellPool, Lane
from smallsense.engine.questions import Choose, Generate, Revise
from smallsense.engine.revise import revise

COUNT = " ".join(map(str, range(100)))


def go() -> None:
    """Never stops."""


def follow(text: str) -> str:
    """Numbers are counted on, all else ends."""
    return COUNT[len(text) :] if COUNT.startswith(text) else ""


def pool(capacity: int = 100, *, trunks: int = 2, sequences: int = 4) -> CellPool:
    return CellPool(ToyContext(follow, capacity=capacity, sequences=sequences, batch=16), trunks)


def toy(pool: CellPool) -> ToyContext:
    assert isinstance(pool.context, ToyContext)
    return pool.context


def count_on(lane: Lane, begin: str) -> str:
    return generate(lane, lane.resident, Generate(begin), go).text


def test_lanes_keep_what_they_read_while_there_is_room() -> None:
    cells = pool()
    one, other = cells.lane(), cells.lane()
    assert count_on(one, "0 1 2").startswith(" 3 4")
    assert count_on(other, "0 1 2 3").startswith(" 4 5")
    assert (one.reused, other.reused) == (0, 0)
    count_on(one, "0 1 2")
    assert one.reused == 2  # and the last one is read again


def test_a_lane_that_needs_room_takes_no_more_than_it_needs_from_the_end_of_another() -> None:
    cells = pool(60)
    one, other = cells.lane(), cells.lane()
    count_on(one, "0 1")
    begin = list(one.resident)
    count_on(other, "0 1")
    assert one.resident == begin[: len(one.resident)]
    assert one.held + other.held == 60
    assert len(one.resident) > 10


def test_the_lane_used_longest_ago_makes_room_first() -> None:
    cells = pool(80, trunks=3, sequences=5)
    first, second, third = cells.lane(), cells.lane(), cells.lane()
    for lane in (first, second):
        count_on(lane, "0 1")
    kept = second.held
    count_on(third, "0 1")
    assert first.held == 80 - kept - third.held < kept
    assert second.held == kept


def test_more_lanes_than_trunks_take_turns() -> None:
    cells = pool(trunks=1)
    one, other = cells.lane(), cells.lane()
    assert count_on(one, "0 1") == count_on(other, "0 1") == count_on(one, "0 1")
    assert other.resident == []


def test_an_answer_is_the_same_whatever_is_asked_between_its_passes() -> None:
    cells = pool(50)
    one, other = cells.lane(), cells.lane()
    expected = count_on(one, "0 1 2")

    def interrupt() -> None:
        if next(passes) in (1, 3, 5):
            count_on(other, "0 1 2 3 4 5 6 7")

    passes = itertools.count()
    assert generate(one, one.resident, Generate("0 1 2"), interrupt).text == expected
    assert next(passes) > 5
    passes = itertools.count()
    question = Choose("0 1 2 3 4 5 6 7 8 9", (" 10 11", " 12 13"))
    assert choose(one, one.resident, [question], interrupt)[0].best == 0
    assert next(passes) > 1


def test_every_lane_reads_with_its_own_adapter() -> None:
    cells = pool()
    one, other = cells.lane(Path("a")), cells.lane()
    count_on(one, "0 1")
    assert set(toy(cells).adapters) == {Path("a")}
    toy(cells).adapters.clear()
    count_on(other, "0 1")
    assert set(toy(cells).adapters) == {None}


def test_a_single_lane_has_the_whole_context() -> None:
    wrong, right = "It are late.", "It is late."
    context = ToyContext(corrector({wrong: right}))
    lane = CellPool(context).lane()
    assert (lane.sequences, lane.capacity) == (context.sequences, context.capacity)
    questions = [Revise(wrong), Revise(right)] * 4
    answers = revise(lane, questions, go)
    assert [a.apply(q.text) for a, q in zip(answers, questions, strict=True)] == [right] * 8
    assert lane.held == 0


def test_after_a_failure_every_lane_begins_anew() -> None:
    class Failing(ToyContext):
        fails = False

        def decode(self, cells: Sequence[Cell]) -> Logits:
            if self.fails:
                for sequence in range(self.sequences):
                    self.forget(sequence)
                raise EngineError("no room")
            return super().decode(cells)

    context = Failing(follow, sequences=4)
    cells = CellPool(context, 2)
    one, other = cells.lane(), cells.lane()
    expected = count_on(one, "0 1")
    count_on(other, "0 1")
    context.fails = True
    with pytest.raises(EngineError):
        count_on(other, "0 1 2")
    context.fails = False
    assert (one.held, other.held, one.resident, other.resident) == (0, 0, [], [])
    assert count_on(one, "0 1") == expected
