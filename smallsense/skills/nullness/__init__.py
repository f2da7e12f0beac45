"""Nullness: a use of a value that may be None, null or undefined, and the guard it lacks.

Structure proposes and vetoes (`analysis`), a learned score judges what is left (`judge`), `fixes` mends.
"""

from __future__ import annotations

from collections.abc import Iterable

from smallsense.engine.questions import Answer, Question
from smallsense.skills.finding import Face, Finding
from smallsense.skills.nullness.analysis import LANGUAGES
from smallsense.skills.nullness.examples import EXAMPLES
from smallsense.skills.nullness.fixes import fixes
from smallsense.skills.nullness.judge import judgments, line
from smallsense.skills.nullness.origin import explain
from smallsense.skills.nullness.outside import outside
from smallsense.skills.nullness.syntax import text_of
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.span import Span

FLOOR = 0.12
"""What is less likely than this is not worth a word, however eager the user."""


def find(scope: Scope) -> Iterable[Finding]:
    """Report every use that is likely a mistake, with the reason and the guards that would protect it."""
    for judgment in judgments(scope):
        if judgment.confidence < FLOOR:
            continue
        suspect = judgment.suspect
        value = suspect.dereference.value
        yield Finding(
            span=Span(value.start_byte, value.end_byte),
            message=explain(suspect.origin, " ".join(text_of(value).split()), line(suspect)),
            confidence=judgment.confidence,
            rule=RULES[suspect.origin.kind],
            fixes=fixes(scope, suspect),
        )


def ask(scope: Scope) -> Iterable[Question]:
    """Ask nothing: no model has shown yet that it knows better than the score."""
    return ()


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Nothing is asked, so there is nothing to read."""
    return ()


RULES = {
    "call": "unchecked-result",
    "result": "unchecked-result",
    "assigned": "maybe-unset",
    "default": "none-default",
    "annotation": "optional-parameter",
    "attribute": "maybe-unset-attribute",
    "chain": "broken-chain",
    "checked": "checked-elsewhere",
    "parameter": "unchecked-parameter",
    "unknown": "unchecked-value",
}

SKILL = Skill(
    name="nullness",
    title="Use of a value that may be missing",
    summary="Finds uses of values that may be None, null or undefined, says why, and offers a guard.",
    scopes=("function", "module"),
    faces=(Face.DIAGNOSTIC, Face.QUICK_FIX),
    ask=ask,
    read=read,
    languages=LANGUAGES,
    examples=EXAMPLES,
    find=find,
    depends=outside,
)
