"""What the user has decided about one document: by settings, dictionaries, dismissals, and comments in it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit

from smallsense.assistant.configuration import parse
from smallsense.assistant.globs import matches
from smallsense.assistant.notebook import FOLDER, SETTINGS, Decisions, Notebook
from smallsense.assistant.settings import Settings
from smallsense.skills import spelling, vocabulary
from smallsense.text.directives import Directive, directives
from smallsense.text.snapshot import Snapshot

TERM = 3
"""So many times a document has a word that its author means: nobody mistypes one the same way each time."""


@dataclass(frozen=True, eq=False)
class Policy:
    """What counts for one document, everything taken together.

    `words` are those of all dictionaries, `dismissed` the fingerprints of findings that are no problem,
    `directives` what the comments of the document (the `snapshot`) say. An `excluded` document is left alone.
    `problems` tells what could not be understood.
    """

    settings: Settings = field(default_factory=Settings)
    words: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()
    directives: tuple[Directive, ...] = ()
    excluded: bool = False
    problems: tuple[str, ...] = ()
    snapshot: Snapshot | None = None

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.words)

    def knows(self, word: str) -> bool:
        """Whether a word is right: a dictionary has it, it is a name in the document's code, or it is a term.

        Names that are ordinary words (`form`, `user`) say nothing about the prose. A term is what is no known
        word, no known misspelling either, and stands in the document so often that it is meant.
        """
        folded = word.casefold()
        if not folded:
            return False
        if folded in self._folded:
            return True
        if self.snapshot is None or vocabulary.is_word(word):
            return False
        return folded in self.snapshot.symbols or (
            not spelling.candidates(word) and _times(word, self.snapshot.text) >= TERM
        )

    def leaves_out(self, language: str) -> bool:
        """Whether the settings limit the assistant to other languages than this one, by its name."""
        return self.settings.languages is not None and language not in self.settings.languages

    def is_silenced(self, offset: int, skill: str, rule: str) -> bool:
        """Whether a directive asks to stay silent about a rule at a byte offset."""
        return any(directive.silences(offset, skill, rule) for directive in self.directives)


def _times(word: str, text: str) -> int:
    """How many times a word stands in a text, whatever its case; `TERM` at most."""
    found = re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    return sum(1 for _ in islice(found, TERM))


@dataclass(slots=True)
class Policies:
    """Finds the policy of a document. Safe to use from any thread.

    `folders` are the open workspaces, `user` is the user's own store. A document belongs to the nearest
    folder around it that has a `.smallsense` of its own, else to the innermost open workspace around it. One
    that is no file belongs where a file in the first open workspace would.
    """

    folders: tuple[Path, ...] = ()
    user: Notebook | None = None
    overriding: object = None
    """Settings (as JSON) that come before those of the workspace."""
    _stores: dict[Path, Notebook] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, snapshot: Snapshot, settings: Settings, skills: Iterable[str] = ()) -> Policy:
        """The policy of a document. `settings` give way to its workspace's; `skills` are the known ones."""
        users = Decisions() if self.user is None else self.user.read()
        root = self.root(snapshot.uri)
        workspace = self._decisions(root)
        settings, problems = self._settings(workspace, settings, skills)
        if root is not None:
            problems = tuple(f"{root / FOLDER / SETTINGS}: {problem}" for problem in problems)
        if self.user is not None:
            _, wrong = parse(users.settings, skills)
            problems = (*(f"{self.user.folder / SETTINGS}: {problem}" for problem in wrong), *problems)
        found = directives(snapshot)
        listed = frozenset(name for one in found if one.verb == "words" for name in one.names)
        return Policy(
            settings,
            users.words | workspace.words | listed,
            users.dismissed | workspace.dismissed,
            found,
            _excluded(snapshot.uri, root, settings.exclude),
            (*users.problems, *workspace.problems, *problems),
            snapshot,
        )

    def excludes(self, uri: str, settings: Settings) -> bool:
        """Whether a document is left alone, as `Policy.excluded` has it; known before it is read."""
        root = self.root(uri)
        settings, _ = self._settings(self._decisions(root), settings, ())
        return _excluded(uri, root, settings.exclude)

    def defaults(self) -> Settings:
        """The settings in the user's store."""
        return Settings() if self.user is None else parse(self.user.read().settings)[0]

    def root(self, uri: str) -> Path | None:
        """The folder of the workspace a document belongs to, or None where there is none."""
        path = path_of(uri)
        if path is None:
            # Not saved yet, or read from a pipe: it belongs where it is worked on.
            if not self.folders:
                return None
            path = self.folders[0] / "unsaved"
        for folder in path.parents:
            if os.path.isdir(folder / FOLDER):  # False where one may not look
                return folder
        around = [folder for folder in self.folders if folder in path.parents]
        return max(around, key=lambda folder: len(folder.parts), default=None)

    def workspace(self, uri: str) -> Notebook | None:
        """The store of the workspace a document belongs to."""
        root = self.root(uri)
        return None if root is None else self._store(root)

    def _settings(
        self, workspace: Decisions, settings: Settings, skills: Iterable[str]
    ) -> tuple[Settings, tuple[str, ...]]:
        settings, problems = _by_workspace(workspace.settings, skills, settings)
        return parse(self.overriding, skills, settings)[0], problems

    def _decisions(self, root: Path | None) -> Decisions:
        return Decisions() if root is None else self._store(root).read()

    def _store(self, root: Path) -> Notebook:
        with self._lock:
            return self._stores.setdefault(root, Notebook(root / FOLDER))


def path_of(uri: str) -> Path | None:
    """The path a `file:` URI means."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or not parts.path:
        return None
    path = unquote(parts.path)
    # On Windows a path starts with its drive: file:///C:/text.md
    return Path(path[1:] if path[2:3] == ":" else path)


def _by_workspace(value: object, skills: Iterable[str], users: Settings) -> tuple[Settings, tuple[str, ...]]:
    """Settings with those of a workspace on top, except which server is asked: a file that came with somebody
    else's project must not send text anywhere."""
    settings, problems = parse(value, skills, users)
    kept = {name: replace(one, remote=users.skill(name).remote) for name, one in settings.skills.items()}
    return replace(settings, skills=kept), problems


def _excluded(uri: str, root: PurePath | None, patterns: tuple[str, ...]) -> bool:
    path = path_of(uri)
    if path is None or not patterns:
        return False
    inside = path.relative_to(root) if root is not None else path.relative_to(path.anchor)
    return matches(inside.as_posix(), patterns)
