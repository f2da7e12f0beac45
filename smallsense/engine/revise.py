"""Revise by aggressive decoding: the text is its own draft.

The model reads `source <separator> source` in one pass. Wherever it would have written the next source token
itself, that token is verified at no further cost; where it departs, its own token is taken, and the rest of
the source is offered again as a draft from the place where the two are likely to meet. The result is that of
plain greedy decoding; only the number of passes differs.

Source of the idea: Sun et al., "Instantaneous Grammatical Error Correction with Shallow Aggressive Decoding"
(ACL 2021), with immediate resynchronization at word starts instead of a search for a unique suffix match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smallsense.engine.context import Cell, Context, Logits, Stop, decode_in_chunks
from smallsense.engine.questions import Revise, Revision
from smallsense.engine.sentence import Sentence, advance, begin, cells_needed, revision

ACTIVE = 16
"""Sentences under revision at a time: with more, drafts get short and passes many."""

BLOCK = 16
"""Cells that kernels take at once: passes over multiples of it are the cheapest."""


def revise(context: Context, questions: Sequence[Revise], stop: Stop) -> list[Revision]:
    """Answer `questions`, several sentences to a pass.

    A sentence too long for the context, or one in which the model goes astray, comes back without changes.
    """
    sentences = [begin(context, question) for question in questions]
    waiting = [s for s in sentences if not s.done]
    # The longest go first, so that none is left to be read alone at the end.
    waiting.sort(key=lambda s: len(s.source))
    wave = _Wave(context)
    try:
        while waiting or wave.active:
            while waiting and wave.has_room(waiting[-1]):
                wave.let_in(waiting.pop())
            stop()
            wave.take(decode_in_chunks(context, wave.offer(), stop))
    finally:
        wave.clear()
    return [revision(context, sentence) for sentence in sentences]


@dataclass(eq=False, slots=True)
class _Wave:
    """The sentences in a context: those under revision, and those done, whose cells stay while any is left.

    Others would take their cells in any order, and the order of a sentence's cells decides about rounding.
    `begun` are the sequences in use.
    """

    context: Context
    active: list[Sentence] = field(default_factory=list)
    begun: int = 0
    held: int = 0

    def has_room(self, sentence: Sentence) -> bool:
        """Whether one more can be let in."""
        if not self.active:
            return True
        room = self.context.capacity - self.held - sum(map(cells_needed, self.active))
        return (
            len(self.active) < ACTIVE
            and self.begun < self.context.sequences - 1
            and cells_needed(sentence) <= room
        )

    def let_in(self, sentence: Sentence) -> None:
        """Begin to revise a sentence for which there is room."""
        if not self.active:
            self.clear()
        sentence.sequence = self.begun
        self.begun += 1
        self.active.append(sentence)

    def offer(self) -> list[Cell]:
        """What is to be read next of each sentence: what is sure to come, and a draft to be verified."""
        # Together the drafts fill a chunk: the more sentences share a pass, the less each risks to have read
        # in vain behind a departure; the last ones left are offered all they have.
        count = len(self.active)
        most = min(self.context.chunk, self.context.outputs)
        budget = count * (most // count - 1)
        budget += -(sum(len(s.given) for s in self.active) + budget) % BLOCK
        shares = _shares([len(s.draft) for s in self.active], min(budget, self.context.outputs - count))
        cells: list[Cell] = []
        for sentence, share in zip(self.active, shares, strict=True):
            sentence.draft = sentence.draft[:share]
            wanted = len(sentence.given) - 1
            for index, token in enumerate((*sentence.given, *sentence.draft)):
                cells.append(Cell(token, sentence.read + index, sentence.sequence, index >= wanted))
        return cells

    def take(self, logits: Logits) -> None:
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

    def clear(self) -> None:
        """Forget all sentences."""
        for sequence in range(self.begun):
            self.context.forget(sequence)
        self.active.clear()
        self.begun = self.held = 0


def _shares(wanted: Sequence[int], budget: int) -> list[int]:
    """Share out `budget` evenly, but give nobody more than is wanted."""
    shares = [0] * len(wanted)
    for others, index in enumerate(sorted(range(len(wanted)), key=lambda i: wanted[i])):
        shares[index] = min(wanted[index], budget // (len(wanted) - others))
        budget -= shares[index]
    return shares
