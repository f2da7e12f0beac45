"""What a function's syntax says about itself: its parameters, and whether it returns, yields or raises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter

from smallsense.text.scope import Scope

FUNCTION_TYPES = frozenset(
    {
        "function_definition",
        "lambda",
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
    }
)
"""Types of the nodes that are functions, in all languages whose functions are read."""

_OWN_BODY = FUNCTION_TYPES | {"class_definition", "class_declaration", "class"}
_PARAMETERS = frozenset(
    {
        "identifier",
        "default_parameter",
        "typed_parameter",
        "typed_default_parameter",
        "list_splat_pattern",
        "dictionary_splat_pattern",
        "required_parameter",
        "optional_parameter",
        "assignment_pattern",
        "rest_pattern",
    }
)
_NOTHING = frozenset({"none", "null", "undefined"})


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's own words: nothing here is guessed.

    `raises` names the exceptions that `raise` and `throw` statements of its body create; a bare re-raise has
    no name and is left out.
    """

    parameters: tuple[str, ...] = ()
    returns: bool = False
    yields: bool = False
    raises: tuple[str, ...] = ()


def signature(scope: Scope) -> Signature:
    """Read the signature of a function scope; a class has an empty one."""
    node = scope.node
    body = node.child_by_field_name("body") if node is not None else None
    if node is None or body is None or scope.kind != "function":
        return Signature()
    returns = body.type not in ("block", "statement_block")
    yields = False
    raises: dict[str, None] = {}
    for part in own_nodes(body):
        if part.type == "return_statement":
            returns = returns or any(
                value.type not in _NOTHING for value in part.named_children if value.is_named
            )
        elif part.type in ("yield", "yield_expression"):
            yields = True
        elif part.type in ("raise_statement", "throw_statement") and (name := _raised(part)):
            raises[name] = None
    return Signature(tuple(_parameters(node)), returns, yields, tuple(raises))


def own_nodes(body: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Every node below `body`, except what lies inside functions and classes nested in it."""
    stack = [body]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in reversed(node.children) if child.type not in _OWN_BODY)


def _parameters(node: tree_sitter.Node) -> Iterator[str]:
    listed = node.child_by_field_name("parameters")
    if listed is None:
        single = node.child_by_field_name("parameter")
        if single is not None:
            yield _text(single)
        return
    for index, parameter in enumerate(listed.named_children):
        if parameter.type not in _PARAMETERS:
            continue
        name = _parameter_name(parameter)
        if name and not (index == 0 and name in ("self", "cls", "this")):
            yield name


def _parameter_name(parameter: tree_sitter.Node) -> str:
    """The name of a parameter, stars included; empty where it is a pattern."""
    if parameter.type == "identifier":
        return _text(parameter)
    if parameter.type in ("list_splat_pattern", "dictionary_splat_pattern"):
        return _text(parameter)
    inner = (
        parameter.child_by_field_name("name")
        or parameter.child_by_field_name("pattern")
        or parameter.child_by_field_name("left")
        or _first(parameter)
    )
    if inner is None:
        return ""
    if inner.type in ("list_splat_pattern", "dictionary_splat_pattern"):
        return _text(inner)
    if inner.type == "rest_pattern":
        inner = _first(inner) or inner
    return _text(inner) if inner.type == "identifier" else ""


def _raised(statement: tree_sitter.Node) -> str:
    """The exception class that a raise or throw statement names."""
    value = _first(statement)
    if value is None:
        return ""
    if value.type == "call":
        value = value.child_by_field_name("function") or value
    elif value.type == "new_expression":
        value = value.child_by_field_name("constructor") or value
    elif value.type in ("identifier", "attribute") and not _text(value).rpartition(".")[2][:1].isupper():
        return ""
    return _text(value) if value.type in ("identifier", "attribute", "member_expression") else ""


def _first(node: tree_sitter.Node) -> tree_sitter.Node | None:
    return next(iter(node.named_children), None)


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
