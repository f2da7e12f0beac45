"""What the server's log warns of, in the client's own log as well: that is where users look."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from lsprotocol import types as t

# Not the whole engine: most of its warnings are llama.cpp's, hundreds of lines that say nothing to users.
_ROOMS = (
    "smallsense.server",
    "smallsense.assistant",
    "smallsense.engine.worker",
    "smallsense.engine.process",
)


class ClientLog(logging.Handler):
    """Sends warnings and errors to the client, from any thread, until closed."""

    def __init__(self, send: Callable[[t.LogMessageParams], None]) -> None:
        super().__init__(logging.WARNING)
        self._send = send
        self._loop = asyncio.get_running_loop()
        for room in _ROOMS:
            logger = logging.getLogger(room)
            logger.addHandler(self)
            # The command line may want to see errors alone; the client's log has room for warnings.
            if logger.getEffectiveLevel() > logging.WARNING:
                logger.setLevel(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        kind = t.MessageType.Error if record.levelno >= logging.ERROR else t.MessageType.Warning
        params = t.LogMessageParams(kind, self.format(record))
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._send, params)

    def close(self) -> None:
        """Stop listening."""
        for room in _ROOMS:
            logging.getLogger(room).removeHandler(self)
        super().close()
