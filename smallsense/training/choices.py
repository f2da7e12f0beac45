"""Uses of values as texts to train on: a piece of code, and one branch for each question about it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from smallsense.skills.nullness import FLOOR
from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.judge import Judgment, judgments
from smallsense.skills.nullness.prompt import VERDICTS, context, mark
from smallsense.skills.nullness.suspect import Suspect
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.training.fetch import PACKAGES
from smallsense.training.mined import UNDECIDED, Row
from smallsense.training.packing import COPIED, EDITED, SOURCE, Tokens
from smallsense.training.releases import RELEASES, mined_releases, newest
from smallsense.training.rows import DataError, rows
from smallsense.training.structure import Plan
from smallsense.training.uses import lacks, modules, without_guards
from smallsense.training.wrapped import wrapped

if TYPE_CHECKING:
    from smallsense.training.tokens import Tokenizer


Label = Callable[[Suspect], bool | None]
"""Whether a use lacks a guard; None where nobody can say."""


@dataclass(frozen=True, slots=True)
class Labeled:
    """A piece of code and the questions about it; `positive` says which are to be answered with yes."""

    context: str
    marks: tuple[str, ...]
    positive: tuple[bool, ...]


def held_out(repository: str, percent: int) -> bool:
    """Whether a repository is kept from training, to measure what was learned."""
    return int(hashlib.sha256(repository.encode()).hexdigest(), 16) % 100 < percent


def labeled(row: Row, most: int, rng: random.Random | None) -> Iterator[Labeled]:
    """The piece of a mended function that holds the mended dereference, with at most `most` questions.

    Which other uses are asked about is drawn, or without `rng` those that the score doubts most.
    """
    snapshot, offset = wrapped(row["before"], row["lang"])
    left_out = {start + offset for key in UNDECIDED for start, *_ in row[key]}
    mended = row["deref_start"] + offset, row["expr_end"] + offset

    def label(suspect: Suspect) -> bool | None:
        value = suspect.dereference.value
        if (value.start_byte, value.end_byte) == mended:
            return True
        return None if value.start_byte in left_out else False

    for scope in scopes(snapshot, "function"):
        yield from (one for one in _pieces(scope, label, most, rng) if any(one.positive))


def unguarded(snapshot: Snapshot, variants: int, most: int, rng: random.Random) -> Iterator[Labeled]:
    """The pieces of released functions without one guard that hold the use which lacks it."""
    for scope in scopes(snapshot, "function"):
        for one in without_guards(scope, variants, rng):
            yield from (each for each in _pieces(one.scope, lacks(one), most, rng) if any(each.positive))


def safe(snapshot: Snapshot, share: float, most: int, rng: random.Random) -> Iterator[Labeled]:
    """The pieces of this share of the functions of released code, no use in which lacks a guard."""
    for scope in scopes(snapshot, "function"):
        if rng.random() < share:
            yield from _pieces(scope, lambda suspect: False, most, rng)


def doubted(snapshot: Snapshot, most: int) -> Iterator[Labeled]:
    """The pieces of released code with uses that the score doubts, none of which lacks a guard.

    What a model is asked about there is among them.
    """
    for scope in scopes(snapshot, "function"):
        yield from _pieces(scope, lambda suspect: False, most, None, FLOOR)


def _pieces(
    scope: Scope, label: Label, most: int, rng: random.Random | None, least: float = 0.0
) -> Iterator[Labeled]:
    """Questions about uses that have a label and that the score doubts at `least` so much."""
    pieces: dict[str, list[tuple[str, bool]]] = {}
    found = judgments(scope) if rng is None else [Judgment(one, 1.0) for one in candidates_of(scope)]
    for judgment in sorted(found, key=lambda one: -one.confidence):
        positive = label(judgment.suspect) if judgment.confidence >= least else None
        if positive is not None:
            asked = mark(scope, judgment.suspect), positive
            pieces.setdefault(context(scope, judgment.suspect), []).append(asked)
    for piece, questions in pieces.items():
        if rng is not None:
            rng.shuffle(questions)
        questions = sorted(questions, key=lambda question: not question[1])[:most]
        yield Labeled(piece, tuple(m for m, _ in questions), tuple(p for _, p in questions))


def load_choices(
    data: Path, recipe: Mapping[str, Any], released: Plan, folder: Path, rng: random.Random, console: Console
) -> dict[str, list[Labeled]]:
    """All texts there are, by kind, of the kinds that the recipe has stages with.

    `fixes` are of repositories that are not held out, `releases` what releases of packages mended that are
    not either, `doubted` is the newest of these releases, `safe` is code of packages that are `released`, and
    `unguarded` such code without a guard. `folder` keeps it all.

    Raises:
        DataError: something is missing or broken, or a package could not be had.
    """
    rules = recipe["data"]
    most, lines, packages = rules["questions"], rules["lines"], folder / PACKAGES

    def trains(repository: str) -> bool:
        return not held_out(repository, rules["held_out_percent"])

    histories = [one for one in released.histories if trains(one.repository)]

    def fixes() -> Iterator[Labeled]:
        for row in rows(data / rules["fixes"]):
            if trains(row["repo"]):
                yield from labeled(row, most, rng)

    def releases() -> Iterator[Labeled]:
        for row in mined_releases(histories, folder / RELEASES, console):
            yield from labeled(row, most, None)

    def unfixed() -> Iterator[Labeled]:
        for _, code in newest(histories, packages, rules["doubted_lines"], rng, console):
            for module in code:
                yield from doubted(module, rules["safe_questions"])

    def stripped() -> Iterator[Labeled]:
        for package in (*released.donors, *released.packages):
            for module in modules(package, packages, lines, rng):
                yield from unguarded(module, rules["variants"], most, rng)

    def untouched() -> Iterator[Labeled]:
        for package in released.packages:
            for module in modules(package, packages, lines, rng):
                yield from safe(module, rules["safe_share"], rules["safe_questions"], rng)

    kinds = {
        "fixes": fixes,
        "releases": releases,
        "doubted": unfixed,
        "unguarded": stripped,
        "safe": untouched,
    }
    wanted = {kind for stage in recipe["stages"] for kind in stage["mix"]}
    if unknown := wanted - kinds.keys():
        raise DataError(f"the recipe mixes unknown kinds of texts: {', '.join(sorted(unknown))}")
    return {kind: list(texts()) for kind, texts in kinds.items() if kind in wanted}


def draw_choices(
    texts: Mapping[str, list[Labeled]], mix: Mapping[str, float], count: int, rng: random.Random
) -> list[Labeled]:
    """So many texts, of each kind the share that `mix` says; the same again only where there are too few."""
    drawn: list[Labeled] = []
    for kind, share in mix.items():
        wanted, there = round(count * share), texts[kind]
        while wanted > 0 and there:
            drawn += rng.sample(there, min(wanted, len(there)))
            wanted -= len(there)
    rng.shuffle(drawn)
    return drawn


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
