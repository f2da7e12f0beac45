"""One client on standard input and output: it is greeted at once, and served when all is loaded."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, BinaryIO, cast

from smallsense.server.greeting import Replay, greet
from smallsense.server.headers import Headers

if TYPE_CHECKING:
    from smallsense.assistant.run import Assistant


def serve_stdio(assistant: Assistant | None = None) -> None:
    """Serve one client on standard input and output, until it says goodbye or hangs up."""
    stream = Headers(sys.stdin.buffer)
    greeted, taken = greet(stream, sys.stdout.buffer)
    # What is loaded stays: looking through it for garbage again and again takes a tenth of the time.
    gc.disable()
    # Here, for this is what takes so long.
    from smallsense.assistant.start import start
    from smallsense.server.app import create_server
    from smallsense.server.file_log import FileLog, default_path

    server = create_server(assistant or start(apart=True), FileLog(default_path()))
    gc.enable()
    gc.collect()
    gc.freeze()
    server.protocol.greeted = greeted
    # As far as pygls is concerned a binary stream: it calls `readline` and `read` alone.
    server.start_io(stdin=cast(BinaryIO, Replay(taken, stream)))
