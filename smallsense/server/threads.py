"""Work that may take long, off the event loop, and told to stop when nobody waits for it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.engine import Cancelled

Result = TypeVar("Result")


async def run(executor: Executor, work: Callable[[Cancellation], Result], stop: Cancellation) -> Result:
    """Run `work(stop)` in a thread; when this coroutine is cancelled, `stop` is set.

    Raises:
        Cancelled: `work` gave up because `stop` was set.
    """

    def guarded() -> Result | None:
        # An exception that nobody waits for any more would be complained about when it is collected.
        try:
            return work(stop)
        except Cancelled:
            return None

    try:
        result = await asyncio.get_running_loop().run_in_executor(executor, guarded)
    except asyncio.CancelledError:
        stop.set()
        raise
    if stop.is_set():
        raise Cancelled
    return result  # type: ignore[return-value]  # None only when stopped


def when_done(task: asyncio.Task[object], complain: Callable[[BaseException], None]) -> None:
    """Call `complain` with whatever exception ends `task`, except its being cancelled."""

    def look(done: asyncio.Task[object]) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            complain(error)

    task.add_done_callback(look)
