from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled, Priority, Request
from smallsense.engine.queue import Queue


def request(model: str, priority: Priority, cancel: Cancellation | None = None) -> Request:
    return Request(model, (), priority, cancel)


def start(
    queue: Queue, asked: Request, log: list[str], body: Callable[[], None] = lambda: None
) -> threading.Thread:
    def run() -> None:
        try:
            with queue.turn(asked):
                body()
                log.append(asked.model)
        except Cancelled:
            log.append(f"{asked.model} cancelled")

    before = len(queue._waiting)
    thread = threading.Thread(target=run)
    thread.start()
    while len(queue._waiting) == before and thread.is_alive():
        time.sleep(0.001)
    return thread


def test_the_most_urgent_goes_first_then_the_oldest() -> None:
    queue, log = Queue(), []
    with queue.turn(request("first", Priority.BACKGROUND)):
        threads = [
            start(queue, request("lint", Priority.DIAGNOSTIC), log),
            start(queue, request("action", Priority.ACTION), log),
            start(queue, request("lint2", Priority.DIAGNOSTIC), log),
            start(queue, request("completion", Priority.COMPLETION), log),
        ]
    for thread in threads:
        thread.join(5)
    assert log == ["completion", "action", "lint", "lint2"]


def test_a_long_request_gives_way_between_passes() -> None:
    queue, log = Queue(), []
    with queue.turn(request("grammar", Priority.DIAGNOSTIC)) as turn:
        thread = start(queue, request("completion", Priority.COMPLETION), log)
        queue.give_way(turn)
        thread.join(5)
        log.append("grammar goes on")
    assert log == ["completion", "grammar goes on"]


def test_it_does_not_give_way_to_the_less_urgent() -> None:
    queue, log = Queue(), []
    with queue.turn(request("completion", Priority.COMPLETION)) as turn:
        thread = start(queue, request("grammar", Priority.DIAGNOSTIC), log)
        queue.give_way(turn)
        log.append("completion goes on")
    thread.join(5)
    assert log == ["completion goes on", "grammar"]


def test_requests_for_one_model_never_share_its_memory() -> None:
    queue, log = Queue(), []
    with queue.turn(request("grammar", Priority.DIAGNOSTIC)) as turn:
        thread = start(queue, request("grammar", Priority.ACTION), log)
        queue.give_way(turn)
        log.append("first goes on")
    thread.join(5)
    assert log == ["first goes on", "grammar"]


def test_a_request_cancelled_while_it_waits_leaves_the_queue() -> None:
    queue, log, cancel = Queue(), [], Cancellation()
    with queue.turn(request("first", Priority.BACKGROUND)):
        thread = start(queue, request("late", Priority.BACKGROUND, cancel), log)
        cancel.set()
        thread.join(5)
        assert log == ["late cancelled"]
    with queue.turn(request("next", Priority.BACKGROUND)):
        pass


def test_a_cancelled_holder_stops_at_the_next_pass() -> None:
    queue, cancel = Queue(), Cancellation()
    with queue.turn(request("grammar", Priority.DIAGNOSTIC, cancel)) as turn:
        cancel.set()
        with pytest.raises(Cancelled):
            queue.give_way(turn)
    with queue.turn(request("next", Priority.BACKGROUND)):
        pass


def test_the_turn_is_free_again_after_a_failure() -> None:
    queue = Queue()
    with pytest.raises(RuntimeError), queue.turn(request("grammar", Priority.DIAGNOSTIC)):
        raise RuntimeError
    with queue.turn(request("next", Priority.BACKGROUND)):
        pass


def test_whoever_comes_breaks_off_the_pass_of_the_less_urgent() -> None:
    queue, log = Queue(), []
    with queue.turn(request("grammar", Priority.DIAGNOSTIC)) as turn:
        assert not queue.interrupt.is_set()
        thread = start(queue, request("completion", Priority.COMPLETION), log)
        assert queue.interrupt.is_set()
        queue.give_way(turn)
        assert not queue.interrupt.is_set()
        thread.join(5)
        log.append("grammar goes on")
    assert log == ["completion", "grammar goes on"]


@pytest.mark.parametrize(
    "newcomer",
    [("action", Priority.DIAGNOSTIC), ("other", Priority.BACKGROUND), ("grammar", Priority.COMPLETION)],
)
def test_whoever_has_to_wait_in_any_case_breaks_off_no_pass(newcomer: tuple[str, Priority]) -> None:
    queue = Queue()
    with queue.turn(request("grammar", Priority.DIAGNOSTIC)):
        thread = start(queue, request(*newcomer), [])
        assert not queue.interrupt.is_set()
    thread.join(5)


def test_nothing_is_broken_off_for_whoever_waits_for_one_that_has_given_way() -> None:
    queue, log = Queue(), []
    threads: list[threading.Thread] = []
    seen: list[bool] = []

    def meanwhile() -> None:
        threads.append(start(queue, request("grammar", Priority.COMPLETION), log))
        seen.append(queue.interrupt.is_set())

    with queue.turn(request("grammar", Priority.DIAGNOSTIC)) as turn:
        threads.append(start(queue, request("action", Priority.ACTION), log, meanwhile))
        queue.give_way(turn)
        log.append("grammar goes on")
    for thread in threads:
        thread.join(5)
    assert seen == [False]
    assert log == ["action", "grammar goes on", "grammar"]


def test_a_cancel_breaks_off_the_pass_of_the_holder_alone() -> None:
    queue, log = Queue(), []
    cancel, other = Cancellation(), Cancellation()
    with queue.turn(request("grammar", Priority.DIAGNOSTIC, cancel)) as turn:
        thread = start(queue, request("other", Priority.DIAGNOSTIC, other), log)
        other.set()
        thread.join(5)
        assert log == ["other cancelled"]
        assert not queue.interrupt.is_set()
        cancel.set()
        assert queue.interrupt.is_set()
        with pytest.raises(Cancelled):
            queue.give_way(turn)
    with queue.turn(request("next", Priority.BACKGROUND)):
        assert not queue.interrupt.is_set()


def test_the_holder_goes_on_when_the_more_urgent_has_lost_interest() -> None:
    queue, log, cancel = Queue(), [], Cancellation()
    with queue.turn(request("grammar", Priority.DIAGNOSTIC)) as turn:
        thread = start(queue, request("completion", Priority.COMPLETION, cancel), log)
        cancel.set()
        thread.join(5)
        queue.give_way(turn)
        assert not queue.interrupt.is_set()
    assert log == ["completion cancelled"]
