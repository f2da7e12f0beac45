"""The engine in this process: which contexts it opens, and in which thread. Toys stand for llama.cpp."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from toy import ToyContext, corrector

from smallsense.engine import llama
from smallsense.engine.catalog import Catalog, Weights
from smallsense.engine.context import Cell, Logits
from smallsense.engine.engine import EngineError, Priority, Request
from smallsense.engine.interrupt import Interrupt
from smallsense.engine.local import LocalEngine
from smallsense.engine.manifest import SkillModel
from smallsense.engine.questions import Revise, Revision

WRONG = {f"Line {n} of it are a long one.": f"Line {n} of it is a long one." for n in range(20)}


class SameWeights(Catalog):
    """Every skill runs on the same weights, whose files need not be there."""

    def weights(self, model: str) -> Weights:
        return Weights(Path("base"), Path("adapter"))


@dataclass
class Opened:
    """What was opened, and which threads exchanged adapters.

    Of the contexts asked for, those of the `refused` numbers are not given.
    """

    refused: Container[int] = ()
    asked: int = 0
    disturb: Callable[[ToyContext], None] = lambda context: None
    contexts: list[ToyContext] = field(default_factory=list)
    adapting: set[threading.Thread] = field(default_factory=set)

    def context(
        self, model: object, *, capacity: int, sequences: int, outputs: int, interrupt: Interrupt, **_: object
    ) -> ToyContext:
        number, self.asked = self.asked, self.asked + 1
        if number in self.refused:
            raise EngineError("out of memory")
        like = self.contexts[0] if self.contexts else None
        opened = Adapting(
            corrector(WRONG), capacity=capacity, sequences=sequences, outputs=outputs, like=like
        )
        opened.opened, opened.interrupt = self, interrupt
        self.contexts.append(opened)
        return opened


class Adapting(ToyContext):
    """One that notes which threads exchange its adapter, and may be disturbed before a pass."""

    opened: Opened

    def adapt(self, adapter: Path | None) -> None:
        if adapter not in self.adapters[-1:]:
            self.opened.adapting.add(threading.current_thread())
        super().adapt(adapter)

    def decode(self, cells: Sequence[Cell]) -> Logits:
        self.opened.disturb(self)
        return super().decode(cells)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    opened = Opened()
    monkeypatch.setattr(llama, "LlamaModel", lambda path: object())
    monkeypatch.setattr(llama, "LlamaContext", opened.context)
    return opened


def engine(threads: int) -> LocalEngine:
    skill = SkillModel("grammar", "base")
    return LocalEngine(SameWeights(Path(), Path(), "base", {}, {"grammar": skill}), threads=threads)


def corrected(
    engine: LocalEngine, *texts: str, skill: str = "grammar", priority: Priority = Priority.BACKGROUND
) -> list[str]:
    answers = engine.answer(Request(skill, tuple(map(Revise, texts)), priority))
    return [
        answer.apply(text)
        for text, answer in zip(texts, answers, strict=True)
        if isinstance(answer, Revision)
    ]


@pytest.mark.parametrize(("threads", "contexts"), [(1, 1), (2, 2), (3, 3), (8, 4)])
def test_every_thread_has_a_context_but_no_more_than_four(
    opened: Opened, threads: int, contexts: int
) -> None:
    assert corrected(engine(threads), *WRONG) == list(WRONG.values())
    assert len(opened.contexts) == contexts
    assert all(context.passes for context in opened.contexts)


def test_one_sentence_needs_but_one_context(opened: Opened) -> None:
    corrected(engine(8), next(iter(WRONG)))
    assert len(opened.contexts) == 1


def test_threads_that_read_side_by_side_exchange_no_adapters(opened: Opened) -> None:
    corrected(engine(2), *WRONG)
    assert opened.adapting == {threading.current_thread()}
    assert [context.adapters[-1] for context in opened.contexts] == [Path("adapter")] * 2


def test_where_memory_is_short_it_goes_on_with_the_contexts_there_are(opened: Opened) -> None:
    opened.refused = range(2, 99)
    ours = engine(8)
    assert corrected(ours, *WRONG) == list(WRONG.values())
    assert corrected(ours, *WRONG) == list(WRONG.values())
    assert len(opened.contexts) == 2


def test_after_a_context_that_could_not_be_had_no_further_one_is_opened(opened: Opened) -> None:
    opened.refused = {1}
    ours = engine(8)
    assert corrected(ours, *WRONG) == list(WRONG.values())
    assert corrected(ours, *WRONG) == list(WRONG.values())
    assert len(opened.contexts) == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_a_skill_with_the_same_weights_may_go_first_and_leaves_sentences_alone(
    opened: Opened, threads: int
) -> None:
    ours, first, *_ = engine(threads), *WRONG
    urgent: list[str] = []

    def go_first() -> None:
        urgent.extend(corrected(ours, first, skill="another", priority=Priority.DIAGNOSTIC))

    other = threading.Thread(target=go_first)

    def disturb(context: ToyContext) -> None:
        if context is opened.contexts[0] and context.passes == 2 and other.ident is None:
            other.start()
            while not context.interrupt.is_set():
                time.sleep(0.001)

    opened.disturb = disturb
    assert corrected(ours, *WRONG) == list(WRONG.values())
    other.join()
    assert urgent == [WRONG[first]]
