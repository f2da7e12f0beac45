"""Dereferences: the places in a piece of code that fail when a value is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import tree_sitter

from smallsense.text.languages import query
from smallsense.text.scope import Scope

DereferenceKind = Literal[
    "attribute", "subscript", "call", "iteration", "unpacking", "context", "length", "containment"
]


@dataclass(frozen=True, slots=True, eq=False)
class Dereference:
    """A place that fails when `value`, the node of an expression, is None, null or undefined there."""

    value: tree_sitter.Node
    kind: DereferenceKind


def dereferences(scope: Scope) -> list[Dereference]:
    """Return every dereference in a scope, those of nested functions included, in document order.

    Optional chaining (`a?.b`) is no dereference. A scope without syntax, or in a language without a `derefs`
    query, has none.
    """
    patterns = query(scope.snapshot.language, "derefs")
    if patterns is None or scope.node is None:
        return []
    found: dict[int, Dereference] = {}
    for name, nodes in tree_sitter.QueryCursor(patterns).captures(scope.node).items():
        if name.startswith("_"):
            continue
        for node in nodes:
            found.setdefault(node.id, Dereference(node, cast(DereferenceKind, name)))
    return sorted(found.values(), key=lambda each: (each.value.start_byte, -each.value.end_byte))
