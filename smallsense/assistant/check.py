"""One check of a document: what is known at once, and what a model must be asked first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from smallsense.assistant.agenda import Agenda, Place
from smallsense.assistant.inspection import Inspection
from smallsense.assistant.passage import Passage
from smallsense.assistant.verdict import Found
from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled
from smallsense.engine.questions import Answer, Question
from smallsense.text.scope import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """The skills at work on a document, by name, and what they have to ask.

    `known` is the answer of a model, by name, to a question that it was asked before.
    """

    known: Callable[[str, Question], Answer | None]
    agenda: Agenda = field(default_factory=Agenda)
    inspections: dict[str, Inspection] = field(default_factory=dict)

    def look(self, inspection: Inspection, passage: Passage, cancel: Cancellation | None) -> None:
        """Note what is known without asking, and put on the agenda what must be asked.

        Raises:
            Cancelled: `cancel` was set.
        """
        skill = inspection.skill.name
        self.inspections[skill] = inspection
        for scope in inspection.scopes(passage.within):
            if cancel is not None and cancel.is_set():
                raise Cancelled
            passage.found += self._decided(inspection.finds(scope), scope, passage)
            for question in inspection.asks(scope):
                answer, place = self.known(skill, question), Place(scope, passage)
                if answer is None:
                    self.agenda.add(skill, question, place)
                else:
                    passage.found += self._read(place, question, answer)

    def answer(self, place: Place, question: Question, answer: Answer | None) -> Sequence[Found]:
        """What may be shown at a place of the agenda now that it has its answer, or gets none."""
        fresh = self._read(place, question, answer)
        place.passage.found += fresh
        # What nobody answered stays missing, and is asked about again.
        place.passage.missing -= answer is not None
        return fresh

    def _read(self, place: Place, question: Question, answer: Answer | None) -> Sequence[Found]:
        inspection = self.inspections[place.passage.skill.name]
        if place.found is not None:
            return inspection.hears(place.found, answer)
        found = () if answer is None else inspection.reads(place.scope, question, answer)
        return self._decided(found, place.scope, place.passage)

    def _decided(self, found: Sequence[Found], scope: Scope, passage: Passage) -> Sequence[Found]:
        """Those that may be shown; of others that depends on opinions, which are put on the agenda."""
        decided: list[Found] = []
        for one in found:
            opinion = one.finding.opinion
            if opinion is None:
                decided.append(one)
            elif (answer := self.known(opinion.model, opinion.question)) is None:
                self.agenda.add(opinion.model, opinion.question, Place(scope, passage, one))
            else:
                decided += self.inspections[passage.skill.name].hears(one, answer)
        return decided
