"""Choose by reading the candidates, not by writing: one shared prefix, the candidates side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smallsense.engine.context import Cell, Context, Stop, decode_steadily, fewer, log_probability
from smallsense.engine.interrupt import Interrupted
from smallsense.engine.prefix import TRUNK, read_prefix
from smallsense.engine.questions import Choice, Choose


def choose(context: Context, resident: list[int], questions: Sequence[Choose], stop: Stop) -> list[Choice]:
    """Answer `questions` one after the other, reading anew only where a context differs from the last.

    `resident` are the tokens that the trunk still holds (see `read_prefix`). A context too long for the model
    loses its beginning, where it matters least.

    Raises:
        ValueError: when a question has no candidates or an empty one.
    """
    return [_choose(context, resident, question, stop) for question in questions]


def _choose(context: Context, resident: list[int], question: Choose, stop: Stop) -> Choice:
    candidates = [context.tokenize(candidate) for candidate in question.candidates]
    if not candidates or not all(candidates):
        raise ValueError("a choice needs candidates, and every candidate needs text")
    longest = max(len(candidate) for candidate in candidates)
    width = max(1, min(context.sequences - 1, len(candidates), context.outputs // longest))
    trunk = context.tokenize(question.context)[-(context.capacity - width * longest) :]
    first = read_prefix(context, resident, trunk, stop)

    scores = [log_probability(first, candidate[0]) for candidate in candidates]
    longer = [index for index, candidate in enumerate(candidates) if len(candidate) > 1]
    most = context.outputs
    while longer:
        stop()
        if len(resident) < len(trunk):
            read_prefix(context, resident, trunk, stop)
        group = [candidates[index] for index in longer[:width]]
        try:
            rest = _rest(context, group, len(trunk), most)
        except Interrupted:
            width, most = max(1, width // 2), fewer(most)
            continue
        for index, score in zip(longer, rest, strict=False):
            scores[index] += score
        longer = longer[width:]
    weights = np.exp(np.array(scores) - max(scores))
    return Choice(tuple(float(w) for w in weights / weights.sum()))


def _rest(context: Context, group: Sequence[list[int]], position: int, most: int) -> list[float]:
    """The log-probability of all tokens after the first of each candidate, side by side in one pass.

    There are several where the candidates have more than `most` tokens.
    """
    cells: list[Cell] = []
    for branch, tokens in enumerate(group, start=TRUNK + 1):
        context.share(TRUNK, branch)
        cells += [Cell(token, position + i, branch, True) for i, token in enumerate(tokens[:-1])]
    scores = [0.0] * len(group)
    try:
        expected = ((index, token) for index, tokens in enumerate(group) for token in tokens[1:])
        for at in range(0, len(cells), most):
            logits = decode_steadily(context, cells[at : at + most])
            for row, (index, token) in zip(logits, expected, strict=False):
                scores[index] += log_probability(row, token)
    finally:
        for branch in range(TRUNK + 1, TRUNK + 1 + len(group)):
            context.forget(branch)
    return scores
