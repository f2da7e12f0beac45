"""A wave: sentences that are revised together in one context, several to a pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smallsense.engine.context import Cell, Context, Logits, Passes, in_chunks
from smallsense.engine.sentence import Sentence, advance, cells_likely, restart

ACTIVE = 16
"""Sentences worth revising at a time: with more, drafts get short and passes many."""

BLOCK = 16
"""Cells that kernels take at once: passes over multiples of it are the cheapest."""


@dataclass(eq=False, slots=True)
class Wave:
    """The sentences in a context: those under revision, and those done, whose cells stay while any is left.

    Others would take their cells in any order, and the order of a sentence's cells decides about rounding.
    `waiting` are those to come, the next one last; several waves may share them. At `most` so many are
    revised at a time. `begun` sequences are in use, and `held` cells are those of sentences done.
    """

    context: Context
    waiting: list[Sentence]
    most: int = ACTIVE
    active: list[Sentence] = field(default_factory=list)
    begun: int = 0
    held: int = 0

    def passes(self) -> Passes:
        """All passes until nobody waits and all are done."""
        while True:
            while self.waiting and self._has_room(self.waiting[-1]):
                self._let_in(self.waiting.pop())
            if not self.active:
                return
            cells = self._offer()
            self._take((yield from in_chunks(self.context, cells)))

    def clear(self) -> None:
        """Forget all sentences."""
        for sequence in range(self.begun):
            self.context.forget(sequence)
        self.active.clear()
        self.begun = self.held = 0

    def _has_room(self, sentence: Sentence) -> bool:
        """Whether one more can be let in.

        Most sentences need far less than they may: should all need much, the last ones are put back.
        """
        if not self.active:
            return True
        taken = self.held + sum(cells_likely(one) for one in (*self.active, sentence))
        return (
            len(self.active) < self.most
            and self.begun < self.context.sequences - 1
            and taken <= self.context.capacity
        )

    def _let_in(self, sentence: Sentence) -> None:
        if not self.active:
            self.clear()
        sentence.sequence = self.begun
        self.begun += 1
        self.active.append(sentence)

    def _put_back(self) -> None:
        """The last one let in has to wait once more; what was read of it stays, as with those done.

        From then on it counts with all the cells it may need: or else two could put each other back forever.
        """
        sentence = self.active.pop()
        sentence.large = True
        self.held += sentence.read
        restart(self.context, sentence)
        self.waiting.append(sentence)
        if not self.active:
            self._let_in(self.waiting.pop())  # alone, it has room

    def _offer(self) -> list[Cell]:
        """What is to be read next of each sentence: what is sure to come, and a draft to be verified."""
        # One cell stays free for `decode_steadily`.
        while self._share_out() >= self.context.capacity - self.held - sum(s.read for s in self.active):
            self._put_back()
        cells: list[Cell] = []
        for sentence in self.active:
            wanted = len(sentence.given) - 1
            for index, token in enumerate((*sentence.given, *sentence.draft)):
                cells.append(Cell(token, sentence.read + index, sentence.sequence, index >= wanted))
        return cells

    def _share_out(self) -> int:
        """Shorten drafts to what one chunk takes; return how many cells all would read.

        Together the drafts fill it: the more sentences share a pass, the less each risks to have read in vain
        behind a departure; the last ones left are offered all they have.
        """
        count = len(self.active)
        most = min(self.context.chunk, self.context.outputs)
        given = sum(len(s.given) for s in self.active)
        budget = count * (most // count - 1)
        budget += -(given + budget) % BLOCK
        shares = _shares([len(s.draft) for s in self.active], min(budget, self.context.outputs - count))
        for sentence, share in zip(self.active, shares, strict=True):
            sentence.draft = sentence.draft[:share]
        return given + sum(shares)

    def _take(self, logits: Logits) -> None:
        """Go on with what the model says to all that was offered: `logits` of each wanted cell."""
        row = 0
        for sentence in self.active:
            rows = logits[row : row + len(sentence.draft) + 1]
            row += len(sentence.draft) + 1
            read = sentence.read + len(sentence.given) + len(sentence.draft)
            advance(self.context, sentence, rows)
            if sentence.done:
                self.held += read
        self.active = [sentence for sentence in self.active if not sentence.done]


def _shares(wanted: Sequence[int], budget: int) -> list[int]:
    """Share out `budget` evenly, but give nobody more than is wanted."""
    shares = [0] * len(wanted)
    for others, index in enumerate(sorted(range(len(wanted)), key=lambda i: wanted[i])):
        shares[index] = min(wanted[index], budget // (len(wanted) - others))
        budget -= shares[index]
    return shares
