"""Passes that are broken off: the flag, and what the ways of answering make of it."""

from __future__ import annotations

import ctypes
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from toy import ToyContext, corrector

from smallsense.engine.choose import choose
from smallsense.engine.context import FEWEST, Cell, Logits
from smallsense.engine.engine import Cancelled
from smallsense.engine.generate import generate
from smallsense.engine.interrupt import Interrupt, Interrupted, interrupt_reader
from smallsense.engine.lane import CellPool
from smallsense.engine.questions import Answer, Choose, Generate, Revise
from smallsense.engine.revise import revise

COUNT = " ".join(map(str, range(100)))
WRONG = {
    f"Line {n} of it are a long one, and so it go on.": f"Line {n} of it is a long one, and so it goes on."
    for n in range(6)
}

Asked = Callable[[ToyContext, Callable[[], None]], list[Answer]]


def count_on(text: str) -> str:
    return COUNT[len(text) :] if COUNT.startswith(text) else ""


def revised(context: ToyContext, stop: Callable[[], None]) -> list[Answer]:
    return [*revise(CellPool(context).lane(), [Revise(text) for text in WRONG], stop)]


def revised_at_length(context: ToyContext, stop: Callable[[], None]) -> list[Answer]:
    return [*revise(CellPool(context).lane(), [Revise("and so on " * 30)], stop)]


def chosen(context: ToyContext, stop: Callable[[], None]) -> list[Answer]:
    lane = CellPool(context).lane()
    return [
        *choose(
            lane,
            lane.resident,
            [Choose(COUNT[:150], tuple(COUNT[at : at + 21] for at in (149, 152, 12, 99)))],
            stop,
        )
    ]


def chosen_at_length(context: ToyContext, stop: Callable[[], None]) -> list[Answer]:
    lane = CellPool(context).lane()
    asked = [Choose(COUNT[:at], (COUNT[at : at + 60], " no" + COUNT[at : at + 30])) for at in (12, 90, 160)]
    return [*choose(lane, lane.resident, asked, stop)]


def generated(context: ToyContext, stop: Callable[[], None]) -> list[Answer]:
    lane = CellPool(context).lane()
    return [generate(lane, lane.resident, Generate(COUNT[:150]), stop)]


KINDS = (
    (revised, corrector(WRONG)),
    (revised_at_length, corrector({})),
    (chosen, count_on),
    (chosen_at_length, count_on),
    (generated, count_on),
)


class Disturbed(ToyContext):
    """One whose passes are broken off whenever `disturb` says so of their number of cells."""

    def __init__(self, follow: Callable[[str], str], disturb: Callable[[int], bool]) -> None:
        super().__init__(follow)
        self._disturb = disturb
        self.broken_off = 0

    def decode(self, cells: Sequence[Cell]) -> Logits:
        if self._disturb(len(cells)):
            self.interrupt.set()
            self.broken_off += 1
            assert self.broken_off < 1000, "it does not get on"
        return super().decode(cells)


def test_compiled_code_reads_the_flag() -> None:
    read = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)(interrupt_reader())
    interrupt, other = Interrupt(), Interrupt()
    for state in (False, True, True, False):
        if state:
            interrupt.set()
        else:
            interrupt.clear()
        assert interrupt.is_set() is read(interrupt.address) is state
    interrupt.set()
    assert not other.is_set()
    assert not read(other.address)


@pytest.mark.parametrize(("ask", "follow"), KINDS)
def test_an_answer_is_the_same_however_often_its_passes_are_broken_off(
    ask: Asked, follow: Callable[[str], str]
) -> None:
    expected = ask(ToyContext(follow), lambda: None)
    for seed in range(5):
        chance = random.Random(seed)
        context = Disturbed(follow, lambda _, chance=chance: chance.random() < 0.6)
        assert ask(context, context.interrupt.clear) == expected
        assert context.broken_off > 1


@pytest.mark.parametrize(("ask", "follow"), KINDS)
def test_a_request_gets_on_though_every_long_pass_is_broken_off(
    ask: Asked, follow: Callable[[str], str]
) -> None:
    context = Disturbed(follow, lambda cells: cells > FEWEST)
    assert ask(context, context.interrupt.clear) == ask(ToyContext(follow), lambda: None)
    assert context.broken_off > 1


@pytest.mark.parametrize(("ask", "follow"), KINDS)
def test_what_was_broken_off_is_not_taken_for_read(ask: Asked, follow: Callable[[str], str]) -> None:
    def cancelled() -> None:
        if context.interrupt.is_set():
            raise Cancelled

    context = Disturbed(follow, lambda cells: cells > 1)
    with pytest.raises(Cancelled):
        ask(context, cancelled)
    assert context.cells == 0


def test_a_lane_holds_what_it_held_before() -> None:
    context = ToyContext(count_on)
    pool = CellPool(context, trunks=2)
    lane, other = pool.lane(), pool.lane()
    for one in (lane, other):
        generate(one, one.resident, Generate("0 1 2"), lambda: None)
    held, read, resident = lane.held, lane.read, list(lane.resident)
    context.interrupt.set()
    with pytest.raises(Interrupted):
        lane.decode([Cell(7, len(resident), 0, True), Cell(7, 0, 1, True)])
    assert (lane.held, lane.read, lane.resident) == (held, read, resident)
    context.interrupt.clear()
    again = generate(lane, lane.resident, Generate("0 1 2 3"), lambda: None)
    assert again == generate(other, other.resident, Generate("0 1 2 3"), lambda: None)
