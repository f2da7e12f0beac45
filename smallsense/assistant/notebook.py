"""A folder with what a user has decided: words that are right, findings that are no problem, settings.

Plain files, to be read, edited and committed by people:

- `dictionary.txt`: one word a line; `#` starts a comment.
- `dismissed.txt`: one fingerprint a line. A fingerprint is a hash: no text is kept.
- `settings.json`: the same settings as an editor sends, without the section's name around them.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

FOLDER = ".smallsense"
"""The name of the folder in a workspace."""

DICTIONARY, DISMISSED, SETTINGS = "dictionary.txt", "dismissed.txt", "settings.json"

_HEADERS = {
    DICTIONARY: "# Words that smallsense takes for right, one a line.\n",
    DISMISSED: "# Findings that are no problem, as hashes: smallsense does not show them again.\n",
}


class NotebookError(Exception):
    """A decision could not be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stands in a store. `settings` is JSON, not yet understood; `problems` are for the user."""

    words: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()
    settings: Any = None
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Notebook:
    """Reads and writes one folder, which need not exist. Safe to use from any thread."""

    folder: Path
    _known: tuple[object, Decisions] | None = field(default=None)

    def read(self) -> Decisions:
        """What the files say now; files are read again only when they changed."""
        stamp = tuple(_stamp(self.folder / name) for name in (DICTIONARY, DISMISSED, SETTINGS))
        known = self._known
        if known is not None and known[0] == stamp:
            return known[1]
        problems: list[str] = []
        decisions = Decisions(
            _lines(self.folder / DICTIONARY, problems),
            _lines(self.folder / DISMISSED, problems),
            _settings(self.folder / SETTINGS, problems),
            tuple(problems),
        )
        self._known = (stamp, decisions)
        return decisions

    def add_word(self, word: str) -> None:
        """Add a word to the dictionary.

        Raises:
            NotebookError: the file can't be read or written.
        """
        self._add_line(DICTIONARY, word)

    def dismiss(self, fingerprint: str) -> None:
        """Remember that a finding is no problem.

        Raises:
            NotebookError: the file can't be read or written.
        """
        self._add_line(DISMISSED, fingerprint)

    def set_level(self, rule: str, level: str) -> None:
        """Set how loudly a rule (`skill/rule`) speaks.

        Raises:
            NotebookError: the file can't be read or written, or holds something else than settings.
        """

        def changed(old: str) -> str:
            try:
                settings = json.loads(old) if old.strip() else {}
            except (ValueError, RecursionError) as error:
                raise NotebookError(
                    f"{self.folder / SETTINGS} is no JSON ({error}): mend it first"
                ) from error
            rules = settings.setdefault("rules", {}) if isinstance(settings, dict) else None
            if not isinstance(rules, dict):
                raise NotebookError(f"{self.folder / SETTINGS} does not hold settings: mend it first")
            rules[rule] = level
            return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"

        self._change(SETTINGS, changed)

    def _add_line(self, name: str, line: str) -> None:
        def changed(old: str) -> str:
            old = old or _HEADERS[name]
            if line in old.splitlines():
                return old
            return "\n".join([*old.splitlines(), line, ""])

        self._change(name, changed)

    def _change(self, name: str, change: Callable[[str], str]) -> None:
        path = self.folder / name
        try:
            old = path.read_text("utf-8") if path.exists() else ""
            new = change(old)
            if new == old:
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            # Through a link to the file it means: replacing would put a copy in the link's place.
            _replace(path.resolve(), new)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise NotebookError(f"{path}: {reason or error}") from error
        self._known = None


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(temporary, path.stat().st_mode if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _text(path: Path, problems: list[str]) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        problems.append(f"{path} is not valid UTF-8, from byte {error.start} on")
        return ""
    except OSError as error:
        problems.append(f"{path} can't be read: {error.strerror or error}")
        return ""


def _lines(path: Path, problems: list[str]) -> frozenset[str]:
    # "C#" is a word: a comment starts a line or follows a blank.
    lines = (f" {line}".partition(" #")[0].strip() for line in _text(path, problems).splitlines())
    return frozenset(line for line in lines if line)


def _settings(path: Path, problems: list[str]) -> Any:
    text = _text(path, problems)
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        problems.append(f"{path} is no JSON: {error}")
        return None
