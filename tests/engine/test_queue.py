from __future__ import annotations

import threading
import time

import pytest

from smallsense.engine.engine import Cancelled, Priority, Request
from smallsense.engine.queue import Queue


def request(model: str, priority: Priority, cancel: threading.Event | None = None) -> Request:
    return Request(model, (), priority, cancel)


def start(queue: Queue, asked: Request, log: list[str]) -> threading.Thread:
    def run() -> None:
        try:
            with queue.turn(asked):
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
    queue, log, cancel = Queue(), [], threading.Event()
    with queue.turn(request("first", Priority.BACKGROUND)):
        thread = start(queue, request("late", Priority.BACKGROUND, cancel), log)
        cancel.set()
        thread.join(5)
        assert log == ["late cancelled"]
    with queue.turn(request("next", Priority.BACKGROUND)):
        pass


def test_a_cancelled_holder_stops_at_the_next_pass() -> None:
    queue, cancel = Queue(), threading.Event()
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
