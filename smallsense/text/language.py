"""The languages a document may be written in, and how each is recognized."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import tree_sitter


@dataclass(frozen=True, slots=True)
class Language:
    """A language: `name` is also the folder of its queries.

    `ids` are the identifiers LSP clients use for it, `suffixes` the file endings in lower case, `names` whole
    file names that stand for it. `grammar` loads the tree-sitter grammar (None: plain text, which has no
    syntax). `kind` says whether a document is prose with code in it or code with prose in it. `comment` is
    what stands before and after a comment (None: there are no comments).
    """

    name: str
    kind: Literal["prose", "code"]
    ids: frozenset[str]
    suffixes: frozenset[str]
    grammar: Callable[[], tree_sitter.Language] | None
    names: frozenset[str] = frozenset()
    comment: tuple[str, str] | None = None
