"""What speaks for and against a value being missing by how the function uses it and its like.

Cues are short words that the judge weighs; they look no further than the function. These are learned from
what programmers had to mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.skills.nullness.provenance import binding_of, called, last_name, origin_of, words
from smallsense.skills.nullness.surroundings import (
    CALLS,
    MEMBERS,
    Check,
    Surroundings,
    path_of,
)
from smallsense.skills.nullness.suspect import Suspect
from smallsense.skills.nullness.syntax import named, text_of
from smallsense.skills.nullness.type_cues import type_cues
from smallsense.skills.signature import FUNCTION_TYPES

# What the function does with a value and its like: it means one thing for a parameter, another for a field.
_TELLING = (
    "checked",
    "owner",
    "part checked",
    "same",
    "sibling",
    "some",
    "in ",
    "namesake",
    "set to",
    "comment",
    "uses",
    "handed",
    "after",
    "typed",
    "partly typed",
    "others optional",
)


def cues(suspect: Suspect, around: Surroundings, scope_node: tree_sitter.Node) -> Iterator[str]:
    """Everything but the names: how the value is used, and what the function does with its like."""
    origin = origin_of(suspect.dereference.value, around)[0]
    for cue in _use_cues(suspect, origin, around, scope_node):
        yield cue
        if cue.startswith(_TELLING):
            yield f"{origin.split()[0]}: {cue}"


def _use_cues(
    suspect: Suspect, origin: str, around: Surroundings, scope_node: tree_sitter.Node
) -> Iterator[str]:
    node = suspect.dereference.value
    path = path_of(node)
    kind = suspect.dereference.kind
    yield f"kind={kind}"
    yield f"kind={kind} {origin}"
    if suspect.origin.kind != "unknown":
        yield f"suspect={suspect.origin.kind}"
        yield f"suspect={suspect.origin.kind} {round(suspect.origin.prior, 1)}"
    yield from _check_cues(path, node, around)
    yield from _place_cues(node, scope_node)
    yield from type_cues(path, around)
    accessor = _accessor(node)
    for part in words(accessor)[-2:]:
        yield f"accessor={part}"
    if accessor:
        yield f"use={accessor}"
        yield f"use={last_name(node)}.{accessor}"
    if around.handed.get(path, node.start_byte) < node.start_byte:
        yield "handed on before"
    if any(wait < node.start_byte for wait in around.waits):
        yield "after a wait"
    for decorator in _decorators(scope_node):
        yield f"decorator={decorator}"
    uses = around.uses.get(path, 0)
    yield f"uses={min(uses, 6)}"
    bound = around.bindings.get(path, ())
    yield f"bindings={min(len(bound), 3)}"
    if any(one.value is not None and one.value.type in ("none", "null", "undefined") for one in bound):
        yield "set to nothing"
    if around.comments:
        name = re.escape(last_name(node))
        if re.search(
            rf"\b{name}\b[^.\n]{{0,40}}\b(None|null|undefined|optional|missing|empty|not set)\b",
            around.comments,
        ):
            yield "comment says so"
        if re.search(r"\b(None|null|undefined)\b", around.comments):
            yield "comment on nothing"


def _check_cues(path: str, node: tree_sitter.Node, around: Surroundings) -> Iterator[str]:
    """Whether the function tests this value, its owner, its parts or its namesakes somewhere."""
    last = path.rpartition(".")[2]
    owner = path.rpartition(".")[0]
    roles: set[str] = set()
    for tested, checks in around.checks.items():
        if tested == path:
            for check in checks:
                roles.add(f"checked {check.role} {_where(check, node, path, around)}")
        elif tested == owner:
            roles.add("owner checked")
        elif tested.startswith(path + "."):
            roles.add("part checked")
        elif tested.rpartition(".")[2] == last:
            roles.add("namesake checked")
        elif owner and tested.rpartition(".")[0] == owner:
            roles.add("sibling checked")
    if owner and any(
        other.rpartition(".")[0] == owner and any(check.role == "none" for check in checks)
        for other, checks in around.checks.items()
    ):
        roles.add("sibling compared")
    callee = _callee(node, around)
    if callee:
        for tested in around.checks:
            other = around.bindings.get(tested, ())
            if tested != path and any(called(one.value) == callee for one in other if one.value is not None):
                roles.add("same call checked")
                break
    yield from roles
    total = sum(map(len, around.checks.values()))
    yield f"checks={min(total, 8) if total < 8 else 8}"
    if any(check.role == "none" for checks in around.checks.values() for check in checks):
        yield "some compared"
    if any(check.role == "chain" for checks in around.checks.values() for check in checks):
        yield "some chained"


def _where(check: Check, node: tree_sitter.Node, path: str, around: Surroundings) -> str:
    place = "before" if check.node.start_byte < node.start_byte else "after"
    return place if around.one_value(path, check.node, node) else f"{place}, another value"


def _callee(node: tree_sitter.Node, around: Surroundings) -> str:
    binding = binding_of(path_of(node), node.start_byte, around)
    value = binding.value if binding is not None else node
    return called(value) if value is not None else ""


def _place_cues(node: tree_sitter.Node, scope_node: tree_sitter.Node) -> Iterator[str]:
    """Where in the function the use stands."""
    current, depth = node.parent, 0
    seen: set[str] = set()
    previous = node
    while current is not None and current != scope_node:
        kind = current.type
        if kind in ("if_statement", "elif_clause", "while_statement"):
            seen.add("in test" if current.child_by_field_name("condition") == previous else "in branch")
            depth += 1
        elif kind in ("for_statement", "for_in_statement"):
            seen.add("in loop")
        elif kind in ("except_clause", "catch_clause"):
            seen.add("in handler")
        elif kind == "try_statement":
            seen.add("in try")
        elif kind == "else_clause":
            seen.add("in else")
        elif kind in ("return_statement", "raise_statement", "throw_statement"):
            seen.add(f"in {kind.split('_')[0]}")
        elif kind in ("boolean_operator", "binary_expression"):
            seen.add("in operator")
        elif kind in ("argument_list", "arguments"):
            seen.add("in arguments")
        elif kind in ("list_comprehension", "generator_expression", "dictionary_comprehension"):
            seen.add("in comprehension")
        elif kind in FUNCTION_TYPES:
            seen.add("in inner function")
        previous, current = current, current.parent
    yield from seen
    yield f"branches={min(depth, 4)}"
    row = node.start_point.row - scope_node.start_point.row
    rows = scope_node.end_point.row - scope_node.start_point.row + 1
    yield f"row={min(row, 3) if row < 4 else 4 + (row > 8) + (row > 16) + (row > 40)}"
    yield f"rows={(rows > 3) + (rows > 6) + (rows > 12) + (rows > 25) + (rows > 50) + (rows > 100)}"
    name = text_of(scope_node.child_by_field_name("name"))
    for part in words(name)[:3]:
        yield f"function={part}"
    parent = node.parent
    if parent is not None and parent.parent is not None and parent.type in MEMBERS:
        yield "calls method" if parent.parent.type in CALLS else f"then {parent.parent.type}"


def _decorators(scope_node: tree_sitter.Node) -> Iterator[str]:
    parent = scope_node.parent
    for child in named(parent) if parent is not None and parent.type == "decorated_definition" else ():
        if child.type == "decorator":
            yield "_".join(words(last_name(child)))


def _accessor(node: tree_sitter.Node) -> str:
    parent = node.parent
    if parent is None or parent.type not in MEMBERS:
        return ""
    return text_of(parent.child_by_field_name("attribute") or parent.child_by_field_name("property"))
