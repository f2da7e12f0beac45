"""The grammar skill on plain sentences: asked once, then read at any sensitivity."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from smallsense.engine.choose import choose
from smallsense.engine.context import Context
from smallsense.engine.questions import Question, Revise, Revision
from smallsense.engine.revise import revise
from smallsense.skills import grammar
from smallsense.skills.finding import Finding
from smallsense.skills.opinion import heard
from smallsense.text.languages import by_name
from smallsense.text.protection import protected_ranges
from smallsense.text.reading import Piece, Reading
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span, apply_edits

BATCH = 32
"""Sentences asked together, as the assistant does."""


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """A text and what the skill found in it, however sure."""

    text: str
    findings: tuple[Finding, ...]

    def corrected(self, shown: Callable[[Finding], bool]) -> str:
        """The text after the fixes of the findings that are `shown`."""
        edits = [edit for finding in self.findings if shown(finding) for edit in finding.edits]
        return apply_edits(self.text.encode(), edits).decode()


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """A model without an adapter, which is asked about the wordings of the findings that are `doubted`."""

    context: Context
    doubted: Callable[[Finding], bool]
    resident: list[int] = field(default_factory=list)

    def weighed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings, with what the model says as evidence."""
        found = list(findings)
        asked = {
            at: one.opinion.question
            for at, one in enumerate(found)
            if one.opinion is not None and self.doubted(one)
        }
        chosen = choose(self.context, self.resident, list(asked.values()), _go_on)
        told = dict(zip(asked, chosen, strict=True))
        for at, finding in enumerate(found):
            yield heard(finding, told[at]) if at in told else finding


def sentence(text: str) -> Scope:
    """`text` as one sentence that is a document of its own, whatever it looks like."""
    language = by_name("plaintext")
    assert language is not None
    snapshot = Snapshot.open("", language, 0, text)
    span = Span(0, len(snapshot.source))
    reading = Reading(text, tuple(protected_ranges(text)), (Piece(0, len(text), span),))
    return Scope("sentence", snapshot, span, reading=reading)


def ask_all(
    contexts: Sequence[Context],
    texts: Sequence[str],
    glance: float = -math.inf,
    reader: Reader | None = None,
) -> Iterator[Answered]:
    """Ask about all `texts`, `BATCH` together; those doubted less than `glance` are not looked at twice.

    The `contexts` work side by side; `reader` is heard about what they find.
    """
    context, *beside = contexts
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        scopes = [sentence(text) for text in part]
        asked = [_questions(scope, glance) for scope in scopes]
        flat = [question for questions in asked for question in questions]
        revised = revise(context, flat, _go_on, beside=beside)
        given: dict[Question, Revision] = dict(zip(flat, revised, strict=True))
        for text, scope, questions in zip(part, scopes, asked, strict=True):
            read = _read(scope, [(question, given[question]) for question in questions], reader)
            yield Answered(text, read)


def ask_one(
    context: Context, text: str, glance: float = -math.inf, reader: Reader | None = None
) -> tuple[Answered, float]:
    """Ask about one text alone, as after a keystroke; also the seconds it took, reading included."""
    start = time.perf_counter()
    scope = sentence(text)
    questions = _questions(scope, glance)
    answers = revise(context, questions, _go_on)
    answered = Answered(text, _read(scope, list(zip(questions, answers, strict=True)), reader))
    return answered, time.perf_counter() - start


def _questions(scope: Scope, glance: float) -> list[Revise]:
    asked = (question for question in grammar.ask(scope) if isinstance(question, Revise))
    return [replace(question, glance=glance) for question in asked]


def _read(
    scope: Scope, answers: Sequence[tuple[Revise, Revision]], reader: Reader | None
) -> tuple[Finding, ...]:
    found = (one for question, answer in answers for one in grammar.read(scope, question, answer))
    return tuple(found if reader is None else reader.weighed(found))


def _go_on() -> None:
    """Never stops."""
