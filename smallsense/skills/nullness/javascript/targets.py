"""What assignments bind in JavaScript and TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.skills.nullness.javascript.kinds import FUNCTIONS
from smallsense.skills.nullness.syntax import named, text_of

_SPACE = re.compile(r"\s+")


def dotted(node: tree_sitter.Node) -> str:
    """The path that an expression spells, without blanks and `?.`."""
    return _SPACE.sub("", text_of(node)).replace("?.", ".").replace("!.", ".")


def bound(node: tree_sitter.Node) -> Iterator[str]:
    """The names and paths that a pattern binds."""
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield text_of(node)
    elif node.type == "member_expression":
        yield dotted(node)
    elif node.type in ("assignment_pattern", "object_assignment_pattern"):
        left = node.child_by_field_name("left")
        if left is not None:
            yield from bound(left)
    elif node.type == "pair_pattern":
        value = node.child_by_field_name("value")
        if value is not None:
            yield from bound(value)
    elif node.type != "subscript_expression":
        for child in named(node):
            yield from bound(child)


def changed_inside(scope: tree_sitter.Node) -> Iterator[str]:
    """The names that functions nested in a scope assign to: when they run, nobody can tell from here."""
    stack = [(child, False) for child in scope.named_children]
    while stack:
        node, nested = stack.pop()
        nested = nested or node.type in FUNCTIONS
        stack += [(child, nested) for child in node.named_children]
        if nested and node.type in (
            "assignment_expression",
            "augmented_assignment_expression",
            "update_expression",
        ):
            left = node.child_by_field_name("left") or node.child_by_field_name("argument")
            yield from (name.split(".")[0] for name in (bound(left) if left is not None else ()))
