"""Rehearsal: play a skill's examples through the skill, with their canned answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from smallsense.skills.finding import Finding
from smallsense.skills.skill import Example, Skill
from smallsense.text.languages import by_name
from smallsense.text.prose import sentences
from smallsense.text.scope import Kind, Scope
from smallsense.text.scopes import scope_at, scopes
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, apply_edits

CURSOR = "<CURSOR>"


class RehearsalError(AssertionError):
    """An example and its skill do not fit together; the message says where."""


def opened(example: Example) -> tuple[Snapshot, int | None]:
    """Return the example's document without the cursor mark, and the cursor's byte offset.

    Raises:
        RehearsalError: the example names no language of ours.
    """
    language = by_name(example.language)
    if language is None:
        raise RehearsalError(f"unknown language {example.language!r}")
    before, mark, after = example.before.partition(CURSOR)
    cursor = len(before.encode("utf-8")) if mark else None
    return Snapshot.open("file:///example", language, 1, before + after), cursor


def scopes_for(skill: Skill, snapshot: Snapshot, cursor: int | None = None) -> Iterator[Scope]:
    """Yield the scopes of the document that the skill wants: all of them, or the one around the cursor."""
    if skill.languages is not None and snapshot.language.name not in skill.languages:
        return
    wanted: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind in skill.scopes)
    if cursor is not None:
        scope = scope_at(snapshot, cursor, wanted)
        if scope is not None:
            yield scope
        return
    for kind in wanted:
        yield from sentences(snapshot) if kind == "sentence" else scopes(snapshot, kind)


def findings(skill: Skill, example: Example) -> list[Finding]:
    """Return what the skill finds in the example.

    Raises:
        RehearsalError: the skill asks more or fewer questions than there are canned answers.
    """
    snapshot, cursor = opened(example)
    asked = [
        (scope, question) for scope in scopes_for(skill, snapshot, cursor) for question in skill.ask(scope)
    ]
    if len(example.answers) != len(asked):
        raise RehearsalError(
            f"{skill.name} asks {len(asked)} questions, the example has {len(example.answers)} answers"
        )
    return [
        *(finding for scope in scopes_for(skill, snapshot, cursor) for finding in skill.find(scope)),
        *(
            finding
            for (scope, question), given in zip(asked, example.answers, strict=True)
            for finding in skill.read(scope, question, given)
        ),
    ]


def rehearse(skill: Skill, example: Example) -> str | None:
    """Return the example's document with the best fix of every finding applied, or None if nothing was found.

    Raises:
        RehearsalError: as `findings` does.
        ValueError: when two fixes overlap.
    """
    found = findings(skill, example)
    if not found:
        return None
    snapshot, _ = opened(example)
    edits: list[Edit] = [edit for finding in found for edit in finding.edits]
    return apply_edits(snapshot.source, edits).decode("utf-8")
