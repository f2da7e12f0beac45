"""Small readings of syntax nodes that both translations need."""

from __future__ import annotations

import tree_sitter

CLASSES = frozenset({"class_definition", "class_declaration", "abstract_class_declaration", "class"})
"""Types of nodes that are classes, in all languages."""

_SUBSCRIPTS = frozenset({"subscript", "subscript_expression"})
_PATHS = frozenset({"identifier", "attribute", "member_expression", "this"})
_KEYS = frozenset({"string", "integer", "number"})


def text_of(node: tree_sitter.Node | None) -> str:
    """The source of a node; empty for none."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def line_of(node: tree_sitter.Node) -> int:
    """The line a node starts on, counted from 1."""
    return node.start_point.row + 1


def named(node: tree_sitter.Node | None) -> list[tree_sitter.Node]:
    """The named children of a node that are not comments."""
    return [child for child in node.named_children if child.type != "comment"] if node is not None else []


def first(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The first named child that is not a comment, or None."""
    return next(iter(named(node)), None)


def is_item(node: tree_sitter.Node) -> bool:
    """Whether a subscript takes an item by a name or a constant, which gives the same one again: `a.b[i]`."""
    parts = named(node)
    return (
        node.type in _SUBSCRIPTS
        and len(parts) == 2
        and (parts[0].type in _PATHS or is_item(parts[0]))
        and (parts[1].type in _PATHS or parts[1].type in _KEYS)
    )


def named_field(node: tree_sitter.Node, field: str) -> tree_sitter.Node | None:
    """The named child in a field: a field may hold brackets and commas besides."""
    return next((child for child in node.children_by_field_name(field) if child.is_named), None)


def arguments_of(call: tree_sitter.Node) -> tuple[list[tree_sitter.Node], dict[str, tree_sitter.Node]]:
    """The positional and the keyword arguments of a call."""
    listed = call.child_by_field_name("arguments")
    positional: list[tree_sitter.Node] = []
    keywords: dict[str, tree_sitter.Node] = {}
    if listed is not None and listed.type not in ("argument_list", "arguments"):
        return [listed], {}
    for argument in named(listed):
        value = argument.child_by_field_name("value")
        if argument.type == "keyword_argument" and value is not None:
            keywords[text_of(argument.child_by_field_name("name"))] = value
        else:
            positional.append(argument)
    return positional, keywords


def shortened(source: str) -> str:
    """A call as a message shows it: what is called, and `…` for its arguments where they are long."""
    source = " ".join(source.split())
    if len(source) <= 40:
        return source
    head, bracket, _ = source.rpartition("(") if source.endswith(")") else (source, "", "")
    # The last bracket may belong to an argument: the callee ends at the first bracket of the last call.
    depth = 0
    for index in range(len(source) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(source[index], 0)
        if depth == 0 and source[index] == "(":
            head, bracket = source[:index], "("
            break
    head = head if len(head) <= 40 else f"…{head[-39:]}"
    return f"{head}(…)" if bracket else f"{source[:39]}…"


def is_python(node: tree_sitter.Node) -> bool:
    """Whether a node stands in a Python document."""
    while node.parent is not None:
        node = node.parent
    return node.type == "module"
