"""What assignments bind in Python."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter

from smallsense.skills.nullness.program import Forget, Statement
from smallsense.skills.nullness.syntax import is_item, named, text_of


def forgetting(target: tree_sitter.Node | None, *, simple: bool) -> Iterator[Statement]:
    """Forget what an assignment puts into `target`; a single name is a `Store` already unless `simple`."""
    if target is None or (not simple and target.type in ("identifier", "attribute")):
        return
    paths = (text_of(target),) if is_item(target) else tuple(bound(target))
    if paths:
        yield Forget(paths)


def bound(node: tree_sitter.Node) -> Iterator[str]:
    """The names and paths that a target binds."""
    if node.type in ("identifier", "attribute"):
        yield text_of(node)
    elif node.type not in ("subscript", "call"):
        for child in named(node):
            yield from bound(child)


def identifiers(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The identifiers at and below a node."""
    if node.type == "identifier":
        yield node
    for child in named(node):
        yield from identifiers(child)
