"""The questions of a check that are still to be asked, and who waits for their answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from smallsense.assistant.passage import Passage
from smallsense.engine.questions import Question
from smallsense.text.scope import Scope

Places = list[tuple[Scope, Passage]]


class Agenda:
    """Open questions by skill. Scopes that have the same question share its answer.

    `done` of `total` questions were taken up, or dropped.
    """

    def __init__(self) -> None:
        self._open: dict[str, dict[Question, Places]] = {}
        self.total = self.done = 0

    def add(self, question: Question, scope: Scope, passage: Passage) -> None:
        """Put a question down; the passage misses its answer."""
        questions = self._open.setdefault(passage.skill.name, {})
        self.total += question not in questions
        questions.setdefault(question, []).append((scope, passage))
        passage.missing += 1

    def __bool__(self) -> bool:
        """Whether there are questions left."""
        return bool(self._open)

    def take(self, most: int) -> tuple[str, Sequence[tuple[Question, Places]]]:
        """The next questions, all of one skill, by its name.

        That is the one whose next scope stands first in the document: the reader's eye goes that way too.
        """
        skill = min(self._open, key=lambda name: next(iter(self._open[name].values()))[0][0].span.start)
        questions = self._open[skill]
        taken = list(islice(questions.items(), most))
        for question, _ in taken:
            del questions[question]
        if not questions:
            del self._open[skill]
        self.done += len(taken)
        return skill, taken

    def drop(self, skill: str) -> None:
        """Ask no more for a skill that gets no answers."""
        self.done += len(self._open.pop(skill, ()))
