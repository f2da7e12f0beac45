"""A part of a document in which one skill looks for something, and what it has found there so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from smallsense.assistant.memory import Memory
from smallsense.assistant.verdict import Found
from smallsense.skills.skill import Skill
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span
from smallsense.text.stretches import Stretch


@dataclass(slots=True, eq=False)
class Passage:
    """What a skill found in the bytes `within` (None: in the whole document); `missing` answers are to come.

    `stretch` is that part where it is one, so that all this can be remembered; `terms` see `Memory`.
    """

    skill: Skill
    within: Span | None
    terms: object
    stretch: Stretch | None = None
    found: list[Found] = field(default_factory=list)
    missing: int = 0

    def recall(self, memory: Memory) -> bool:
        """Fill in what is remembered; whether there was anything."""
        if self.stretch is None or self.within is None:
            return False
        known = memory.get(self.stretch, self.skill.name, self.terms, self.within.start)
        if known is not None:
            self.found = list(known)
        return known is not None

    def remember(self, memory: Memory) -> None:
        """Have remembered what was found, once nothing is missing."""
        if self.stretch is not None and self.within is not None and not self.missing:
            memory.put(self.stretch, self.skill.name, self.terms, self.within.start, self.found)


def passages(skill: Skill, snapshot: Snapshot, terms: object, within: Span | None) -> Iterator[Passage]:
    """The parts of a document that a skill looks at one by one: stretches, where it reads sentences."""
    if within is not None or set(skill.scopes) != {"sentence"}:
        yield Passage(skill, within, terms)
        return
    for start, stretch in snapshot.prose:
        yield Passage(skill, Span(start, start + stretch.size), terms, stretch)
