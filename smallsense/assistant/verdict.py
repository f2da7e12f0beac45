"""Which findings may be shown, and which of their fixes may be offered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from smallsense.assistant.fingerprint import fingerprint
from smallsense.assistant.policy import Policy
from smallsense.assistant.settings import Sensitivity, Severity, SkillSettings
from smallsense.engine.questions import Answer
from smallsense.engine.trust import Trust
from smallsense.skills.finding import Finding, Fix
from smallsense.skills.opinion import decides, heard
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A finding that may be shown, with the skill that found it.

    By its `fingerprint` it is known again once the user has called it no problem. `generated` means that a
    language model wrote some of it; an opinion is no part of it. While the finding has an opinion to be
    heard, nothing is decided.
    """

    skill: Skill
    finding: Finding
    fingerprint: str
    severity: Severity = "information"
    generated: bool = False

    def moved(self, by: int) -> Found:
        """The same so many bytes further on."""
        return replace(self, finding=self.finding.moved(by))


def least_doubt(trust: Trust, settings: SkillSettings, sensitivity: Sensitivity) -> float:
    """The doubt below which hardly anything that may be shown would come of a second look at a text."""
    # A threshold of the user's own may show more than the sensitivity would.
    return trust.glance(sensitivity if settings.threshold is None else "eager")


def _threshold(finding: Finding, settings: SkillSettings, trust: Trust, sensitivity: Sensitivity) -> float:
    own = settings.threshold
    return trust.threshold(sensitivity, finding.rule) if own is None else own


def judge(
    skill: Skill,
    scope: Scope,
    finding: Finding,
    settings: SkillSettings,
    trust: Trust,
    sensitivity: Sensitivity,
) -> Found | None:
    """Return the finding with the fixes that may be offered, or None where it must not be shown.

    Silence is the default: below the threshold means not shown. A fix that leaves its scope or adds a syntax
    error is taken out, and the finding stands without it. An opinion that decides is left to be heard.
    """
    threshold = _threshold(finding, settings, trust, sensitivity)
    if not decides(finding, trust, threshold):
        confidence = trust.confidence(finding.confidence, finding.evidence)
        if not confidence >= threshold:
            return None
        finding = replace(finding, confidence=confidence, opinion=None)
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
    mark = fingerprint(skill.name, scope, finding)
    return Found(skill, replace(finding, message=marked(finding.message, settings), fixes=fixes), mark)


def settle(
    found: Found, answer: Answer | None, settings: SkillSettings, trust: Trust, sensitivity: Sensitivity
) -> Found | None:
    """What was found, once the opinion on it is heard; None where it must not be shown.

    Where nobody gave an opinion the rest of the evidence decides.
    """
    finding = heard(found.finding, answer)
    confidence = trust.confidence(finding.confidence, finding.evidence)
    if not confidence >= _threshold(finding, settings, trust, sensitivity):
        return None
    return replace(found, finding=replace(finding, confidence=confidence))


def marked(text: str, settings: SkillSettings) -> str:
    """What people read, with the name of the server where it was not found on this machine."""
    return text if settings.remote is None else f"{text} (from {settings.remote.host})"


def permitted(found: Iterable[Found], policy: Policy) -> list[Found]:
    """Those that the user has not decided against, as loud as the user wants them."""
    judged = (_permitted(one, policy) for one in found)
    return [one for one in judged if one is not None]


def _permitted(found: Found, policy: Policy) -> Found | None:
    skill, finding = found.skill.name, found.finding
    level = policy.settings.level(skill, finding.rule)
    if (
        level == "off"
        or policy.excluded
        or policy.knows(finding.word)
        or found.fingerprint in policy.dismissed
        or policy.is_silenced(finding.span.start, skill, finding.rule)
    ):
        return None
    return found if level == found.severity else replace(found, severity=level)


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
