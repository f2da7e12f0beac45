"""How whoever asked says that nobody waits for the answer any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancellation(threading.Event):
    """An event that also tells those who listen, in the thread that sets it."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners: list[Callable[[], None]] = []

    def set(self) -> None:
        """Cancel."""
        super().set()
        for listener in tuple(self._listeners):
            listener()

    @contextmanager
    def told(self, listener: Callable[[], None]) -> Iterator[None]:
        """Have `listener` called when it is set during the body, at once if it is set already.

        It may be called more than once, and must be quick.
        """
        self._listeners.append(listener)
        try:
            # Whoever sets it after this line has seen the listener.
            if self.is_set():
                listener()
            yield
        finally:
            self._listeners.remove(listener)
