"""Which skills look at which scopes of which document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

from smallsense.assistant.policy import Policy
from smallsense.skills.finding import Face
from smallsense.skills.skill import Skill
from smallsense.text import prose, scopes
from smallsense.text.scope import Kind, Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span


def skills_for(skills: Iterable[Skill], policy: Policy, snapshot: Snapshot, face: Face) -> tuple[Skill, ...]:
    """The enabled skills that show themselves as `face` in this document's language."""
    language, settings = snapshot.language.name, policy.settings
    if snapshot.too_large or policy.excluded or policy.leaves_out(language):
        return ()
    return tuple(
        skill
        for skill in skills
        if face in skill.faces
        and settings.skill(skill.name).enabled
        and (skill.languages is None or language in skill.languages)
    )


def scopes_within(skill: Skill, snapshot: Snapshot, within: Span | None = None) -> Iterator[Scope]:
    """The scopes a skill wants, those touching `within` where that is given, kind by kind."""
    for kind in _kinds(skill):
        if kind == "sentence":
            found: Iterable[Scope] = prose.sentences(snapshot, within)
        elif kind == "selection":
            found = () if within is None else (scopes.selection(snapshot, within),)
        else:
            found = scopes.scopes(snapshot, kind, within)
        for scope in found:
            if within is None or scope.span.overlaps(within):
                yield scope


def scope_at(skill: Skill, snapshot: Snapshot, span: Span) -> Scope | None:
    """The innermost scope a skill would work on when called at a cursor or selection."""
    if "selection" in skill.scopes and len(span):
        return scopes.selection(snapshot, span)
    if "sentence" in skill.scopes:
        for scope in prose.sentences(snapshot, span):
            if scope.span.contains(Span(span.start, span.start)):
                return replace(scope, cursor=span.start)
    kinds: tuple[Kind, ...] = tuple(kind for kind in _kinds(skill) if kind not in ("sentence", "selection"))
    return scopes.scope_at(snapshot, span.start, kinds) if kinds else None


def _kinds(skill: Skill) -> tuple[Kind, ...]:
    # The loader has checked the names.
    return cast(tuple[Kind, ...], skill.scopes)
