"""What may be missing when a Python function starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import tree_sitter

from smallsense.skills.nullness.origin import Origin, checked_elsewhere
from smallsense.skills.nullness.python.targets import identifiers
from smallsense.skills.nullness.syntax import first, line_of, named, shortened, text_of


def entry(node: tree_sitter.Node, checked: Mapping[str, int]) -> dict[str, Origin]:
    """The paths that may be missing when the function `node` starts.

    `checked` tells, by path, the line on which the function asks whether it is missing.
    """
    if node.type != "function_definition":
        return {}
    found = checked_elsewhere(checked, _parameter_names(node), "None")
    return found | dict(_attributes(node)) | dict(_parameters(node))


def _optional(annotation: str) -> bool:
    """Whether an annotation says that None is one of the values."""
    head, bracket, rest = annotation.partition("[")
    if head.rpartition(".")[2] == "Optional" and bracket:
        return True
    if head.rpartition(".")[2] == "Union" and rest.endswith("]"):
        return "None" in _split(rest[:-1], ",")
    return "None" in _split(annotation, "|") and annotation != "None"


def _split(text: str, separator: str) -> list[str]:
    """The parts of an annotation between separators that stand in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in ")]")
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _parameter_names(node: tree_sitter.Node) -> frozenset[str]:
    return frozenset(
        text_of(name)
        for parameter in named(node.child_by_field_name("parameters"))
        if parameter.type not in ("list_splat_pattern", "dictionary_splat_pattern")
        for name in list(identifiers(parameter))[:1]
    )


def _parameters(node: tree_sitter.Node) -> Iterator[tuple[str, Origin]]:
    listed = node.child_by_field_name("parameters")
    for parameter in named(listed) if listed is not None else []:
        kind = parameter.child_by_field_name("type")
        value = parameter.child_by_field_name("value")
        name_node = parameter.child_by_field_name("name") or first(parameter)
        if name_node is None or name_node.type != "identifier":
            continue
        if kind is not None and _optional(text_of(kind).strip("\"'")):
            origin = Origin("annotation", shortened(text_of(kind)), line_of(parameter), 0.55)
        elif value is not None and value.type == "none":
            origin = Origin("default", "None", line_of(parameter), 0.45)
        else:
            continue
        yield text_of(name_node), origin


def _attributes(node: tree_sitter.Node) -> Iterator[tuple[str, Origin]]:
    """The attributes that the constructor of the method's class sets to None and leaves so."""
    block = node.parent if node.parent is not None and node.parent.type == "block" else None
    if block is None and node.parent is not None and node.parent.type == "decorated_definition":
        block = node.parent.parent
    owner = block.parent if block is not None else None
    if block is None or owner is None or owner.type != "class_definition":
        return
    if text_of(node.child_by_field_name("name")) == "__init__":
        return
    for method in named(block):
        if method.type == "function_definition" and text_of(method.child_by_field_name("name")) == "__init__":
            yield from _left_missing(method)


def _left_missing(constructor: tree_sitter.Node) -> Iterator[tuple[str, Origin]]:
    body = constructor.child_by_field_name("body")
    left: dict[str, Origin] = {}
    for statement in named(body) if body is not None else []:
        inner = first(statement) if statement.type == "expression_statement" else None
        if inner is None or inner.type != "assignment":
            continue
        target, value = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if target is None or target.type != "attribute" or not text_of(target).startswith("self."):
            continue
        if value is not None and value.type == "none":
            left[text_of(target)] = Origin("attribute", text_of(target), line_of(statement), 0.15)
        else:
            left.pop(text_of(target), None)
    yield from left.items()
