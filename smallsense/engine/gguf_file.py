"""Is a model file whole? Cheap checks first, the full sha256 when asked."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

MAGIC = b"GGUF"
_CHUNK = 1 << 20


class BrokenFile(Exception):
    """A model file that cannot be used; the message says what is wrong with it, and no more."""


def check_shape(path: Path, size: int) -> os.stat_result:
    """Check that `path` can be read, is `size` bytes long and starts like a GGUF file; return its status.

    Raises:
        BrokenFile: it is missing, unreadable, of another size or no GGUF file.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            magic = file.read(len(MAGIC))
    except FileNotFoundError:
        raise BrokenFile(f"{path} is missing") from None
    except OSError as error:
        raise BrokenFile(f"{path} cannot be read ({error.strerror or error})") from error
    if status.st_size < size:
        raise BrokenFile(f"{path} is truncated ({status.st_size:,} of {size:,} bytes)")
    if status.st_size > size:
        raise BrokenFile(f"{path} is too long ({status.st_size:,} bytes instead of {size:,})")
    if magic != MAGIC:
        raise BrokenFile(f"{path} is not a GGUF file")
    return status


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes in hexadecimal.

    Raises:
        BrokenFile: it cannot be read to its end.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise BrokenFile(f"{path} cannot be read ({error.strerror or error})") from error
    return digest.hexdigest()


def check_digest(path: Path, sha256: str) -> None:
    """Check that the file's bytes are the expected ones.

    Raises:
        BrokenFile: they are not, or cannot be read.
    """
    actual = sha256_of(path)
    if actual != sha256:
        raise BrokenFile(f"{path} has the wrong sha256 ({actual[:12]}… instead of {sha256[:12]}…)")
