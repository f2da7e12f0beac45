"""What may be missing when a function of JavaScript or TypeScript starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import tree_sitter

from smallsense.skills.nullness.javascript.kinds import FUNCTIONS
from smallsense.skills.nullness.javascript.targets import bound
from smallsense.skills.nullness.origin import Origin, checked_elsewhere
from smallsense.skills.nullness.syntax import first, line_of, named, shortened, text_of

_NULLABLE = re.compile(r"(^|\|)\s*(null|undefined)\s*(\||$)")


def entry(node: tree_sitter.Node, checked: Mapping[str, int]) -> dict[str, Origin]:
    """The paths that may be missing when the function `node` starts.

    `checked` tells, by path, the line on which the function asks whether it is missing.
    """
    if node.type not in FUNCTIONS:
        return {}
    found = checked_elsewhere(checked, {*_parameter_names(node), "this"}, "null")
    return found | dict(_attributes(node)) | dict(_parameters(node))


def _parameter_names(node: tree_sitter.Node) -> frozenset[str]:
    single = node.child_by_field_name("parameter")
    listed = [single] if single is not None else named(node.child_by_field_name("parameters"))
    return frozenset(
        name
        for parameter in listed
        if parameter.type != "rest_pattern"
        for name in bound(parameter.child_by_field_name("pattern") or parameter)
    )


def _parameters(node: tree_sitter.Node) -> Iterator[tuple[str, Origin]]:
    for parameter in named(node.child_by_field_name("parameters")):
        kind = parameter.child_by_field_name("type")
        value = parameter.child_by_field_name("value") or parameter.child_by_field_name("right")
        name = parameter.child_by_field_name("pattern") or parameter.child_by_field_name("left")
        if name is None or name.type != "identifier":
            continue
        declared = text_of(kind).lstrip(": ")
        if value is not None and value.type not in ("null", "undefined"):
            continue
        if kind is not None and (match := _NULLABLE.search(declared)) and "=>" not in declared:
            yield (
                text_of(name),
                Origin("annotation", shortened(declared), line_of(parameter), 0.55, missing=match.group(2)),
            )
        elif parameter.type == "optional_parameter":
            yield (
                text_of(name),
                Origin(
                    "annotation", shortened(text_of(parameter)), line_of(parameter), 0.5, missing="undefined"
                ),
            )
        elif value is not None:
            yield text_of(name), Origin("default", value.type, line_of(parameter), 0.4, missing=value.type)


def _attributes(node: tree_sitter.Node) -> Iterator[tuple[str, Origin]]:
    """The fields that the class of a method, or its constructor, sets to null and leaves so."""
    body = node.parent
    if node.type != "method_definition" or body is None or body.type != "class_body":
        return
    if text_of(node.child_by_field_name("name")) == "constructor":
        return
    left: dict[str, Origin] = {}
    for member in named(body):
        value = member.child_by_field_name("value")
        if member.type in ("field_definition", "public_field_definition") and value is not None:
            name = member.child_by_field_name("property") or member.child_by_field_name("name")
            if value.type == "null":
                left[f"this.{text_of(name)}"] = Origin(
                    "attribute", f"this.{text_of(name)}", line_of(member), 0.15, missing="null"
                )
        if (
            member.type == "method_definition"
            and text_of(member.child_by_field_name("name")) == "constructor"
        ):
            for statement in named(member.child_by_field_name("body")):
                inner = first(statement) if statement.type == "expression_statement" else None
                if inner is None or inner.type != "assignment_expression":
                    continue
                path, given = text_of(inner.child_by_field_name("left")), inner.child_by_field_name("right")
                if not path.startswith("this.") or given is None:
                    continue
                if given.type == "null":
                    left[path] = Origin("attribute", path, line_of(statement), 0.15, missing="null")
                else:
                    left.pop(path, None)
    yield from left.items()
