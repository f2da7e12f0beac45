"""What a skill finds: a place, a message, and ways to mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from smallsense.skills.opinion import Opinion
from smallsense.text.span import Edit, Span


class Applicability(StrEnum):
    """How far an edit may be trusted. What a model wrote is never SAFE unless a check proves it."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "display-only"


class Face(StrEnum):
    """Where in an editor a finding shows."""

    DIAGNOSTIC = "diagnostic"
    QUICK_FIX = "quick-fix"
    CODE_ACTION = "code-action"
    INLINE_COMPLETION = "inline-completion"


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a finding: a title for the menu and the edits, all within the finding's scope."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.UNSAFE


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a skill found.

    `confidence` is the probability in [0, 1] that a careful reader agrees, as far as the skill can tell;
    `evidence`, names and values, is what it saw: a calibration makes a measured probability of it.
    `rule` names the kind of finding within its skill (`grammar` has `spelling`, `agreement`, …) and can be
    switched off by the user.
    `fixes` come best first; the first is the one `smallsense fix` applies. `word` is the word that is
    doubted, where knowing it would settle the matter: findings on known words are not shown. `opinion` is a
    question whose answer would be further evidence.
    """

    span: Span
    message: str
    confidence: float
    rule: str
    fixes: tuple[Fix, ...] = ()
    evidence: tuple[tuple[str, float], ...] = ()
    word: str = ""
    opinion: Opinion | None = None

    def moved(self, by: int) -> Finding:
        """The same finding so many bytes further on."""
        fixes = tuple(
            replace(fix, edits=tuple(Edit(edit.span.moved(by), edit.text) for edit in fix.edits))
            for fix in self.fixes
        )
        return replace(self, span=self.span.moved(by), fixes=fixes)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits of the best fix, or none."""
        return self.fixes[0].edits if self.fixes else ()

    @property
    def applicability(self) -> Applicability:
        """How far the best fix may be trusted."""
        return self.fixes[0].applicability if self.fixes else Applicability.DISPLAY_ONLY
