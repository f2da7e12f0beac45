"""A toy model for testing the ways of answering: a vocabulary of words, and a rule for what follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from smallsense.engine.context import Cell, Logits
from smallsense.engine.interrupt import Interrupt, Interrupted

SEPARATOR, END = 0, 1


class ToyContext:
    """Reads words and single characters; `follow` says which text continues the text read so far, and `doubt`
    how likely a source has mistakes. Contexts over one model share a vocabulary: each is `like` the first.

    Counts passes and cells, and checks that cells arrive in order, as llama.cpp demands.
    """

    def __init__(
        self,
        follow: Callable[[str], str],
        *,
        capacity: int = 512,
        sequences: int = 4,
        batch: int = 64,
        outputs: int = 32,
        doubt: Callable[[str], float] = lambda source: 0.0,
        like: ToyContext | None = None,
    ) -> None:
        self.capacity, self.sequences, self.batch, self.outputs = capacity, sequences, batch, outputs
        self.chunk = min(batch, 32)
        self.shares: list[int] = []
        self.separator, self.end, self.ends = SEPARATOR, END, frozenset({END})
        self._follow, self._doubt = follow, doubt
        self.interrupt = Interrupt()
        self._numbers: dict[str, int] = like._numbers if like else {}
        self._words: list[str] = like._words if like else ["<sep>", "<end>"]
        self._held: dict[int, list[int]] = {n: [] for n in range(self.sequences)}
        self._shared = dict.fromkeys(range(self.sequences), 0)
        self.passes = self.cells = self.reused = 0
        self.adapters: list[Path | None] = []
        for character in map(chr, range(32, 127)):
            self._number(character)

    def _number(self, word: str) -> int:
        if word not in self._numbers:
            self._numbers[word] = len(self._words)
            self._words.append(word)
        return self._numbers[word]

    def tokenize(self, text: str) -> list[int]:
        # Long words come in two pieces, as in real vocabularies.
        words = re.findall(r" ?\w{1,6}|\s|.", text, re.S)
        return [self._number(word) for word in words]

    def piece(self, token: int) -> bytes:
        return b"" if token in (SEPARATOR, END) else self._words[token].encode()

    def text(self, tokens: Sequence[int]) -> str:
        return "".join("<sep>" if t == SEPARATOR else self.piece(t).decode() for t in tokens)

    def decode(self, cells: Sequence[Cell]) -> Logits:
        assert 0 < len(cells) <= self.batch
        assert sum(cell.wanted for cell in cells) <= self.outputs
        if self.interrupt.is_set():
            raise Interrupted
        self.passes += 1
        self.cells += len(cells)
        chosen: list[int] = []
        doubts: list[float] = []
        for cell in cells:
            held = self._held[cell.sequence]
            assert cell.position == len(held), "a position was left out or read twice"
            held.append(cell.token)
            held_once = sum(map(len, self._held.values())) - sum(self._shared.values())
            assert held_once <= self.capacity, "more cells than there are"
            if cell.wanted:
                answer = self._follow(self.text(held))
                doubts.append(self._doubt(self.text(held[:-1])) if cell.token == SEPARATOR else 0.0)
                chosen.append(self.tokenize(answer)[0] if answer else END)
        logits = np.zeros((len(chosen), 4096), np.float32)
        logits[:, SEPARATOR] = doubts
        logits[np.arange(len(chosen)), chosen] = 9.0
        return logits

    def forget(self, sequence: int, start: int = 0) -> None:
        del self._held[sequence][start:]
        self._shared[sequence] = min(self._shared[sequence], start)

    def share_threads(self, contexts: int) -> None:
        self.shares.append(contexts)

    def adapt(self, adapter: Path | None) -> None:
        self.adapters.append(adapter)

    def close(self) -> None:
        self._held.clear()

    def share(self, source: int, target: int) -> None:
        self._held[target] = list(self._held[source])
        self._shared[target] = len(self._held[source])


def corrector(corrections: dict[str, str]) -> Callable[[str], str]:
    """A model that knows the right form of some sentences and copies all others."""

    def follow(text: str) -> str:
        source, _, written = text.partition("<sep>")
        target = corrections.get(source, source)
        return target[len(written) :] if target.startswith(written) else ""

    return follow
