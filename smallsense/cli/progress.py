"""How far a pass is: one line on a terminal, written over and over, and nothing anywhere else."""

from __future__ import annotations

import os
from typing import TextIO

from smallsense.cli.listing import columns, printable

_USUAL_WIDTH = 80


class ProgressLine:
    """A line of `stream`, never as long as the terminal is wide: it must not break."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shows = stream.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, name: str, state: str) -> None:
        """Show a `state` after a `name`, of which the end is kept where there is no room for all."""
        if self._shows:
            room = self._width() - len(f": {state}") - 1
            name = printable(name)
            while name and columns(name) > room:
                name = name[1:]
            self._write(f"{name}: {state}" if name else state[: self._width() - 1])

    def clear(self) -> None:
        """Leave an empty line."""
        if self._shows:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _USUAL_WIDTH
        except OSError:
            return _USUAL_WIDTH
