"""A snapshot: one version of one document, with its syntax tree."""

from __future__ import annotations

from dataclasses import dataclass

import tree_sitter

from smallsense.text.language import Language


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One version of one document. Never changes; an edit makes a new one.

    `source` is the document in UTF-8. `tree` is its syntax tree, or None for a language without grammar.
    """

    uri: str
    language: Language
    version: int
    source: bytes
    tree: tree_sitter.Tree | None
