"""The questions of a check that are still to be asked, and who waits for their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from smallsense.assistant.passage import Passage
from smallsense.assistant.verdict import Found
from smallsense.engine.questions import Question
from smallsense.text.scope import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where an answer is waited for: what is `found` there, if it is an opinion on a finding."""

    scope: Scope
    passage: Passage
    found: Found | None = None

    @property
    def start(self) -> int:
        """The byte where it begins."""
        return self.scope.span.start if self.found is None else self.found.finding.span.start


Open = tuple[Question, list[Place]]


class Agenda:
    """Open questions by the model that is asked. Places that have the same question share its answer.

    `done` of `total` questions were taken up, or dropped.
    """

    def __init__(self) -> None:
        self._open: dict[str, dict[Question, list[Place]]] = {}
        self.total = self.done = 0

    def add(self, model: str, question: Question, place: Place) -> None:
        """Put a question down; the passage misses its answer."""
        questions = self._open.setdefault(model, {})
        self.total += question not in questions
        questions.setdefault(question, []).append(place)
        place.passage.missing += 1

    def __bool__(self) -> bool:
        """Whether there are questions left."""
        return bool(self._open)

    def take(self, most: int) -> tuple[str, Sequence[Open]]:
        """The next questions, all to one model, by its name.

        That is the one whose next place stands first in the document: the reader's eye goes that way too.
        """
        model = min(self._open, key=lambda name: next(iter(self._open[name].values()))[0].start)
        questions = self._open[model]
        taken = list(islice(questions.items(), most))
        for question, _ in taken:
            del questions[question]
        if not questions:
            del self._open[model]
        self.done += len(taken)
        return model, taken

    def drop(self, model: str) -> Sequence[Open]:
        """Ask no more of a model that gives no answers; what was left to ask."""
        left = list(self._open.pop(model, {}).items())
        self.done += len(left)
        return left
