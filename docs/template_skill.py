"""A skill to start from: copy this file, change every part of it, and register `SKILL`.

It warns of a heading that promises what the text does not give. In the project that ships it, say

    [project.entry-points."smallsense.skills"]
    vague-heading = "your_package.vague_heading:SKILL"

It runs on the base weights. For thresholds of its own, or an adapter, `models.toml` in the user's
configuration folder (or ours, for a skill of ours) takes an entry with its name:

    [skills.vague-heading]
    base = "smollm2-135m"
    thresholds = { quiet = 0.9, balanced = 0.6, eager = 0.5 } # the least confidence shown, measured
    # adapter = "vague-heading/adapter.gguf", with its sha256, size in bytes, and license
"""

from __future__ import annotations

from collections.abc import Iterable

from smallsense.engine.questions import Answer, Choice, Choose, Question
from smallsense.skills.finding import Applicability, Face, Finding, Fix
from smallsense.skills.skill import Example, Skill
from smallsense.text.scope import Scope
from smallsense.text.span import Edit

VAGUE = ("Various things", "Some more", "Other stuff")

SHOTS = """Titles of chapters, and whether a reader knows from them what the chapter is about.

“Miscellaneous”: no
“How to install”: yes
“Some remarks”: no
“Reading a file line by line”: yes
“More things”: no
“Other”: no
“Limits of memory”: yes
“Further stuff”: no
"""
"""A base model learns a task from examples, not from being told. They are read once: prefixes are kept."""


def ask(scope: Scope) -> Iterable[Question]:
    """Ask only where the skill applies: no question, no model, no time spent."""
    if scope.reading is not None and scope.reading.text.strip() in VAGUE:
        yield Choose(f"{SHOTS}“{scope.reading.text.strip()}”:", (" yes", " no"))


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Turn one answer into findings; stay silent when in doubt."""
    if not isinstance(answer, Choice) or answer.best != 1:
        return
    yield Finding(
        span=scope.span,
        message="This title does not say what follows",
        confidence=answer.probabilities[1],
        rule="vague-heading",
        fixes=(
            Fix(
                "Ask for a better title", (Edit(scope.span, "TODO: say what follows"),), Applicability.UNSAFE
            ),
        ),
    )


SKILL = Skill(
    name="vague-heading",
    title="Vague heading",
    summary="Warns of headings that do not say what follows.",
    scopes=("sentence",),
    faces=(Face.DIAGNOSTIC, Face.QUICK_FIX),
    ask=ask,
    read=read,
    rules={"vague-heading": "a heading that says nothing of what follows"},
    examples=(
        Example(
            before="# Various things\n", answers=(Choice((0.2, 0.8)),), after="# TODO: say what follows\n"
        ),
        Example(before="# Various things\n", answers=(Choice((0.7, 0.3)),), after=None),
        Example(before="# How to install\n", after=None),
    ),
)
