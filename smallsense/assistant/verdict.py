"""Which findings may be shown, and which of their fixes may be offered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from smallsense.assistant.ignores import is_ignored
from smallsense.assistant.settings import Sensitivity, SkillSettings
from smallsense.engine.trust import Trust
from smallsense.skills.finding import Finding, Fix
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A finding that may be shown, with the skill that found it."""

    skill: Skill
    finding: Finding

    def moved(self, by: int) -> Found:
        """The same so many bytes further on."""
        return Found(self.skill, self.finding.moved(by))


def judge(
    skill: Skill,
    scope: Scope,
    finding: Finding,
    settings: SkillSettings,
    trust: Trust,
    sensitivity: Sensitivity,
) -> Found | None:
    """Return the finding with the fixes that may be offered, or None where it must not be shown.

    Silence is the default: below the threshold or switched off means not shown. A fix that leaves its scope
    or adds a syntax error is taken out, and the finding stands without it.
    """
    finding = replace(finding, confidence=trust.confidence(finding.confidence, finding.evidence))
    threshold = settings.threshold
    if threshold is None:
        threshold = trust.threshold(sensitivity, finding.rule)
    if not finding.confidence >= threshold or finding.rule in settings.rules_off:
        return None
    if not scope.span.contains(finding.span):
        log.error(
            "%s: a finding at %s leaves its scope %s and is dropped", skill.name, finding.span, scope.span
        )
        return None
    fixes = tuple(
        replace(fix, title=marked(fix.title, settings))
        for fix in finding.fixes
        if _may_offer(skill, scope, fix)
    )
    return Found(skill, replace(finding, message=marked(finding.message, settings), fixes=fixes))


def marked(text: str, settings: SkillSettings) -> str:
    """What people read, with the name of the server where it was not found on this machine."""
    return text if settings.remote is None else f"{text} (from {settings.remote.host})"


def without_ignored(snapshot: Snapshot, found: Iterable[Found]) -> list[Found]:
    """Those about which the document does not ask to stay silent."""
    return [
        one
        for one in found
        if not is_ignored(snapshot, one.finding.span.start, one.skill.name, one.finding.rule)
    ]


def _may_offer(skill: Skill, scope: Scope, fix: Fix) -> bool:
    if not fix.edits or not all(scope.span.contains(edit.span) for edit in fix.edits):
        log.debug("%s: the fix %r leaves its scope and is not offered", skill.name, fix.title)
        return False
    try:
        breaks = scope.snapshot.adds_syntax_error(fix.edits)
    except ValueError as error:
        log.error("%s: the fix %r makes no sense (%s) and is not offered", skill.name, fix.title, error)
        return False
    if breaks:
        log.debug("%s: the fix %r adds a syntax error and is not offered", skill.name, fix.title)
    return not breaks
