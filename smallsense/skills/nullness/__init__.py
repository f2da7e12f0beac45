"""Nullness: a use of a value that may be None, null or undefined, and the guard it lacks.

Structure proposes and vetoes (`analysis`), a learned score judges what is left (`judge`), a model that has
read mended code is heard where its word decides (`prompt`), and `fixes` mends.
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
from smallsense.skills.nullness.prompt import evidence, opinion
from smallsense.skills.nullness.syntax import text_of
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.span import Span

FLOOR = 0.1
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
            rule=_RULE_OF[suspect.origin.kind],
            fixes=fixes(scope, suspect),
            evidence=evidence(scope, judgment.confidence),
            opinion=opinion(scope, suspect, judgment.confidence),
        )


def ask(scope: Scope) -> Iterable[Question]:
    """Ask nothing of a scope: a model is asked about findings, one by one."""
    return ()


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Nothing is asked, so there is nothing to read."""
    return ()


_RULE_OF = {
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

RULES = {
    "broken-chain": "a value read with `?.` is then used without: `a?.b.c`, `x?.y; x.z`",
    "checked-elsewhere": "a value that is checked in one place is used unchecked in another",
    "maybe-unset": "a variable was set to None, null or undefined on some way to its use",
    "maybe-unset-attribute": "an attribute that the constructor leaves empty is used unchecked",
    "none-default": "a parameter whose default is None is used unchecked",
    "optional-parameter": "a parameter annotated as possibly missing is used unchecked",
    "unchecked-parameter": "a parameter that is likely to be missing is used unchecked",
    "unchecked-result": "the result of a call that may find nothing is used unchecked",
    "unchecked-value": "a value that is likely to be missing is used unchecked",
}

SKILL = Skill(
    name="nullness",
    title="Use of a value that may be missing",
    summary="Finds uses of values that may be None, null or undefined, says why, and offers a guard.",
    scopes=("function", "module"),
    rules=RULES,
    faces=(Face.DIAGNOSTIC, Face.QUICK_FIX),
    ask=ask,
    read=read,
    languages=LANGUAGES,
    examples=EXAMPLES,
    find=find,
    depends=outside,
)
