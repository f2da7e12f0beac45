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
    """A file to look at. `named` tells one the user named from one found in a folder.

    `unfit` says why it cannot be checked, where that is known before it is read; it may be a folder then.
    """

    path: str
    named: bool
    unfit: str = ""

    def uri(self, stands_for: str | None = None) -> str:
        """Its address; that of standard input is the one of the file it stands for, if any."""
        path = stands_for if self.path == STDIN else self.path
        # Without `..`: the folders around a file are looked for by its path.
        return "stdin:" if path is None else Path(os.path.abspath(path)).as_uri()


class UnfitFile(Exception):
    """A file that cannot be checked; the message says why."""


def files(paths: Iterable[str]) -> Iterator[File]:
    """The files meant by `paths`, each once: those named, and those in named folders in a known language.

    In folders, hidden files and folders and those of builds and dependencies are left out, and links to
    folders are not followed. A folder in which there is nothing to check is there itself, as unfit.
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
    closed: list[OSError] = []
    empty = True
    for folder, folders, names in os.walk(root, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            if not name.startswith(".") and languages.by_path(name) is not None:
                empty = False
                yield File(os.path.join(folder, name), named=False)
    for error in closed:
        yield File(error.filename, error.filename == root, f"cannot be read: {error.strerror or error}")
    if empty and not closed:
        yield File(root, named=False, unfit="no file in it is in a known language")


def read(file: File, language: str | None, stands_for: str | None = None) -> Snapshot:
    """Return the snapshot of a file, or of standard input for "-", which may stand for the file of a path.

    `language` is the name or LSP identifier of the file's language; None: known by the file's name.

    Raises:
        UnfitFile: missing, unreadable, too large, not UTF-8 text, or in a language nobody knows.
    """
    if file.unfit:
        raise UnfitFile(file.unfit)
    chosen = _language(file.path, language, stands_for)
    try:
        source = _standard_input() if file.path == STDIN else _bytes(file.path)
        decode(source)
    except FileNotFoundError:
        raise UnfitFile("no such file or directory") from None
    except OSError as error:
        raise UnfitFile(f"cannot be read: {error.strerror or error}") from error
    except UndecodableError as error:
        raise UnfitFile(str(error)) from error
    return Snapshot.open(file.uri(stands_for), chosen, 0, source)


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


def _language(path: str, name: str | None, stands_for: str | None) -> Language:
    if name is not None:
        found = languages.by_name(name) or languages.by_id(name)
        if found is None:
            raise UnfitFile(f"there is no language {name!r}; choose one of {known_languages()}")
        return found
    if path == STDIN and stands_for is None:
        raise UnfitFile(
            "the language of standard input is unknown: give the path of the file it stands for with"
            f" --stdin-path, or --language, one of {known_languages()}"
        )
    found = languages.by_path(stands_for if path == STDIN and stands_for is not None else path)
    if found is None:
        # A missing file is the likelier mistake, and the better message.
        if path != STDIN and not os.path.exists(path):
            raise UnfitFile("no such file or directory")
        raise UnfitFile(f"its language is unknown: give --language, one of {known_languages()}")
    return found


def known_languages() -> str:
    """The names of all languages, for a message."""
    return ", ".join(sorted(language.name for language in languages.all_languages()))
