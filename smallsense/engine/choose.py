"""Choose by reading the candidates, not by writing: what questions have in common is read once.

For each candidate a text is to be read: the context and the candidate but its last token. The longest is the
trunk. All others leave it somewhere and are branches, read from there on, many to a pass. So the wordings of
one sentence, of which each stands some words behind the last, take two passes together, and so do questions
about one piece of code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from smallsense.engine.context import (
    Cell,
    Context,
    Logits,
    Stop,
    decode_steadily,
    fewer,
    log_probability,
    parts,
)
from smallsense.engine.interrupt import Interrupted
from smallsense.engine.prefix import TRUNK, read_trunk
from smallsense.engine.questions import Choice, Choose
from smallsense.text.common_prefix import common_prefix

NEAR = 24
"""A context that leaves another one so many tokens before its end is read beside it; otherwise after it."""


_Slot = tuple[int, int]
"""A candidate: the number of its question, and its own."""

_Scores = dict[_Slot, float]
"""The log-probability of each candidate."""


@dataclass(frozen=True, slots=True)
class _Path:
    """The `tokens` read for candidates; how likely the tokens are that are `told` after positions, counts."""

    tokens: list[int]
    told: Mapping[int, Sequence[tuple[_Slot, int]]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question: the tokens of its context, and the paths of its candidates."""

    context: list[int]
    paths: Sequence[_Path]


@dataclass(frozen=True, slots=True)
class _Branch:
    """A path that leaves the trunk at the position `fork`."""

    path: _Path
    fork: int

    @property
    def size(self) -> int:
        """Cells."""
        return len(self.path.tokens) - self.fork


def choose(context: Context, resident: list[int], questions: Sequence[Choose], stop: Stop) -> list[Choice]:
    """Answer `questions`, reading anew only where a context differs from those before it.

    `resident` are the tokens that the trunk still holds (see `read_prefix`). A context too long for the model
    loses its beginning, where it matters least.

    Raises:
        ValueError: when a question has no context, no candidates or an empty one.
    """
    asked = [_asked(context, number, question) for number, question in enumerate(questions)]
    scores: _Scores = {
        (number, index): 0.0
        for number, question in enumerate(questions)
        for index in range(len(question.candidates))
    }
    for group in _grouped(asked, context.capacity):
        _read_together(context, resident, group, scores, stop)
    return [
        _choice([scores[number, index] for index in range(len(question.candidates))])
        for number, question in enumerate(questions)
    ]


def _asked(context: Context, number: int, question: Choose) -> _Asked:
    candidates = [context.tokenize(candidate) for candidate in question.candidates]
    if not candidates or not all(candidates):
        raise ValueError("a choice needs candidates, and every candidate needs text")
    # Beside the longest text there must be room for another branch, and for the cell of `decode_steadily`.
    room = context.capacity - 2 * max(map(len, candidates)) - NEAR - 1
    known = context.tokenize(question.context)[-max(room, 1) :]
    if not known:
        raise ValueError("a choice needs a context")
    # Candidates of one token have one path.
    paths: dict[tuple[int, ...], dict[int, list[tuple[_Slot, int]]]] = {}
    for index, candidate in enumerate(candidates):
        told = paths.setdefault(tuple(candidate[:-1]), {})
        for at, token in enumerate(candidate, start=len(known) - 1):
            told.setdefault(at, []).append(((number, index), token))
    return _Asked(known, [_Path([*known, *written], told) for written, told in paths.items()])


def _grouped(asked: Sequence[_Asked], capacity: int) -> list[list[_Path]]:
    """Questions that are read together: each has nearly all of its context in common with the longest."""
    groups: list[tuple[list[int], list[_Path]]] = []
    for one in asked:
        trunk, group = groups[-1] if groups else ([], [])
        shared = common_prefix(trunk, one.context)
        # Each path would have what is beyond read for itself.
        twice = (len(one.paths) - 1) * (len(one.context) - shared)
        # The longest of them has to find room beside a branch, and beside the cell of `decode_steadily`.
        longest = max(len(path.tokens) for path in (*group, *one.paths))
        room = capacity - longest - 1 - max(len(path.tokens) - shared for path in one.paths)
        near = min(len(trunk), len(one.context)) - shared <= NEAR and twice <= NEAR
        if group and near and room >= 0:
            group += one.paths
            if len(one.context) > len(trunk):
                groups[-1] = one.context, group
        else:
            groups.append((one.context, list(one.paths)))
    return [group for _, group in groups]


def _read_together(
    context: Context, resident: list[int], group: Sequence[_Path], scores: _Scores, stop: Stop
) -> None:
    """Add to the `scores` what the model says to the paths of a group."""
    trunk = max((path.tokens for path in group), key=len)
    branches = [_Branch(path, common_prefix(trunk, path.tokens)) for path in group]
    told: dict[int, list[tuple[_Slot, int]]] = {}
    for branch in branches:
        for at, expected in branch.path.told.items():
            if at < branch.fork:
                told.setdefault(at, []).extend(expected)

    def hear(at: int, row: Logits) -> None:
        for slot, token in told[at]:
            scores[slot] += log_probability(row, token)

    read_trunk(context, resident, trunk, sorted(told), hear, stop)
    waiting = sorted((branch for branch in branches if branch.size), key=lambda branch: branch.fork)
    most = min(context.chunk, context.capacity - len(trunk) - 1)
    while waiting:
        stop()
        if len(resident) < len(trunk):  # others may have taken some of it
            read_trunk(context, resident, trunk, (), hear, stop)
        # One sequence is the trunk's, and the last may be that of `decode_steadily`.
        taken = _fitting(waiting, most, context.sequences - 2)
        try:
            heard = _read_branches(context, taken, most)
        except Interrupted:
            most = fewer(most)
            continue
        for slot, score in heard:
            scores[slot] += score
        del waiting[: len(taken)]


def _fitting(waiting: Sequence[_Branch], cells: int, most: int) -> Sequence[_Branch]:
    """The first branches that together have no more than so many cells, `most` of them, but at least one."""
    count = total = 0
    for branch in waiting[: max(most, 1)]:
        total += branch.size
        if count and total > cells:
            break
        count += 1
    return waiting[:count]


def _read_branches(context: Context, branches: Sequence[_Branch], most: int) -> list[tuple[_Slot, float]]:
    """The log-probabilities of what the branches tell beyond the trunk."""
    cells: list[Cell] = []
    expected: list[Sequence[tuple[_Slot, int]]] = []
    for sequence, branch in enumerate(branches, start=TRUNK + 1):
        context.share(TRUNK, sequence)
        context.forget(sequence, branch.fork)
        for at in range(branch.fork, len(branch.path.tokens)):
            told = branch.path.told.get(at, ())
            cells.append(Cell(branch.path.tokens[at], at, sequence, bool(told)))
            if told:
                expected.append(told)
    heard: list[tuple[_Slot, float]] = []
    coming = iter(expected)
    try:
        for part in parts(cells, most, context.outputs):
            for row in decode_steadily(context, part):
                heard += [(slot, log_probability(row, token)) for slot, token in next(coming)]
    finally:
        for sequence in range(TRUNK + 1, TRUNK + 1 + len(branches)):
            context.forget(sequence)
    return heard


def _choice(scores: Sequence[float]) -> Choice:
    weights = np.exp(np.array(scores) - max(scores))
    return Choice(tuple(float(weight) for weight in weights / weights.sum()))
