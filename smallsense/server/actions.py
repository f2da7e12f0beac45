"""Code actions: the fixes of what was found, decisions about it, and what a skill can do at the cursor.

No model runs while the editor asks what there is: it asks at nearly every move of the cursor. An action
carries in its `data` what is needed to make its edit once the user has chosen it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeVar

from lsprotocol import types as t

from smallsense.assistant.run import Assistant, Offer
from smallsense.assistant.verdict import Found
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled
from smallsense.server import threads
from smallsense.server.client import Client
from smallsense.server.convert import Encoding, to_diagnostic, to_span, to_workspace_edit
from smallsense.server.decisions import Decisions, distinct
from smallsense.server.diagnostics import Diagnostics
from smallsense.server.documents import Documents
from smallsense.skills.finding import Applicability, Face, Fix
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

log = logging.getLogger(__name__)

Result = TypeVar("Result")

KINDS = (t.CodeActionKind.QuickFix, t.CodeActionKind.RefactorRewrite)

EAGER_PATIENCE = 5.0
"""Seconds a client that can't resolve actions waits for a model when the user asks it what there is."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about, as it travels to the client and back in `data`.

    `fix` is which of a finding's fixes is meant; None means a skill that works when asked to.
    """

    uri: str
    version: int
    skill: str
    rule: str
    span: Span
    fix: int | None

    def to_json(self) -> dict[str, Any]:
        """What goes into `data`; nothing is null, which Neovim would leave out on the way back."""
        data = {
            "uri": self.uri,
            "version": self.version,
            "skill": self.skill,
            "rule": self.rule,
            "span": [self.span.start, self.span.end],
        }
        return data if self.fix is None else {**data, "index": self.fix}

    @classmethod
    def from_json(cls, data: Any) -> Target | None:
        """What `data` says, or None where it is not ours."""
        try:
            start, end = data["span"]
            target = cls(
                data["uri"], data["version"], data["skill"], data["rule"], Span(start, end), data.get("index")
            )
        except (AttributeError, TypeError, KeyError, ValueError):
            return None
        texts = (target.uri, target.skill, target.rule)
        numbers = (target.version, 0 if target.fix is None else target.fix)
        fits = all(isinstance(one, str) for one in texts) and all(isinstance(one, int) for one in numbers)
        return target if fits else None


@dataclass(eq=False)
class Actions:
    """Answers `textDocument/codeAction` and `codeAction/resolve`. `tell` shows the user a message."""

    assistant: Assistant
    documents: Documents
    diagnostics: Diagnostics
    client: Client
    decisions: Decisions
    encoding: Encoding
    executor: Executor
    tell: Callable[[str], None]
    eager_patience: float = EAGER_PATIENCE

    async def offer(self, params: t.CodeActionParams) -> list[t.CodeAction]:
        """What there is to do at a range."""
        snapshot = self.documents.get(params.text_document.uri)
        if snapshot is None:
            return []
        span = to_span(snapshot, params.range, self.encoding)
        actions: list[t.CodeAction] = []
        if _wanted(t.CodeActionKind.QuickFix, params.context.only):
            found = await self._found(snapshot, span)
            actions += self._quick_fixes(snapshot, found)
            actions += await self._aside(
                lambda: distinct(action for one in found for action in self.decisions.offers(snapshot, one))
            )
        if _wanted(t.CodeActionKind.RefactorRewrite, params.context.only):
            for offer in await self._aside(lambda: self.assistant.offers(snapshot, span)):
                action = await self._offered(snapshot, offer)
                if action is not None:
                    actions.append(action)
        return actions

    async def resolve(self, action: t.CodeAction) -> t.CodeAction:
        """Make the edit of a chosen action; one that has its edit, or isn't ours, is given back as it is."""
        if action.edit is not None or action.data is None:
            return action
        target = Target.from_json(action.data)
        if target is None:
            log.warning("the action %r can't be resolved: its data make no sense", action.title)
            return action
        snapshot = self.documents.get(target.uri)
        if snapshot is None or snapshot.version != target.version:
            now = "closed" if snapshot is None else f"at version {snapshot.version}"
            log.warning(
                "the action %r is stale: made for version %d of %s, which is now %s",
                action.title, target.version, target.uri, now,
            )  # fmt: skip
            return action
        edits = await self._edits(snapshot, target)
        if edits is None:
            log.warning("the action %r led to nothing in %s", action.title, target.uri)
        elif not self.documents.is_current(snapshot):
            log.warning("the action %r is stale: %s changed while it was made", action.title, target.uri)
        else:
            action.edit = to_workspace_edit(snapshot, edits, self.encoding, self.client)
        return action

    async def _edits(self, snapshot: Snapshot, target: Target) -> tuple[Edit, ...] | None:
        if target.fix is not None:
            for one in await self._found(snapshot, target.span):
                if (one.skill.name, one.finding.rule, one.finding.span) == (
                    target.skill,
                    target.rule,
                    target.span,
                ):
                    fixes = one.finding.fixes
                    return fixes[target.fix].edits if 0 <= target.fix < len(fixes) else None
            return None
        found = await self._act(snapshot, target.skill, target.span, Cancellation())
        if found is None:
            skill = self.assistant.skills.get(target.skill)
            self.tell(
                f"{skill.title if skill else target.skill}: the model has no answer it is sure enough of"
            )
            return None
        return found.finding.edits

    def _quick_fixes(self, snapshot: Snapshot, found: Iterable[Found]) -> Iterable[t.CodeAction]:
        for one in found:
            if Face.QUICK_FIX not in one.skill.faces:
                continue
            diagnostic = to_diagnostic(snapshot, one, self.encoding)
            for index, fix in enumerate(one.finding.fixes):
                action = self._action(fix.title, t.CodeActionKind.QuickFix, generated=one.generated)
                action.diagnostics = [diagnostic]
                if self.client.prefers and index == 0 and fix.applicability is not Applicability.DISPLAY_ONLY:
                    action.is_preferred = True
                finding = one.finding
                target = Target(
                    snapshot.uri, snapshot.version, one.skill.name, finding.rule, finding.span, index
                )
                yield self._with_edit(action, snapshot, target, fix)

    async def _offered(self, snapshot: Snapshot, offer: Offer) -> t.CodeAction | None:
        action = self._action(offer.title, t.CodeActionKind.RefactorRewrite, generated=True)
        target = Target(snapshot.uri, snapshot.version, offer.skill, "", offer.span, None)
        if self.client.resolves_edits:
            return self._with_edit(action, snapshot, target, None)
        stop = Cancellation()
        try:
            found = await asyncio.wait_for(
                self._act(snapshot, offer.skill, offer.span, stop), timeout=self.eager_patience
            )
        except TimeoutError:
            log.warning("the action %r took too long for a client that wants all edits at once", offer.title)
            return None
        if found is None or not self.documents.is_current(snapshot):
            return None
        return self._with_edit(action, snapshot, target, found.finding.fixes[0])

    def _action(self, title: str, kind: t.CodeActionKind, *, generated: bool) -> t.CodeAction:
        action = t.CodeAction(title=title, kind=kind)
        if generated and self.client.tags_generated:
            action.tags = [t.CodeActionTag.LlmGenerated]
        return action

    def _with_edit(
        self, action: t.CodeAction, snapshot: Snapshot, target: Target, fix: Fix | None
    ) -> t.CodeAction:
        """The action with its edit, or with what it takes to make it where the client can ask for that."""
        if self.client.resolves_edits or fix is None:
            action.data = target.to_json()
        else:
            action.edit = to_workspace_edit(snapshot, fix.edits, self.encoding, self.client)
        return action

    async def _found(self, snapshot: Snapshot, span: Span) -> list[Found]:
        """What is found at a span: as shown, or, while a check runs, what is known without a model."""
        found = self.diagnostics.found(snapshot)
        if found is None:
            found = await self._aside(lambda: self.assistant.known(snapshot, span))
        return [one for one in found if one.finding.span.overlaps(span)]

    async def _aside(self, work: Callable[[], Result]) -> Result:
        """Do what needs no model but may take a while in a long document, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)

    async def _act(self, snapshot: Snapshot, skill: str, span: Span, stop: Cancellation) -> Found | None:
        def work(stop: Cancellation) -> Found | None:
            return self.assistant.act(snapshot, skill, span, stop)

        try:
            return await threads.run(self.executor, work, stop)
        except Cancelled:
            return None


def _wanted(kind: t.CodeActionKind, only: Iterable[t.CodeActionKind | str] | None) -> bool:
    """Whether a client that wants `only` these kinds (each with its sub-kinds) wants this one."""
    if not only:
        return True
    names = [one.value if isinstance(one, t.CodeActionKind) else one for one in only]
    return any(name == "" or kind.value == name or kind.value.startswith(f"{name}.") for name in names)
