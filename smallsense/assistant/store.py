"""Answers kept on disk from one session to the next: bounded, and never in anybody's way.

What is stored is a digest of each question, from which the text cannot be read, and its answer: for a
sentence the words that would replace others and where, for a choice some probabilities. Text that a model
wrote at length (completions, docstrings) is not stored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import astuple, fields
from pathlib import Path
from typing import TypeVar

import platformdirs

import smallsense
from smallsense.engine.questions import Answer, Change, Choice, Choose, Question, Revise, Revision

log = logging.getLogger(__name__)

Result = TypeVar("Result")

_WAIT_SECONDS = 0.2
"""How long to wait for another process that writes."""

_WRITE_AFTER = 32
"""So many answers are written at once."""

_TABLES = """
CREATE TABLE IF NOT EXISTS salt (value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ages (age INTEGER PRIMARY KEY, key BLOB NOT NULL);
"""
# Answers of another version may have been found in another way, or have other parts.
_FORM = repr((smallsense.__version__, [field.name for form in (Revision, Change) for field in fields(form)]))


def default_path() -> Path:
    """The file that `SMALLSENSE_ANSWERS` names, or else one in the user's cache."""
    named = os.environ.get("SMALLSENSE_ANSWERS")
    return Path(named) if named else Path(platformdirs.user_cache_dir("smallsense")) / "answers.sqlite3"


class AnswerStore:
    """Answers in a file of at most `limit()` megabytes; with 0, none is read or written.

    Safe to use from any thread, and by several processes. Whatever goes wrong with the file is logged once,
    and from then on nothing is stored; a file that is damaged is made anew.
    """

    def __init__(self, path: Path, limit: Callable[[], int]) -> None:
        self.path = path
        self._limit = limit
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._salt = b""
        self._broken = False
        self._unwritten: dict[bytes, str] = {}

    def get(self, identity: str, question: Question) -> Answer | None:
        """The answer that these weights gave to this question, or None."""
        if not isinstance(question, Revise | Choose):
            return None

        def look(connection: sqlite3.Connection) -> Answer | None:
            key = self._key(identity, question)
            if (written := self._unwritten.get(key)) is None:
                row = connection.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
                written = row[0] if row else None
            return None if written is None else _read(written)

        return self._do(look)

    def put(self, identity: str, question: Question, answer: Answer) -> None:
        """Store an answer, soon."""
        if (written := _written(answer)) is None:
            return

        def add(connection: sqlite3.Connection) -> None:
            self._unwritten[self._key(identity, question)] = written
            if len(self._unwritten) >= _WRITE_AFTER:
                self._write(connection)

        self._do(add)

    def clear(self) -> None:
        """Delete the file."""
        self.close(write=False)
        with self._lock:
            self._remove()
            self._broken = False

    def close(self, *, write: bool = True) -> None:
        """Write what is not written yet, and let go of the file; the next use opens it again."""
        if write and self._unwritten:
            self._do(self._write)
        with self._lock:
            self._let_go()

    def _do(self, work: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Work with the open file; None where there is none or it fails, which ends the use of it."""
        with self._lock:
            limit = self._limit()
            if limit <= 0 or self._broken:
                return None
            try:
                if self._connection is None:
                    self._connection = self._opened(limit)
                return work(self._connection)
            except sqlite3.OperationalError as error:
                # Locked for long, read-only, no space, no such folder.
                self._give_up(error)
            except (sqlite3.Error, OSError, ValueError) as error:
                log.warning("%s is damaged (%s) and is made anew", self.path, error)
                self._let_go()
                self._remove()
        return None

    def _give_up(self, error: Exception) -> None:
        log.warning("answers are not kept for the next session (%s: %s)", self.path, error)
        self._broken = True
        self._let_go()

    def _let_go(self) -> None:
        """Forget what is not written, and close the file: some systems do not remove one that is open."""
        self._unwritten.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _opened(self, limit: int) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # What corrections somebody needs is nobody else's business.
            self.path.touch(mode=0o600, exist_ok=True)
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
        connection = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, check_same_thread=False)
        try:
            # What is lost in a crash is a cache; a damaged one is made anew.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            size = connection.execute("PRAGMA page_size").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {limit * 2**20 // size}")
            with connection:
                connection.executescript(_TABLES)
                if (row := connection.execute("SELECT value FROM salt").fetchone()) is None:
                    row = (secrets.token_bytes(32),)
                    connection.execute("INSERT INTO salt VALUES (?)", row)
            self._salt = bytes(row[0])
        except BaseException:
            connection.close()
            raise
        return connection

    def _write(self, connection: sqlite3.Connection) -> None:
        rows = list(self._unwritten.items())
        self._unwritten.clear()
        try:
            _insert(connection, rows)
        except sqlite3.OperationalError as error:
            if "full" not in str(error):
                raise
            # The oldest third makes room for the newest.
            with connection:
                (middle,) = connection.execute("SELECT (2 * min(age) + max(age)) / 3 FROM ages").fetchone()
                old = "SELECT key FROM ages WHERE age <= ?"
                connection.execute(f"DELETE FROM answers WHERE key IN ({old})", (middle,))
                connection.execute("DELETE FROM ages WHERE age <= ?", (middle,))
            _insert(connection, rows)

    def _key(self, identity: str, question: Question) -> bytes:
        text = f"{_FORM}\0{identity}\0{question!r}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, digest_size=16, key=self._salt).digest()

    def _remove(self) -> None:
        for suffix in ("", "-journal"):
            try:
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            except OSError as error:
                self._give_up(error)


def _insert(connection: sqlite3.Connection, rows: list[tuple[bytes, str]]) -> None:
    with connection:
        connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)
        connection.executemany("INSERT INTO ages (key) VALUES (?)", [(key,) for key, _ in rows])


def _written(answer: Answer) -> str | None:
    """The answer as text; None for one that is not stored."""
    match answer:
        case Revision(changes, doubt):
            return json.dumps({"changes": [astuple(change) for change in changes], "doubt": doubt})
        case Choice(probabilities):
            return json.dumps({"probabilities": probabilities})
        case _:
            return None


def _read(text: str) -> Answer:
    """The answer that was written.

    Raises:
        ValueError: it was not.
    """
    data = json.loads(text)
    try:
        if "changes" in data:
            return Revision(tuple(Change(*change) for change in data["changes"]), data["doubt"])
        return Choice(tuple(float(one) for one in data["probabilities"]))
    except (TypeError, KeyError) as error:
        raise ValueError("what is stored is no answer") from error
