"""A scope: the piece of a document one question is about, and all that a model may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import tree_sitter

from smallsense.text.english import Variant
from smallsense.text.reading import Reading
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

Kind = Literal["sentence", "function", "class", "module", "selection"]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A piece of a document.

    `node` is the syntax node behind a function, class or module; `reading` the prose of a sentence; `cursor`
    the byte offset of the cursor where the scope was asked for at a place; `name` what the scope declares;
    `variant` is the English its writer wants.
    """

    kind: Kind
    snapshot: Snapshot
    span: Span
    name: str = ""
    node: tree_sitter.Node | None = None
    reading: Reading | None = None
    cursor: int | None = None
    variant: Variant = "as-is"

    @property
    def source(self) -> bytes:
        """The scope's own bytes."""
        return self.snapshot.source[self.span.start : self.span.end]

    @property
    def text(self) -> str:
        """The scope's own text."""
        return self.source.decode("utf-8", "surrogatepass")
