"""A piece of code as every system is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from smallsense.text.derefs import Dereference, dereferences
from smallsense.text.languages import by_name
from smallsense.text.scopes import module
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

# Functions are taken out of classes and object literals: some stand alone, others need one around them.
_FRAMES = {
    "python": (("", ""), ("class Owner:\n", "")),
    "javascript": (("", ""), ("(", ")"), ("class Owner {\n", "\n}"), ("({\n", "\n})")),
}


@dataclass(frozen=True, eq=False)
class Document:
    """Code of one repository. The first `frame` bytes of `source` are not its own; `lines` counts its own."""

    path: str
    repository: str
    snapshot: Snapshot
    frame: int
    lines: int

    @property
    def language(self) -> str:
        """The name of its language."""
        return self.snapshot.language.name

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every dereference in it."""
        return tuple(map(place_of, dereferences(module(self.snapshot))))


@dataclass(frozen=True, slots=True)
class Place:
    """A dereference: the value that may be missing, and the expression that needs it (`x` and `x.y`)."""

    value: Span
    use: Span

    @property
    def bare(self) -> bool:
        """Whether there is no such expression: the value is iterated over, say, and stands for it."""
        return self.value == self.use


def place_of(dereference: Dereference) -> Place:
    """Return the place of a dereference; of a whole statement only the value counts."""
    value = dereference.value
    span = Span(value.start_byte, value.end_byte)
    if value.parent is None or dereference.kind not in ("attribute", "subscript", "call"):
        return Place(span, span)
    return Place(span, Span(value.parent.start_byte, value.parent.end_byte))


def document(path: str, repository: str, language: str, text: str) -> Document:
    """Return `text` as a document, in the first frame in which it parses (without one where none helps).

    Raises:
        ValueError: the language is unknown.
    """
    known = by_name(language)
    if known is None:
        raise ValueError(f"unknown language {language!r}")
    lines = text.count("\n") + (not text.endswith("\n"))
    plain: Document | None = None
    for before, after in _FRAMES["python" if language == "python" else "javascript"]:
        snapshot = Snapshot.open(path, known, 1, before + text + after)
        framed = Document(path, repository, snapshot, len(before), lines)
        if snapshot.errors.count == 0 and (language != "python" or before or text[:1].strip()):
            return framed
        plain = plain or framed
    assert plain is not None
    return plain
