"""Mended dereferences as texts to train on: a piece of code, and one branch for each question about it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.prompt import VERDICTS, context, mark
from smallsense.text.languages import by_name
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.training.mined import UNDECIDED
from smallsense.training.packing import COPIED, EDITED, SOURCE, Tokens
from smallsense.training.rows import DataError, rows

if TYPE_CHECKING:
    from smallsense.training.tokens import Tokenizer


@dataclass(frozen=True, slots=True)
class Labeled:
    """A piece of code and the questions about it; `positive` says which are to be answered with yes."""

    context: str
    marks: tuple[str, ...]
    positive: tuple[bool, ...]


def held_out(repository: str, percent: int) -> bool:
    """Whether a repository is kept from training, to measure what was learned."""
    return int(hashlib.sha256(repository.encode()).hexdigest(), 16) % 100 < percent


def wrapped(source: str, language: str) -> tuple[Snapshot, int]:
    """A function's text as a document, and how many bytes were put before it: a method needs a class.

    Raises:
        DataError: the language is unknown.
    """
    syntax = by_name(language)
    if syntax is None:
        raise DataError(f"no such language: {language!r}")
    snapshot = Snapshot.open("fix", syntax, 1, source)
    if language != "python" and snapshot.tree is not None and snapshot.tree.root_node.has_error:
        for before, after in (("class _ {\n", "\n}"), ("x = {\n", "\n}")):
            whole = Snapshot.open("fix", syntax, 1, f"{before}{source}{after}")
            if whole.tree is not None and not whole.tree.root_node.has_error:
                return whole, len(before)
    return snapshot, 0


def labeled(row: Mapping[str, Any], most: int, rng: random.Random) -> Iterator[Labeled]:
    """The piece of a mended function that holds the mended dereference, with at most `most` questions."""
    snapshot, offset = wrapped(row["before"], row["lang"])
    left_out = {start + offset for key in UNDECIDED for start, *_ in row[key]}
    mended = row["deref_start"] + offset, row["expr_end"] + offset
    pieces: dict[str, list[tuple[str, bool]]] = {}
    for scope in scopes(snapshot, "function"):
        for suspect in candidates_of(scope):
            value = suspect.dereference.value
            positive = (value.start_byte, value.end_byte) == mended
            if positive or value.start_byte not in left_out:
                pieces.setdefault(context(scope, suspect), []).append((mark(scope, suspect), positive))
    for piece, questions in pieces.items():
        if any(positive for _, positive in questions):
            rng.shuffle(questions)
            questions = sorted(questions, key=lambda question: not question[1])[:most]
            yield Labeled(piece, tuple(m for m, _ in questions), tuple(p for _, p in questions))


def load_choices(data: Path, recipe: Mapping[str, Any], rng: random.Random) -> list[Labeled]:
    """All texts of a recipe's rows, but those of held-out repositories.

    Raises:
        DataError: the file is missing or broken.
    """
    plan = recipe["data"]
    mined = rows(data / plan["fixes"])
    kept = [row for row in mined if not held_out(row["repo"], plan["held_out_percent"])]
    return [one for row in kept for one in labeled(row, plan["questions"], rng)]


def tokenize_choices(texts: list[Labeled], tokenizer: Tokenizer, longest: int) -> Tokens:
    """Lay out each text as a trunk and its branches; leave out what is over `longest` tokens."""
    yes, no = (ids[0] for ids in tokenizer.encode(list(VERDICTS)))
    ids: list[int] = []
    marks: list[int] = []
    branches: list[int] = []
    starts = [0]
    trunks = tokenizer.encode([text.context for text in texts])
    for text, trunk in zip(texts, trunks, strict=True):
        row, row_marks, row_branches = list(trunk), [SOURCE] * len(trunk), [0] * len(trunk)
        for number, (asked, positive) in enumerate(
            zip(tokenizer.encode(list(text.marks)), text.positive, strict=True), start=1
        ):
            row += [*asked, yes if positive else no]
            row_marks += [SOURCE] * len(asked) + [EDITED if positive else COPIED]
            row_branches += [number] * (len(asked) + 1)
        if len(row) <= longest:
            ids += row
            marks += row_marks
            branches += row_branches
            starts.append(len(ids))
    return Tokens(
        np.array(ids, np.uint16),
        np.array(marks, np.uint8),
        np.array(starts, np.int64),
        np.array(branches, np.uint16),
    )
