"""Nullness: a use of a value that may be None, null or undefined, and the guard it lacks.

Structure proposes and vetoes (`analysis`), the model judges what is left (`judge`), `fixes` mends.
"""

from __future__ import annotations

from collections.abc import Iterable

from smallsense.engine.questions import Answer, Choice, Question
from smallsense.skills.finding import Face, Finding
from smallsense.skills.nullness import judge
from smallsense.skills.nullness.analysis import LANGUAGES, suspects_of
from smallsense.skills.nullness.examples import EXAMPLES
from smallsense.skills.nullness.fixes import fixes
from smallsense.skills.nullness.origin import explain
from smallsense.skills.nullness.syntax import text_of
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.span import Span


def ask(scope: Scope) -> Iterable[Question]:
    """Ask about every use that no guard protects."""
    for suspect in suspects_of(scope):
        yield judge.question(scope, suspect)


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Report the use, with the reason and the guards that would protect it."""
    if not isinstance(answer, Choice) or len(answer.probabilities) != len(judge.VERDICTS):
        return
    # An answer does not say what it is about: the question it belongs to does.
    for suspect in suspects_of(scope):
        if judge.question(scope, suspect) != question:
            continue
        value = suspect.dereference.value
        yield Finding(
            span=Span(value.start_byte, value.end_byte),
            message=explain(suspect.origin, " ".join(text_of(value).split()), judge.line(suspect)),
            confidence=judge.confidence(scope, suspect, answer),
            rule=RULES[suspect.origin.kind],
            fixes=fixes(scope, suspect),
        )
        return


RULES = {
    "call": "unchecked-result",
    "assigned": "maybe-unset",
    "default": "none-default",
    "annotation": "optional-parameter",
    "attribute": "maybe-unset-attribute",
    "chain": "broken-chain",
    "checked": "checked-elsewhere",
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
)
