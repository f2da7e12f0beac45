"""Which files a command line means, and their snapshots."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from smallsense.text import languages
from smallsense.text.decoding import UndecodableError, decode
from smallsense.text.language import Language
from smallsense.text.snapshot import TOO_LARGE, Snapshot

STDIN = "-"

# Folders that hold what others wrote or what a build made. Hidden folders are left out as well.
_SKIPPED = frozenset(
    (
        *("__pycache__", "bower_components", "build", "coverage", "dist", "env", "htmlcov", "node_modules"),
        *("out", "site-packages", "target", "third_party", "vendor", "venv"),
    )
)


@dataclass(frozen=True, slots=True)
class File:
    """A file to look at. `named` tells one the user named from one found in a folder."""

    path: str
    named: bool


class UnfitFile(Exception):
    """A file that cannot be checked; the message says why."""


def files(paths: Iterable[str]) -> Iterator[File]:
    """The files meant by `paths`, each once: those named, and those in named folders in a known language.

    In folders, hidden files and folders and those of builds and dependencies are left out, and links to
    folders are not followed.
    """
    seen: set[str] = set()
    for path in paths:
        found = _walk(path) if os.path.isdir(path) else [File(path, named=True)]
        for file in found:
            key = file.path if file.path == STDIN else os.path.realpath(file.path)
            if key not in seen:
                seen.add(key)
                yield file


def _walk(root: str) -> Iterator[File]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            if not name.startswith(".") and languages.by_path(name) is not None:
                yield File(os.path.join(folder, name), named=False)


def read(path: str, language: str | None) -> Snapshot:
    """Return the snapshot of the file at `path`, or of standard input for "-".

    `language` is the name or LSP identifier of the file's language; None: known by the file's name.

    Raises:
        UnfitFile: missing, unreadable, too large, not UTF-8 text, or in a language nobody knows.
    """
    chosen = _language(path, language)
    try:
        source = _standard_input() if path == STDIN else _bytes(path)
        decode(source)
    except FileNotFoundError:
        raise UnfitFile("no such file or directory") from None
    except OSError as error:
        raise UnfitFile(f"cannot be read: {error.strerror or error}") from error
    except UndecodableError as error:
        raise UnfitFile(str(error)) from error
    uri = "stdin:" if path == STDIN else Path(path).absolute().as_uri()
    return Snapshot.open(uri, chosen, 0, source)


def _bytes(path: str) -> bytes:
    if not os.path.isfile(path) and os.path.exists(path):
        raise UnfitFile("not a regular file")
    with open(path, "rb") as file:
        return _limited(file.read(TOO_LARGE + 1))


def _standard_input() -> bytes:
    return _limited(sys.stdin.buffer.read(TOO_LARGE + 1))


def _limited(source: bytes) -> bytes:
    if len(source) > TOO_LARGE:
        raise UnfitFile(f"larger than {TOO_LARGE:,} bytes: too large to check")
    return source


def _language(path: str, name: str | None) -> Language:
    if name is not None:
        found = languages.by_name(name) or languages.by_id(name)
        if found is None:
            raise UnfitFile(f"there is no language {name!r}; choose one of {known_languages()}")
        return found
    if path == STDIN:
        raise UnfitFile(
            f"the language of standard input is unknown: give --language, one of {known_languages()}"
        )
    found = languages.by_path(path)
    if found is None:
        # A missing file is the likelier mistake, and the better message.
        if not os.path.exists(path):
            raise UnfitFile("no such file or directory")
        raise UnfitFile(f"its language is unknown: give --language, one of {known_languages()}")
    return found


def known_languages() -> str:
    """The names of all languages, for a message."""
    return ", ".join(sorted(language.name for language in languages.all_languages()))
