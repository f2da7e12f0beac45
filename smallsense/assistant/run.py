"""One request from start to end: scopes, questions, answers, findings that may be shown."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from smallsense.assistant.cache import AnswerCache
from smallsense.assistant.check import Check
from smallsense.assistant.inspection import Inspection
from smallsense.assistant.memory import Memory
from smallsense.assistant.passage import passages
from smallsense.assistant.policy import Policies, Policy
from smallsense.assistant.recall import Recall
from smallsense.assistant.router import skills_for
from smallsense.assistant.settings import Settings
from smallsense.assistant.verdict import Found, marked, permitted
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled, Engine, EngineError, Priority, Request
from smallsense.engine.questions import Answer, Question
from smallsense.engine.trust import Trust
from smallsense.skills.finding import Face
from smallsense.skills.skill import Skill
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

log = logging.getLogger(__name__)

BATCH = 32
"""Questions asked together: enough to keep the model busy, few enough to stop soon after a cancel."""


class Catalog(Protocol):
    """What the assistant needs to know about models."""

    def trust(self, model: str) -> Trust:
        """How far the findings of the skill `model` may be trusted."""
        ...

    def identity(self, model: str) -> str:
        """A name for the exact weights behind `model`."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """What a check found beyond the parts before; `asked` of `total` questions are answered."""

    found: tuple[Found, ...]
    asked: int
    total: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Something a skill could do at `span` when the user asks for it. No model has run yet."""

    skill: str
    title: str
    span: Span


@dataclass(slots=True)
class Assistant:
    """Runs skills over snapshots. Every method may be called from any thread.

    `report` is told, once each, what the user should know and can mend (missing weights, say). Everything
    else that goes wrong in a skill is logged, and the others go on.
    """

    engine: Engine
    catalog: Catalog
    skills: Mapping[str, Skill]
    settings: Settings = field(default_factory=Settings)
    policies: Policies = field(default_factory=Policies)
    cache: AnswerCache = field(default_factory=AnswerCache)
    memory: Memory = field(default_factory=Memory)
    recall: Recall = field(default_factory=Recall)
    report: Callable[[str], None] = log.warning
    _reported: set[str] = field(default_factory=set)

    def policy(self, snapshot: Snapshot) -> Policy:
        """What the user has decided about a document, as of now."""
        policy = self.policies.of(snapshot, self.settings, self.skills)
        for problem in policy.problems:
            self._report(problem)
        return policy

    def check(
        self, snapshot: Snapshot, within: Span | None = None, cancel: Cancellation | None = None
    ) -> tuple[Found, ...]:
        """Everything the diagnostic skills find, in the order of the document.

        Raises:
            Cancelled: `cancel` was set.
        """
        found = [one for part in self.check_parts(snapshot, within, cancel) for one in part.found]
        return tuple(sorted(found, key=lambda one: one.finding.span))

    def check_parts(
        self,
        snapshot: Snapshot,
        within: Span | None = None,
        cancel: Cancellation | None = None,
        *,
        skills: frozenset[str] | None = None,
    ) -> Iterator[Part]:
        """As `check`, bit by bit: first all that is known without asking a model, then batch after batch.

        `skills` limits the check to these skills.

        Raises:
            Cancelled: `cancel` was set.
        """
        policy = self.policy(snapshot)
        seen: set[tuple[str, str, Span]] = set()
        known: list[Found] = []
        check = Check(lambda model, question: self.cache.get(self._identity(model), question))
        for skill in skills_for(self.skills.values(), policy, snapshot, Face.DIAGNOSTIC):
            if skills is not None and skill.name not in skills:
                continue
            inspection = self._inspection(skill, snapshot, policy)
            for passage in passages(skill, snapshot, inspection.terms, within):
                if not passage.recall(self.memory):
                    check.look(inspection, passage, cancel)
                    passage.remember(self.memory)
                known += passage.found
        agenda = check.agenda
        yield Part(_unseen(permitted(known, policy), seen), 0, agenda.total)
        while agenda:
            model, batch = agenda.take(BATCH)
            answers = self._ask(model, [question for question, _ in batch], Priority.DIAGNOSTIC, cancel)
            if answers is None:
                batch = [*batch, *agenda.drop(model)]
            found: list[Found] = []
            for (question, places), answer in zip(batch, answers or [None] * len(batch), strict=True):
                for place in places:
                    found += check.answer(place, question, answer)
                    place.passage.remember(self.memory)
            yield Part(_unseen(permitted(found, policy), seen), agenda.done, agenda.total)

    def known(self, snapshot: Snapshot, within: Span | None = None) -> tuple[Found, ...]:
        """What `check` finds without asking a model: only questions answered before."""
        parts = self.check_parts(snapshot, within)
        return tuple(sorted(next(parts).found, key=lambda one: one.finding.span))

    def offers(self, snapshot: Snapshot, span: Span) -> tuple[Offer, ...]:
        """What the user may ask for at a cursor or selection. Runs no model."""
        offers: list[Offer] = []
        policy = self.policy(snapshot)
        for skill in skills_for(self.skills.values(), policy, snapshot, Face.CODE_ACTION):
            inspection = self._inspection(skill, snapshot, policy)
            scope = inspection.scope_at(span)
            if scope is not None and inspection.asks(scope):
                title = f"{skill.title}: {scope.name}" if scope.name else skill.title
                title = marked(title, self.settings.skill(skill.name))
                offers.append(Offer(skill.name, title, span))
        return tuple(offers)

    def act(
        self, snapshot: Snapshot, skill: str, span: Span, cancel: Cancellation | None = None
    ) -> Found | None:
        """Do what was offered at `span`; the finding with its fixes, or None when there is none to show.

        Raises:
            Cancelled: `cancel` was set.
        """
        policy = self.policy(snapshot)
        for one in skills_for(self.skills.values(), policy, snapshot, Face.CODE_ACTION):
            if one.name == skill:
                found = self._found_at(one, snapshot, policy, span, Priority.ACTION, cancel)
                return found[0] if found else None
        return None

    def complete(
        self, snapshot: Snapshot, offset: int, cancel: Cancellation | None = None
    ) -> tuple[Found, ...]:
        """Continuations at the cursor, the likeliest first.

        Raises:
            Cancelled: `cancel` was set.
        """
        span = Span(offset, offset)
        found: list[Found] = []
        policy = self.policy(snapshot)
        for skill in skills_for(self.skills.values(), policy, snapshot, Face.INLINE_COMPLETION):
            found += self._found_at(skill, snapshot, policy, span, Priority.COMPLETION, cancel)
        return tuple(sorted(found, key=lambda one: -one.finding.confidence))

    def forget(self) -> None:
        """Forget all answers and what was reported, as after a change of weights."""
        self.cache.clear()
        self.memory.clear()
        self.recall.clear()
        self._reported.clear()

    def close(self) -> None:
        """Free the model, and keep what was learned for the next session."""
        self.engine.close()
        self.cache.close()

    def _found_at(
        self,
        skill: Skill,
        snapshot: Snapshot,
        policy: Policy,
        span: Span,
        priority: Priority,
        cancel: Cancellation | None,
    ) -> list[Found]:
        """What one skill finds at a place, only with fixes, the surest first."""
        inspection = self._inspection(skill, snapshot, policy)
        scope = inspection.scope_at(span)
        questions = inspection.asks(scope) if scope is not None else ()
        if scope is None or not questions:
            return []
        answers = self._ask(skill.name, questions, priority, cancel) or ()
        found = [
            one
            for question, answer in zip(questions, answers, strict=False)
            for one in inspection.reads(scope, question, answer)
            if one.finding.fixes
        ]
        settled = [one for each in found for one in self._heard(inspection, each, priority, cancel)]
        return sorted(permitted(settled, policy), key=lambda one: -one.finding.confidence)

    def _heard(
        self, inspection: Inspection, found: Found, priority: Priority, cancel: Cancellation | None
    ) -> Sequence[Found]:
        """What was found, after the opinion on it is heard that decides whether it may be shown."""
        opinion = found.finding.opinion
        if opinion is None:
            return (found,)
        answers = self._ask(opinion.model, [opinion.question], priority, cancel)
        return inspection.hears(found, answers[0] if answers else None)

    def _ask(
        self, model: str, questions: Sequence[Question], priority: Priority, cancel: Cancellation | None
    ) -> Sequence[Answer] | None:
        """Answers from the cache or else the engine; None when the engine can't answer for this model."""
        if cancel is not None and cancel.is_set():
            raise Cancelled
        identity = self._identity(model)
        answers = {question: self.cache.get(identity, question) for question in questions}
        missing = tuple(question for question, answer in answers.items() if answer is None)
        if missing:
            try:
                given = self.engine.answer(Request(model, missing, priority, cancel))
                for question, answer in zip(missing, given, strict=True):
                    self.cache.put(identity, question, answer)
                    answers[question] = answer
            except Cancelled:
                raise
            except EngineError as error:
                self._report(str(error))
                return None
            except Exception:
                log.exception("%s: the engine failed", model)
                self._report(f"the skill {model} failed; the log of the language server says why")
                return None
        return [answer for question in questions if (answer := answers[question]) is not None]

    def _inspection(self, skill: Skill, snapshot: Snapshot, policy: Policy) -> Inspection:
        # What was measured with our weights says nothing about a server's.
        remote = policy.settings.skill(skill.name).remote
        trust = self.catalog.trust(skill.name) if remote is None else Trust()
        return Inspection(skill, snapshot, policy, self._identity(skill.name), trust, self.recall)

    def _identity(self, model: str) -> str:
        """A name for the weights that answer for a skill now."""
        remote = self.settings.skill(model).remote
        return self.catalog.identity(model) if remote is None else remote.identity

    def _report(self, message: str) -> None:
        if message not in self._reported:
            self._reported.add(message)
            self.report(message)


def _unseen(found: list[Found], seen: set[tuple[str, str, Span]]) -> tuple[Found, ...]:
    """Those not in `seen`, which is added to: nested scopes may find the same thing twice."""
    fresh: list[Found] = []
    for one in found:
        key = (one.skill.name, one.finding.rule, one.finding.span)
        if key not in seen:
            seen.add(key)
            fresh.append(one)
    return tuple(fresh)
