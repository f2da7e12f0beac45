"""An engine without a model: it answers from a table or a function. For tests and for skill authors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from smallsense.engine.engine import EngineError, Request
from smallsense.engine.questions import Answer, Question


class FakeEngine:
    """Answers each question from `answers`: a mapping from question to answer, or a function of both names.

    `requests` holds all it was asked, in order.
    """

    def __init__(self, answers: Mapping[Question, Answer] | Callable[[str, Question], Answer]) -> None:
        self._answers = answers
        self.requests: list[Request] = []
        self.closed = False

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`. A question the table does not know is an `EngineError`."""
        self.requests.append(request)
        request.raise_if_cancelled()
        answers = [self._one(request.model, question) for question in request.questions]
        request.raise_if_cancelled()
        return answers

    def _one(self, model: str, question: Question) -> Answer:
        if callable(self._answers):
            return self._answers(model, question)
        try:
            return self._answers[question]
        except KeyError:
            raise EngineError(f"the fake engine has no answer to {question!r}") from None

    def close(self) -> None:
        """See `Engine.close`."""
        self.closed = True
