"""The three kinds of question a small model is good at, and their answers. All are plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Revise:
    """Correct `text` (one sentence or line of prose, no line breaks).

    `protected` are character ranges `[start, end)` of `text` that the answer must leave as they are
    (code spans, URLs, identifiers): decoding is forced to copy them.
    `margin` is the least log-probability advantage (nats) a departure from the text needs over copying it;
    0 is plain greedy decoding. A text that the model doubts less than `glance` (see `Revision`) when it has
    read it stands: it is spared the second look that would cost as much again.
    """

    text: str
    protected: tuple[tuple[int, int], ...] = ()
    margin: float = 0.0
    glance: float = -math.inf


@dataclass(frozen=True, slots=True)
class Change:
    """Replace the characters `[start, end)` of a question's text by `text`.

    `margin` is how much likelier (log-probability, nats) the model held the change than copying, at the
    token where it departed.
    """

    start: int
    end: int
    text: str
    margin: float


@dataclass(frozen=True, slots=True)
class Revision:
    """The answer to `Revise`: changes in order, none overlapping; none at all means the text stands.

    `doubt` is how likely the model held it that the text has mistakes, as soon as it had read it (log-odds,
    nats); None where the engine cannot tell.
    """

    changes: tuple[Change, ...] = ()
    doubt: float | None = None

    def apply(self, text: str) -> str:
        """Return `text` with all changes made."""
        for change in reversed(self.changes):
            text = text[: change.start] + change.text + text[change.end :]
        return text


@dataclass(frozen=True, slots=True)
class Choose:
    """Which of `candidates` continues `context`? The context is read once for all of them."""

    context: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer to `Choose`: one probability per candidate, in the question's order, summing to 1."""

    probabilities: tuple[float, ...]

    @property
    def best(self) -> int:
        """Index of the likeliest candidate."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap for the model to fill: it ends before the first of `stop`, or after `max_tokens` tokens."""

    stop: tuple[str, ...] = ("\n",)
    max_tokens: int = 32


@dataclass(frozen=True, slots=True)
class Shape:
    """What generated text must look like: forced text and slots, in order."""

    parts: tuple[str | Slot, ...] = (Slot(),)


@dataclass(frozen=True, slots=True)
class Generate:
    """Write what stands between `prefix` and `suffix`, in the given shape.

    Models without fill-in-the-middle tokens see the prefix only; the suffix then serves to cut the answer
    where it begins to repeat what already follows.
    """

    prefix: str
    suffix: str = ""
    shape: Shape = Shape()


@dataclass(frozen=True, slots=True)
class Generation:
    """The answer to `Generate`.

    `text` is the whole text including forced parts; `slots` what the model wrote in each slot;
    `confidence` the geometric mean probability of the generated tokens, in [0, 1].
    """

    text: str
    slots: tuple[str, ...]
    confidence: float


Question = Revise | Choose | Generate
Answer = Revision | Choice | Generation
