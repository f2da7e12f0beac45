"""Breaking off passes of the model while they run.

llama.cpp asks after each of the thousand operations of a pass whether to go on. A function of Python would
have to wait for the interpreter every time; so the flag is a text in memory, and the function is `strlen` of
the C library: the empty text goes on, and a single letter, for which it returns 1, breaks off.
"""

from __future__ import annotations

import ctypes
import sys


class Interrupted(Exception):
    """A pass was broken off, and none of its cells were read."""


class Interrupt:
    """Whether the passes that run, or the next ones, are to be broken off. Safe to use from any thread."""

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(2)

    @property
    def address(self) -> int:
        """Where the flag is, for the function at `interrupt_reader`, as long as this object lives."""
        return ctypes.addressof(self._text)

    def set(self) -> None:
        """Break off."""
        self._text[0] = b"!"

    def clear(self) -> None:
        """Go on."""
        self._text[0] = b"\0"

    def is_set(self) -> bool:
        """Whether to break off."""
        return self._text[0] != b"\0"


def interrupt_reader() -> int:
    """Return where the compiled function `bool (*)(void *)` is that reads the flag at an address."""
    library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
    address = ctypes.cast(library.strlen, ctypes.c_void_p).value
    assert address is not None
    return address
