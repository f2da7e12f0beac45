from __future__ import annotations

import pytest

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled, Request
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Generate, Generation


def test_those_who_listen_are_told_when_it_is_set() -> None:
    cancel, told = Cancellation(), []
    with cancel.told(lambda: told.append("one")), cancel.told(lambda: told.append("other")):
        assert not told
        cancel.set()
        assert told == ["one", "other"]
        assert cancel.is_set()


def test_whoever_listens_too_late_is_told_at_once_and_nobody_afterwards() -> None:
    cancel, told = Cancellation(), []
    with cancel.told(lambda: told.append("before")):
        pass
    cancel.set()
    assert not told
    with cancel.told(lambda: told.append("late")):
        assert told == ["late"]


def test_a_request_without_it_can_be_listened_to() -> None:
    request = Request("words", ())
    with request.told(lambda: pytest.fail("nothing to tell")):
        request.raise_if_cancelled()


def test_a_fake_engine_gives_no_answer_that_was_cancelled_while_it_was_made() -> None:
    cancel = Cancellation()

    def answer(_model: str, question: object) -> Generation:
        cancel.set()
        return Generation("late", (), 1.0)

    with pytest.raises(Cancelled):
        FakeEngine(answer).answer(Request("words", (Generate("a"),), cancel=cancel))
