"""The headers of messages, found again after rubbish."""

from __future__ import annotations

import logging
import re
from typing import BinaryIO

log = logging.getLogger(__name__)

_CONTENT_LENGTH = re.compile(rb"content-length:[ \t]*(\d+)[ \t]*\r?\n$", re.IGNORECASE)
_LONGEST = 512 * 2**20


class Headers:
    """Standard input whose headers are found again after rubbish.

    pygls takes a header for one only when it fills its line exactly, so that one wrong byte count would make
    it deaf for good. Here a header counts wherever a line ends in one, in any case, and an absurd length is
    passed over.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """The next line, rid of whatever stands before a Content-Length header."""
        line = self._stream.readline()
        match = _CONTENT_LENGTH.search(line)
        if match is None:
            return line
        if match.start():
            log.error("%d stray bytes before a message are passed over", match.start())
        if int(match[1]) > _LONGEST:
            log.error(
                "a message of %s bytes is passed over: that is more than any message has", match[1].decode()
            )
            return b"\n"
        return b"Content-Length: " + match[1] + b"\r\n"

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer at the end."""
        return self._stream.read(size)
