"""From the bytes of a file to text, or a clear word why not."""

from __future__ import annotations

import codecs

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT = 8192


class UndecodableError(ValueError):
    """The bytes are not UTF-8 text; the message says what they seem to be."""


def decode(data: bytes) -> str:
    """Return `data` as text.

    A UTF-8 byte order mark stays in the text as U+FEFF, so that byte offsets are those of the file.

    Raises:
        UndecodableError: when `data` is binary, UTF-16, UTF-32 or otherwise no valid UTF-8.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UndecodableError("the file is UTF-32; save it as UTF-8")
    if data.startswith(_UTF16):
        raise UndecodableError("the file is UTF-16; save it as UTF-8")
    if b"\0" in data[:_LOOKED_AT]:
        raise UndecodableError("the file is binary (it holds NUL bytes)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UndecodableError(
            f"the file is not valid UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
        ) from None
