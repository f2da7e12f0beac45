"""What a function says about its values, gathered in one pass: the raw material of `cues`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import tree_sitter

from smallsense.skills.nullness.syntax import first, named, named_field, text_of
from smallsense.skills.signature import FUNCTION_TYPES

Role = Literal["none", "truth", "chain", "default"]

MEMBERS = frozenset({"attribute", "member_expression"})
CALLS = frozenset({"call", "call_expression"})
SUBSCRIPTS = frozenset({"subscript", "subscript_expression"})
_NOTHING = frozenset({"none", "null", "undefined"})
_BOOLEAN = frozenset({"&&", "||", "??", "and", "or"})
_EQUALITY = frozenset({"==", "===", "!=", "!==", "is", "is not"})


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """How a path is tested: compared with None, by its truth, with `?.`, or by giving a default."""

    node: tree_sitter.Node
    role: Role


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """The path gets a value: `value` is its code, or the code it is an element or a part of."""

    offset: int
    how: Literal["assigned", "loop", "with", "part", "augmented"]
    value: tree_sitter.Node | None


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter; `node` is the whole of it, `index` counts from 0 without `self`."""

    node: tree_sitter.Node
    index: int
    annotation: str
    default: str


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """All of it, by path (dotted, without blanks); offsets are bytes of the document.

    `handed` tells where a path is first handed to a call, `waits` where the function waits for another, and
    `returns` which type it declares to return.
    """

    checks: dict[str, list[Check]] = field(default_factory=dict)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    enclosing: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()
    uses: dict[str, int] = field(default_factory=dict)
    handed: dict[str, int] = field(default_factory=dict)
    waits: tuple[int, ...] = ()
    comments: str = ""
    returns: str = ""

    def one_value(self, path: str, one: tree_sitter.Node, other: tree_sitter.Node) -> bool:
        """Whether nothing is stored at the path between these two places, in the order of the text."""
        first, last = sorted((one.start_byte, other.start_byte))
        return not any(first < binding.offset < last for binding in self.bindings.get(path, ()))


def path_of(node: tree_sitter.Node) -> str:
    """The code of an expression as a key: no blanks, no `?.`, no `!`."""
    text = "".join(text_of(node).split())
    return text.replace("?.", ".").replace("!.", ".") if "?" in text or "!" in text else text


def _bound_from(target: tree_sitter.Node, value: tree_sitter.Node | None, how: str) -> int:
    """Where a binding begins to hold: what an assignment stores is made before it is stored."""
    return value.end_byte - 1 if value is not None and how in ("assigned", "part") else target.start_byte


def surroundings(function: tree_sitter.Node) -> Surroundings:
    """Gather what the scope with this node says. Functions nested in it are looked at for checks only."""
    gather = _Gather()
    body = function.child_by_field_name("body") if function.type in FUNCTION_TYPES else function
    if body is not None:
        gather.walk(body)
    return Surroundings(
        gather.checks,
        gather.bindings,
        dict(_parameters(function)) if function.type in FUNCTION_TYPES else {},
        frozenset(_enclosing(function)),
        frozenset(gather.declared),
        gather.uses,
        gather.handed,
        tuple(gather.waits),
        " ".join(gather.comments),
        text_of(function.child_by_field_name("return_type")).lstrip(": "),
    )


class _Gather:
    """One walk over a function."""

    def __init__(self) -> None:
        self.checks: dict[str, list[Check]] = {}
        self.bindings: dict[str, list[Binding]] = {}
        self.declared: set[str] = set()
        self.uses: dict[str, int] = {}
        self.handed: dict[str, int] = {}
        self.waits: list[int] = []
        self.comments: list[str] = []

    def walk(self, top: tree_sitter.Node) -> None:
        whole = top.type in ("module", "program")
        stack = [(top, False)]
        while stack:
            node, nested = stack.pop()
            kind = node.type
            if kind in FUNCTION_TYPES and node is not top:
                if not nested and kind.endswith(("definition", "declaration")):
                    self.declared.add(text_of(node.child_by_field_name("name")))
                nested = True
                if whole:
                    continue
            self._look(node, kind, nested)
            stack.extend((child, nested) for child in reversed(node.named_children))

    def _look(self, node: tree_sitter.Node, kind: str, nested: bool) -> None:
        match kind:
            case "identifier":
                return
            case "comment":
                self.comments.append(text_of(node))
            case "string" if len(self.comments) < 1 and (
                node.parent is not None and node.parent.type == "expression_statement"
            ):
                self.comments.append(text_of(node))
            case "if_statement" | "while_statement" | "elif_clause" | "ternary_expression" | "do_statement":
                self._test(node.child_by_field_name("condition"))
            case "conditional_expression" if len(node.named_children) == 3:
                self._test(node.named_children[1])
            case "if_clause" | "assert_statement":
                self._test(first(node))
            case "boolean_operator" | "binary_expression":
                operator = node.child_by_field_name("operator")
                if operator is not None and operator.type in _BOOLEAN:
                    role: Role = "truth" if operator.type in ("&&", "and") else "default"
                    self._test(node.child_by_field_name("left"), role)
            case "attribute" | "member_expression":
                owner = node.child_by_field_name("object")
                if owner is not None:
                    path = path_of(owner)
                    self.uses[path] = self.uses.get(path, 0) + 1
                    if any(child.type in ("optional_chain", "?.") for child in node.children):
                        self._check(owner, "chain")
            case "argument_list" | "arguments":
                for argument in node.named_children:
                    if argument.type in ("identifier", *MEMBERS):
                        self.handed.setdefault(path_of(argument), argument.start_byte)
            case "await" | "await_expression" | "yield" | "yield_expression" if not nested:
                self.waits.append(node.start_byte)
            case "assignment" | "assignment_expression" if not nested:
                self._bind(node.child_by_field_name("left"), node.child_by_field_name("right"))
            case "variable_declarator" if not nested:
                self._bind(node.child_by_field_name("name"), node.child_by_field_name("value"))
            case "named_expression" if not nested:
                self._bind(node.child_by_field_name("name"), node.child_by_field_name("value"))
            case "for_statement" | "for_in_clause" | "for_in_statement" if not nested:
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if left is not None:
                    self._bind(left, right, "loop")
            case "as_pattern" if not nested:
                alias = node.child_by_field_name("alias")
                self._bind(first(alias) or alias, first(node), "with")
            case "import_statement" | "import_from_statement":
                for child in named(node):
                    name = child.child_by_field_name("alias") or child
                    self.declared.add(text_of(name).split(".")[0])
            case "class_definition" | "class_declaration":
                self.declared.add(text_of(node.child_by_field_name("name")))
            case _:
                return

    def _bind(
        self,
        target: tree_sitter.Node | None,
        value: tree_sitter.Node | None,
        how: Literal["assigned", "loop", "with", "part"] = "assigned",
    ) -> None:
        if target is None:
            return
        if target.type in ("identifier", "attribute", "member_expression"):
            binding = Binding(_bound_from(target, value, how), how, value)
            self.bindings.setdefault(path_of(target), []).append(binding)
        elif target.type == "shorthand_property_identifier_pattern":
            binding = Binding(_bound_from(target, value, how), "part", value)
            self.bindings.setdefault(text_of(target), []).append(binding)
        elif target.type not in SUBSCRIPTS:
            for child in named(target):
                part = child.child_by_field_name("value") if child.type == "pair_pattern" else child
                self._bind(part, value, how if how == "loop" else "part")

    def _test(self, node: tree_sitter.Node | None, role: Role = "truth") -> None:
        while node is not None and node.type in (
            "parenthesized_expression",
            "not_operator",
            "unary_expression",
        ):
            node = node.child_by_field_name("argument") or first(node)
        if node is None:
            return
        if node.type in ("comparison_operator", "binary_expression"):
            parts = named(node)
            if len(parts) != 2:
                return
            empty = [part for part in parts if part.type in _NOTHING]
            operator = " ".join(text_of(child) for child in node.children if not child.is_named)
            if len(empty) == 1 and operator in _EQUALITY:
                self._check(parts[0] if parts[1] in empty else parts[1], "none")
            elif operator in ("&&", "||"):
                self._test(parts[1])
        elif node.type == "boolean_operator":
            self._test(node.child_by_field_name("right"))
        elif node.type == "named_expression":
            name = node.child_by_field_name("name")
            if name is not None:
                self._check(name, role)
        else:
            self._check(node, role)

    def _check(self, node: tree_sitter.Node, role: Role) -> None:
        if node.type in ("identifier", *MEMBERS, *CALLS, *SUBSCRIPTS):
            self.checks.setdefault(path_of(node), []).append(Check(node, role))


def _enclosing(function: tree_sitter.Node) -> Iterator[str]:
    """The parameters of the functions around."""
    node = function.parent
    while node is not None:
        if node.type in FUNCTION_TYPES:
            yield from (name for name, _ in _parameters(node))
        node = node.parent


def _parameters(function: tree_sitter.Node) -> Iterator[tuple[str, Parameter]]:
    single = function.child_by_field_name("parameter")
    listed = [single] if single is not None else named(function.child_by_field_name("parameters"))
    index = 0
    for parameter in listed:
        target = (
            parameter.child_by_field_name("name")
            or parameter.child_by_field_name("pattern")
            or parameter.child_by_field_name("left")
            or (first(parameter) if parameter.type == "typed_parameter" else parameter)
        )
        annotation = text_of(parameter.child_by_field_name("type")).lstrip(": ")
        value = parameter.child_by_field_name("value") or parameter.child_by_field_name("right")
        if parameter.type == "optional_parameter":
            annotation = f"?{annotation}"
        for name in _names(target):
            if name in ("self", "cls"):
                index -= 1
                continue
            yield name, Parameter(parameter, index, annotation, text_of(value))
        index += 1


def _names(target: tree_sitter.Node | None) -> Iterator[str]:
    if target is None:
        return
    if target.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield text_of(target)
    elif target.type == "pair_pattern":
        yield from _names(named_field(target, "value"))
    elif target.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _names(named_field(target, "left"))
    elif target.type in (
        "object_pattern",
        "array_pattern",
        "rest_pattern",
        "list_splat_pattern",
        "dictionary_splat_pattern",
    ):
        for child in named(target):
            yield from _names(child)
