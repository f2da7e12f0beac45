"""The skill: a value with pure functions and its own examples."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from smallsense.engine.questions import Answer, Question
from smallsense.skills.finding import Face, Finding
from smallsense.text.scope import Scope


@dataclass(frozen=True, slots=True)
class Example:
    """What a skill does, told by a document: a unit test, and what `smallsense doctor` tries a skill on.

    `before` is a document in `language`; `<CURSOR>` marks the cursor where the skill needs one. `answers` are
    the canned answers given to the skill's questions, in order. `after` is the document with the best fix of
    every finding applied, or None where the skill must stay silent.
    """

    before: str
    after: str | None
    answers: tuple[Answer, ...] = ()
    language: str = "markdown"


def nothing(scope: Scope) -> Iterable[Finding]:
    """What a skill finds that leaves all judgment to its model."""
    return ()


def unknown(scope: Scope) -> Hashable | None:
    """What the findings of a skill depend on that cannot tell: every scope is looked at every time.

    A skill that can tell returns a value that is equal only for scopes with the same findings in the same
    places, counted from the start of the scope.
    """
    return None


@dataclass(frozen=True, slots=True)
class Skill:
    """One thing the assistant can do.

    `ask` turns a scope into questions and yields nothing where the skill does not apply: then no model runs.
    `read` turns one answer into findings and yields nothing when in doubt; `find` yields what needs no model
    at all; `depends` tells what that depends on. All are pure: no IO, no LSP, no model.
    `scopes` names the kinds of scope the skill wants,
    `languages` the languages (None: any). `summary` is one line for the README; `rules` maps each name that a
    finding's `rule` may have, and that users can switch off, to what breaks it.
    """

    name: str
    title: str
    summary: str
    scopes: tuple[str, ...]
    faces: tuple[Face, ...]
    ask: Callable[[Scope], Iterable[Question]]
    read: Callable[[Scope, Question, Answer], Iterable[Finding]]
    examples: tuple[Example, ...]
    languages: frozenset[str] | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    find: Callable[[Scope], Iterable[Finding]] = nothing
    depends: Callable[[Scope], Hashable | None] = unknown
