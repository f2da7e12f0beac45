"""One skill at work on one document. Whatever goes wrong in it is logged, and the others go on."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from smallsense.assistant.policy import Policy
from smallsense.assistant.recall import Recall
from smallsense.assistant.router import scope_at, scopes_within
from smallsense.assistant.verdict import Found, judge, least_doubt, settle
from smallsense.engine.questions import Answer, Question, Revise
from smallsense.engine.trust import Trust
from smallsense.skills.finding import Finding
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Inspection:
    """A skill, the document it looks at, and what the user has decided about that document.

    `identity` names the weights that answer its questions, and `trust` is what was measured with them;
    `recall` knows what was found without them in scopes that have not changed.
    """

    skill: Skill
    snapshot: Snapshot
    policy: Policy
    identity: str
    trust: Trust
    recall: Recall

    @cached_property
    def terms(self) -> tuple[object, ...]:
        """Whatever the verdict on a finding depends on besides the text."""
        settings = self.policy.settings
        return self.identity, settings.skill(self.skill.name), settings.sensitivity, settings.variant

    @cached_property
    def _glance(self) -> float:
        settings = self.policy.settings
        return least_doubt(self.trust, settings.skill(self.skill.name), settings.sensitivity)

    def scopes(self, within: Span | None) -> Iterator[Scope]:
        """The scopes it looks at, those touching `within` where that is given."""
        try:
            for scope in scopes_within(self.skill, self.snapshot, within):
                yield self._variant(scope)
        except Exception:
            log.exception("%s: no further scopes could be found in %s", self.skill.name, self.snapshot.uri)

    def scope_at(self, span: Span) -> Scope | None:
        """The scope it would work on when called at a cursor or selection."""
        try:
            scope = scope_at(self.skill, self.snapshot, span)
            return None if scope is None else self._variant(scope)
        except Exception:
            log.exception("%s: no scope could be found at %s of %s", self.skill.name, span, self.snapshot.uri)
            return None

    def asks(self, scope: Scope) -> tuple[Question, ...]:
        """What it wants to know of a model about a scope."""
        try:
            return tuple(
                replace(question, glance=self._glance) if isinstance(question, Revise) else question
                for question in self.skill.ask(scope)
            )
        except Exception:
            self._failed("asking about", scope)
            return ()

    def finds(self, scope: Scope) -> Sequence[Found]:
        """What it finds without a model, and may be shown, perhaps once an opinion on it is heard."""
        skill = self.skill
        try:
            key, start = skill.depends(scope), scope.span.start
            known = self.recall.get((skill.name, self.terms, key), start) if key is not None else None
            if known is None:
                known = tuple(self._judged(scope, skill.find(scope)))
                if key is not None:
                    self.recall.put((skill.name, self.terms, key), start, known)
            return known
        except Exception:
            self._failed("looking at", scope)
            return ()

    def reads(self, scope: Scope, question: Question, answer: Answer) -> Sequence[Found]:
        """What it makes of an answer, and may be shown, perhaps once an opinion on it is heard."""
        try:
            read = self.skill.read(scope, question, answer)
            return [replace(one, generated=True) for one in self._judged(scope, read)]
        except Exception:
            self._failed("reading an answer about", scope)
            return ()

    def hears(self, found: Found, opinion: Answer | None) -> Sequence[Found]:
        """The same with the opinion on it, or without one: nothing, if it must not be shown then."""
        settings = self.policy.settings
        own, sensitivity = settings.skill(self.skill.name), settings.sensitivity
        settled = settle(found, opinion, own, self.trust, sensitivity)
        return () if settled is None else (settled,)

    def _judged(self, scope: Scope, findings: Iterable[Finding]) -> Iterator[Found]:
        settings = self.policy.settings
        own, sensitivity = settings.skill(self.skill.name), settings.sensitivity
        judged = (judge(self.skill, scope, one, own, self.trust, sensitivity) for one in findings)
        return (one for one in judged if one is not None)

    def _variant(self, scope: Scope) -> Scope:
        """The scope as this user spells."""
        return replace(scope, variant=self.policy.settings.variant)

    def _failed(self, doing: str, scope: Scope) -> None:
        """Log the exception that is being handled."""
        log.exception("%s: %s %s of %s failed", self.skill.name, doing, scope.span, self.snapshot.uri)
