"""The expressions of JavaScript and TypeScript as those of a program."""

from __future__ import annotations

import re
from collections.abc import Iterable

import tree_sitter

from smallsense.skills.nullness.evidence import gives
from smallsense.skills.nullness.facts import Known
from smallsense.skills.nullness.javascript.kinds import FUNCTIONS, MAYBE_STORING, TYPES
from smallsense.skills.nullness.javascript.targets import dotted
from smallsense.skills.nullness.origin import Origin
from smallsense.skills.nullness.program import (
    Both,
    Conditional,
    Constant,
    Demand,
    Either,
    Expression,
    IsMissing,
    Missing,
    Never,
    Not,
    Opaque,
    Read,
    Shows,
    Source,
    Store,
    Use,
)
from smallsense.skills.nullness.sources import (
    DEMAND,
    JAVASCRIPT_ATTRIBUTES,
    JAVASCRIPT_CALLS,
    NEVER,
    origin_rule,
)
from smallsense.skills.nullness.syntax import (
    arguments_of,
    first,
    is_item,
    line_of,
    named,
    named_field,
    shortened,
    text_of,
)
from smallsense.text.derefs import Dereference

_SPACE = re.compile(r"\s+")


class Expressions:
    """Translates the expressions of one scope.

    `checked` gathers, by path, the first line on which a value is compared with null or undefined.
    `known` is what the document tells of its own functions.
    """

    def __init__(self, dereferences: dict[int, Dereference], known: Known) -> None:
        self.checked: dict[str, int] = {}
        self._dereferences = dereferences
        self._known = known

    def field(self, node: tree_sitter.Node, field: str) -> Expression:
        """The expression in a field of a node; one of which nothing is known where there is none."""
        child = named_field(node, field)
        return self.expression(child) if child is not None else Opaque()

    def condition(self, node: tree_sitter.Node) -> Expression:
        """The expression of a condition, which may stand in a statement of its own."""
        if node.type == "expression_statement" and named(node):
            return self.expression(named(node)[0])
        return Constant(True) if node.type == "empty_statement" else self.expression(node)

    def each(self, nodes: Iterable[tree_sitter.Node]) -> tuple[Expression, ...]:
        """The expressions of several nodes."""
        return tuple(
            self.expression(node)
            for node in nodes
            if node.type != "comment" and node.type not in TYPES and node.type not in FUNCTIONS
        )

    def expression(self, node: tree_sitter.Node) -> Expression:
        """The expression of a node, as a use where it is dereferenced."""
        expression = self._bare(node)
        dereference = self._dereferences.get(node.id)
        # Once a chain has `?.` in it, the links after it are skipped together with it.
        if dereference is None or _breaks_off(node) or (node.parent is not None and _optional(node.parent)):
            return expression
        return Use(expression, dereference)

    def _bare(self, node: tree_sitter.Node) -> Expression:
        match node.type:
            case "null" | "undefined":
                return Missing(Origin("assigned", node.type, line_of(node), 0.4, missing=node.type))
            case "true" | "false":
                return Constant(node.type == "true")
            case "number" if text_of(node) in ("0", "1"):
                return Constant(text_of(node) == "1")
            case "identifier" | "this" | "super":
                return Read(text_of(node))
            case "member_expression":
                return self._member(node)
            case "subscript_expression":
                parts = (self.field(node, "object"), self.field(node, "index"))
                if _optional(node):
                    return self._chained(node, parts)
                item = Opaque(parts, open=True)
                return Read(dotted(node), item) if is_item(node) else item
            case "parenthesized_expression":
                inner = named(node)
                return self.expression(inner[0]) if len(inner) == 1 else Opaque(self.each(inner))
            case "sequence_expression":
                return Opaque(self.each(named(node)))
            case "await_expression":
                inner = named(node)
                return self.expression(inner[0]) if inner else Opaque()
            case "as_expression" | "satisfies_expression" | "non_null_expression" | "type_assertion":
                return Opaque(
                    self.each(named(node)[:1] if node.type != "type_assertion" else named(node)[-1:])
                )
            case "ternary_expression":
                return Conditional(
                    self.field(node, "condition"),
                    self.field(node, "consequence"),
                    self.field(node, "alternative"),
                )
            case "binary_expression":
                return self._binary(node)
            case "unary_expression":
                operator = text_of(node.child_by_field_name("operator"))
                value = self.field(node, "argument")
                if operator == "void":
                    return Missing(Origin("assigned", "undefined", line_of(node), 0.4, missing="undefined"))
                return (
                    Not(value)
                    if operator == "!"
                    else Shows((value,))
                    if operator == "typeof"
                    else Opaque((value,))
                )
            case "assignment_expression":
                left = node.child_by_field_name("left")
                value = self.field(node, "right")
                if left is None or left.type not in ("identifier", "member_expression"):
                    targets = (
                        self.each(named(left))
                        if left is not None and left.type == "subscript_expression"
                        else ()
                    )
                    return Opaque((value, *targets))
                owner = named_field(left, "object") if left.type == "member_expression" else None
                store = Store(dotted(left), value)
                return Opaque((self.expression(owner), store)) if owner is not None else store
            case "augmented_assignment_expression":
                left = node.child_by_field_name("left")
                operator = text_of(node.child_by_field_name("operator"))
                value = self.field(node, "right")
                old = self.expression(left) if left is not None else Opaque()
                if left is None or operator not in MAYBE_STORING:
                    return Opaque((old, value))
                filled = (
                    Either(old, value, coalescing=operator == "??=")
                    if operator != "&&="
                    else Both(old, value)
                )
                return Store(dotted(left), filled)
            case "call_expression":
                return self._call(node)
            case kind if kind in FUNCTIONS or kind in TYPES:
                return Opaque()
            case _:
                return Opaque(self.each(named(node)))

    def _member(self, node: tree_sitter.Node) -> Expression:
        path = dotted(node)
        base = self.field(node, "object")
        origin = None
        for prefix, (reason, prior) in JAVASCRIPT_ATTRIBUTES.items():
            if path.startswith(prefix) and "." not in path[len(prefix) :]:
                origin = Origin(
                    "attribute", shortened(text_of(node)), line_of(node), prior, reason, "undefined"
                )
        if _optional(node):
            return Read(path, base, _broken(node), optional=True)
        return Read(path, base, origin, optional=_breaks_off(node))

    def _chained(self, node: tree_sitter.Node, parts: tuple[Expression, ...]) -> Source:
        return Source(_SPACE.sub(" ", text_of(node)), _broken(node), parts[:1])

    def _binary(self, node: tree_sitter.Node) -> Expression:
        left_node, right_node = named_field(node, "left"), named_field(node, "right")
        operator = text_of(node.child_by_field_name("operator"))
        if left_node is None or right_node is None:
            return Opaque(self.each(named(node)))
        left, right = self.expression(left_node), self.expression(right_node)
        match operator:
            case "&&":
                return Both(left, right)
            case "||":
                return Either(left, right)
            case "??":
                return Either(left, right, coalescing=True)
            case "==" | "===" | "!=" | "!==":
                return self._equality(left_node, right_node, left, right, negated=operator.startswith("!"))
            case "instanceof" | "in" | "<" | ">" | "<=" | ">=":
                return Shows((left, right))
            case _:
                return Opaque((left, right))

    def _equality(
        self,
        left_node: tree_sitter.Node,
        right_node: tree_sitter.Node,
        left: Expression,
        right: Expression,
        *,
        negated: bool,
    ) -> Expression:
        if isinstance(left, Missing) or isinstance(right, Missing):
            asked = right if isinstance(left, Missing) else left
            if isinstance(asked, Read) and not asked.is_item:
                self.checked.setdefault(asked.path, line_of(left_node))
            test: Expression = IsMissing(asked)
        elif {left_node.type, right_node.type} == {"unary_expression", "string"}:
            # typeof x === "undefined", and typeof x === anything else
            argument = left_node if left_node.type == "unary_expression" else right_node
            value = self.field(argument, "argument")
            kind = text_of(right_node if argument is left_node else left_node).strip("'\"")
            test = IsMissing(value) if kind == "undefined" else Shows((value,))
        elif isinstance(right, Constant) or isinstance(left, Constant):
            value, constant = (left, right) if isinstance(right, Constant) else (right, left)
            truth = isinstance(constant, Constant) and constant.truth
            test = Both(value, Shows((value,))) if truth else Not(value)
            # `!== false` proves nothing, `=== true` does.
            return (Opaque((value,)) if truth else Shows((value,))) if negated else test
        else:
            test = Shows((left, right))
        return Not(test) if negated else test

    def _call(self, node: tree_sitter.Node) -> Expression:
        function = named_field(node, "function")
        if function is None:
            return Opaque(self.each(named(node)))
        callee = _SPACE.sub("", text_of(function))
        positional, _ = arguments_of(node)
        callee_part = self.expression(function)
        values = self.each(positional)
        parts = (callee_part, *values)
        if NEVER.fullmatch(callee) or callee in self._known.ending:
            return Never(parts)
        last = callee.rpartition(".")[2]
        if callee == "Boolean" and len(values) == 1:
            return values[0]
        if DEMAND.match(last) and not re.match(r"assert(Null|Undefined|IsNull)", last):
            return Demand(parts)
        text = _SPACE.sub("", text_of(node))
        if last == "has" and len(positional) == 1:
            return Shows(
                parts, (f"{callee.rpartition('.')[0]}.get({_SPACE.sub('', text_of(positional[0]))})",)
            )
        if last == "test" and len(positional) == 1:
            regex, subject = callee.rpartition(".")[0], _SPACE.sub("", text_of(positional[0]))
            return Shows(parts, (f"{subject}.match({regex})", f"{regex}.exec({subject})"))
        if _optional(node) or _breaks_off(function):
            return Source(text, _broken(node), parts)
        line = self._known.lacking.get(callee)
        if line is not None:
            reason = f"at times, as line {line} declares"
            called = Origin("call", shortened(text_of(node)), line_of(node), 0.5, reason, "null")
            return Source(text, called, parts)
        rule = origin_rule(JAVASCRIPT_CALLS, callee, [text_of(argument) for argument in positional])
        if rule is not None:
            nothing = (
                "undefined" if last in ("find", "findLast", "get") and "headers" not in callee else "null"
            )
            origin = Origin(
                "call", shortened(text_of(node)), line_of(node), rule.prior, rule.reason, nothing, rule.uses
            )
            return Source(text, origin, parts)
        # What a call is asked about in a condition may well be proven by it: `if (valid(x)) x.run()`.
        stirs = "this" if re.fullmatch(r"this\.\w+", callee) else ""
        return Shows(parts, stirs=stirs, open=not gives(callee) and callee not in self._known.giving)


def _broken(node: tree_sitter.Node) -> Origin:
    return Origin("chain", shortened(text_of(node)), line_of(node), 0.35, missing="undefined")


def _optional(node: tree_sitter.Node) -> bool:
    return any(child.type in ("optional_chain", "?.") for child in node.children)


def _breaks_off(node: tree_sitter.Node) -> bool:
    """Whether `?.` stands somewhere in the chain that `node` ends."""
    current: tree_sitter.Node | None = node
    while current is not None and current.type in (
        "member_expression",
        "subscript_expression",
        "call_expression",
        "non_null_expression",
    ):
        if _optional(current):
            return True
        current = (
            current.child_by_field_name("object")
            or current.child_by_field_name("function")
            or (first(current) if current.type == "non_null_expression" else None)
        )
    return False
