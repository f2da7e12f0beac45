"""A progress bar in the editor for a check that takes long."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from lsprotocol import types as t
from pygls.progress import Progress as Channel

from smallsense.server import threads

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Progress:
    """One bar. It shows once the client has agreed to it; without `channel` it never does.

    `cancel` is called when the user presses its cancel button.
    """

    channel: Channel | None
    title: str
    cancel: Callable[[], None]
    _token: str = field(default_factory=lambda: f"smallsense-{uuid.uuid4()}")
    _asked: int = 0
    _total: int = 0
    _begun: bool = False
    _ended: bool = False

    def __post_init__(self) -> None:
        if self.channel is not None:
            task = asyncio.get_running_loop().create_task(self._begin(self.channel))
            threads.when_done(task, lambda error: log.warning("the client shows no progress: %s", error))

    def report(self, asked: int, total: int) -> None:
        """Show how far the work has come."""
        self._asked, self._total = asked, total
        if self.channel is not None and self._begun and not self._ended:
            if self.channel.tokens[self._token].cancelled():
                self.cancel()
            value = t.WorkDoneProgressReport(message=self._message(), percentage=self._percentage())
            self.channel.report(self._token, value)

    def end(self) -> None:
        """Take the bar away."""
        if self.channel is not None and self._begun and not self._ended:
            self.channel.end(self._token, t.WorkDoneProgressEnd())
            self.channel.tokens.pop(self._token, None)
        self._ended = True

    async def _begin(self, channel: Channel) -> None:
        await channel.create_async(self._token)
        if self._ended:
            channel.tokens.pop(self._token, None)
            return
        self._begun = True
        value = t.WorkDoneProgressBegin(
            title=self.title, cancellable=True, message=self._message(), percentage=self._percentage()
        )
        channel.begin(self._token, value)

    def _percentage(self) -> int:
        return 100 * self._asked // self._total if self._total else 0

    def _message(self) -> str:
        return f"{self._asked} of {self._total}"
