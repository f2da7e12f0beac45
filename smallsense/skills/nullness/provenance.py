"""Where the value of an expression comes from, and what it is called."""

from __future__ import annotations

import re

import tree_sitter

from smallsense.skills.nullness.evidence import SELF
from smallsense.skills.nullness.surroundings import CALLS, MEMBERS, SUBSCRIPTS, Binding, Surroundings, path_of
from smallsense.skills.nullness.syntax import first, named, text_of

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name: str) -> list[str]:
    """The words of an identifier, in lower case, at most four of the last."""
    return [word.lower() for word in _WORD.findall(name)][-4:]


def origin_of(node: tree_sitter.Node, around: Surroundings) -> tuple[str, Binding | None]:
    """Where the value of an expression comes from, in a word or two, and what binds it."""
    if node.type in CALLS:
        return "call", None
    if node.type in SUBSCRIPTS:
        return "element", None
    if node.type in ("await", "await_expression"):
        return "awaited", None
    path = path_of(node)
    binding = binding_of(path, node.start_byte, around)
    if binding is not None:
        value = binding.value
        if binding.how != "assigned":
            return f"local {binding.how}", binding
        return f"local {_kind_of(value) if value is not None else ''}", binding
    if node.type in MEMBERS:
        root = path.partition(".")[0]
        if root in SELF:
            return ("field" if path.count(".") == 1 else "field path"), None
        return ("parameter path" if root in around.parameters else "path"), None
    if path in around.parameters:
        return "parameter", None
    if path in around.enclosing:
        return "closure", None
    return "outer" if node.type == "identifier" else "other", None


def binding_of(path: str, offset: int, around: Surroundings) -> Binding | None:
    """The last binding before the use, else the first after it (in a loop)."""
    bound = around.bindings.get(path)
    if not bound:
        return None
    before = [one for one in bound if one.offset < offset]
    if before:
        useful = [one for one in before if one.value is None or one.value.type not in ("none", "null")]
        return (useful or before)[-1]
    return None if path in around.parameters or "." in path else bound[0]


def called(value: tree_sitter.Node) -> str:
    """The last word of what a call calls; nothing where the expression is no call."""
    function = value.child_by_field_name("function") if value.type in CALLS else None
    return last_name(function) if function is not None else ""


def last_name(node: tree_sitter.Node) -> str:
    """The last word of an expression: the name, the attribute, what is called."""
    if node.type in MEMBERS:
        return text_of(node.child_by_field_name("attribute") or node.child_by_field_name("property"))
    if node.type in CALLS:
        function = node.child_by_field_name("function")
        return last_name(function) if function is not None else ""
    if node.type in SUBSCRIPTS:
        owner = node.child_by_field_name("value") or node.child_by_field_name("object")
        return last_name(owner) if owner is not None else ""
    if node.type in ("identifier", "this"):
        return text_of(node)
    inner = first(node)
    return last_name(inner) if inner is not None and len(named(node)) == 1 else ""


def _kind_of(value: tree_sitter.Node) -> str:
    while value.type in ("await", "await_expression", "parenthesized_expression") and value.named_children:
        value = value.named_children[0]
    if value.type in CALLS:
        return "call"
    if value.type in MEMBERS:
        return "path"
    if value.type in SUBSCRIPTS:
        return "element"
    if value.type in (
        "conditional_expression",
        "ternary_expression",
        "boolean_operator",
        "binary_expression",
    ):
        return "either"
    return "name" if value.type == "identifier" else "other"
