"""Where a sentence and its revision differ, word by word, and how sure the writer of each difference was."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from smallsense.engine.questions import Change
from smallsense.engine.reply import Token

UNKNOWN_MARGIN = 3.0
"""Nats, where the writer gave no probabilities."""

LEAST_LIKENESS = 0.5
"""Below this share of equal words the writer has answered something else."""

_WORD = re.compile(r"\s+|\w+(?:['’]\w+)*|[^\w\s]")
_MOST = 20.0


def changes(
    text: str, protected: Sequence[tuple[int, int]], revised: str, tokens: Sequence[Token] = ()
) -> Iterator[Change]:
    """The changes that make `revised` of `text`, but for those that touch a protected range.

    None where the two have little in common.
    """
    old, new = _WORD.findall(text), _WORD.findall(revised)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not revised or matcher.ratio() < LEAST_LIKENESS:
        return
    starts, places = _starts(old), _starts(new)
    for kind, i, j, k, n in matcher.get_opcodes():
        start, end = starts[i], starts[j]
        touched = any(first < max(end, start + 1) and start < last for first, last in protected)
        if kind != "equal" and not touched:
            yield Change(start, end, "".join(new[k:n]), _margin(tokens, places[k], places[n]))


def without_lead(tokens: Sequence[Token], length: int) -> Iterator[Token]:
    """The tokens of a text that loses its first `length` characters."""
    for token in tokens:
        if not length or length < len(token.text):
            yield Token(token.text[length:], token.log, token.offered)
        length = max(length - len(token.text), 0)


def _starts(words: Sequence[str]) -> list[int]:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return starts


def _margin(tokens: Sequence[Token], start: int, end: int) -> float:
    """The least log-odds of the tokens that wrote the characters `[start, end)`, or what follows them."""
    logs: list[float] = []
    at = 0
    for token in tokens:
        after = at + len(token.text)
        # The end of the text is a token as well, one without characters.
        if (after > start or at == after == start) and at < max(end, start + 1):
            logs.append(token.log)
        at = after
    if not logs:
        return UNKNOWN_MARGIN
    probability = math.exp(min(min(logs), -1e-9))
    return max(-_MOST, min(_MOST, math.log(probability / (1 - probability))))
