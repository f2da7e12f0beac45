"""Recorded typing: sessions of our own, one keystroke after the other.

A session is a TOML file: the `language`, the document `before`, and `strokes`: keys typed after the first
place where some text stands. `⌫` takes the character before the cursor away.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from smallsense.text import languages
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

BACKSPACE = "⌫"


@dataclass(frozen=True, slots=True)
class Session:
    """One recorded session; `strokes` are pairs of the text behind which the cursor is put, and the keys."""

    name: str
    language: str
    before: str
    strokes: tuple[tuple[str, str], ...]

    def __iter__(self) -> Iterator[tuple[Snapshot, int]]:
        """The document after every keystroke, and the byte offset of the cursor in it.

        Raises:
            ValueError: the session makes no sense.
        """
        language = languages.by_name(self.language)
        if language is None:
            raise ValueError(f"{self.name}: the language {self.language!r} is not known")
        snapshot = Snapshot.open(f"file:///{self.name}", language, 1, self.before)
        for after, keys in self.strokes:
            at = snapshot.source.index(after.encode()) + len(after.encode())
            for key in keys:
                span, text = (Span(at - 1, at), "") if key == BACKSPACE else (Span(at, at), key)
                snapshot = snapshot.edited([Edit(span, text)], snapshot.version + 1)
                at = span.start + len(text.encode())
                yield snapshot, at


def sessions() -> tuple[Session, ...]:
    """All that we have recorded."""
    folder = resources.files("smallsense.cli.bench") / "sessions"
    found: list[Session] = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        data = tomllib.loads(file.read_text("utf-8"))
        strokes = tuple((one["after"], one["keys"]) for one in data["strokes"])
        found.append(Session(file.name.removesuffix(".toml"), data["language"], data["before"], strokes))
    return tuple(found)
