"""Python's expressions as those of a program."""

from __future__ import annotations

import re
from collections.abc import Iterable

import tree_sitter

from smallsense.skills.nullness.evidence import gives
from smallsense.skills.nullness.facts import Known
from smallsense.skills.nullness.origin import Origin
from smallsense.skills.nullness.program import (
    Both,
    Branch,
    Conditional,
    Constant,
    Demand,
    Do,
    Either,
    Expression,
    Inline,
    IsMissing,
    Loop,
    Missing,
    Never,
    Not,
    Opaque,
    Read,
    Shows,
    Source,
    Statement,
    Store,
    Use,
)
from smallsense.skills.nullness.python.targets import forgetting
from smallsense.skills.nullness.sources import DEMAND, NEVER, PYTHON_ATTRIBUTES, PYTHON_CALLS, origin_rule
from smallsense.skills.nullness.syntax import (
    arguments_of,
    is_item,
    line_of,
    named,
    named_field,
    shortened,
    text_of,
)
from smallsense.text.derefs import Dereference


class Expressions:
    """Translates the expressions of one scope.

    `checked` gathers, by path, the first line on which a value is compared with None.
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

    def each(self, nodes: Iterable[tree_sitter.Node]) -> tuple[Expression, ...]:
        """The expressions of several nodes."""
        return tuple(self.expression(node) for node in nodes if node.type != "comment")

    def expression(self, node: tree_sitter.Node) -> Expression:
        """The expression of a node, as a use where it is dereferenced."""
        expression = self._bare(node)
        dereference = self._dereferences.get(node.id)
        return Use(expression, dereference) if dereference is not None else expression

    def _bare(self, node: tree_sitter.Node) -> Expression:
        match node.type:
            case "none":
                return Missing(Origin("assigned", "None", line_of(node), 0.45))
            case "true" | "false":
                return Constant(node.type == "true")
            case "integer" if text_of(node) in ("0", "1"):
                return Constant(text_of(node) == "1")
            case "identifier":
                return Read(text_of(node))
            case "attribute":
                return self._attribute(node)
            case "parenthesized_expression" | "await" | "type":
                inner = next((child for child in named(node) if child.type != "comment"), None)
                return (
                    self.expression(inner)
                    if inner is not None and node.type != "await"
                    else Opaque(self.each(named(node)), open=True)
                )
            case "boolean_operator":
                left, right = self.field(node, "left"), self.field(node, "right")
                operator = node.child_by_field_name("operator")
                return (
                    Both(left, right)
                    if operator is not None and operator.type == "and"
                    else Either(left, right)
                )
            case "not_operator":
                return Not(self.field(node, "argument"))
            case "conditional_expression":
                parts = named(node)
                if len(parts) != 3:
                    return Opaque(self.each(parts))
                yes, test, no = (self.expression(part) for part in parts)
                return Conditional(test, yes, no)
            case "comparison_operator":
                return self._comparison(node)
            case "named_expression":
                return Store(text_of(node.child_by_field_name("name")), self.field(node, "value"))
            case "assignment":
                return self._assignment(node)
            case "augmented_assignment":
                return Opaque((self.field(node, "left"), self.field(node, "right")))
            case "call":
                return self._call(node)
            case (
                "list_comprehension"
                | "set_comprehension"
                | "dictionary_comprehension"
                | "generator_expression"
            ):
                return Inline((self._comprehension(named(node)),))
            case "subscript":
                parts = Opaque(self.each(named(node)), open=True)
                return Read(text_of(node), parts) if is_item(node) else parts
            case "lambda" | "string" | "comment":
                return Opaque(self.each(c for c in named(node) if c.type == "interpolation"))
            case _:
                return Opaque(self.each(named(node)))

    def _attribute(self, node: tree_sitter.Node) -> Expression:
        target = node.child_by_field_name("object")
        name = text_of(node.child_by_field_name("attribute"))
        base = self.expression(target) if target is not None else Opaque()
        reason = PYTHON_ATTRIBUTES.get(name)
        origin = None
        if reason is not None:
            origin = Origin("attribute", shortened(text_of(node)), line_of(node), reason[1], reason[0])
        return Read(text_of(node), base, origin)

    def _assignment(self, node: tree_sitter.Node) -> Expression:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is None:
            return Opaque()
        value = self.expression(right)
        # `a = b = None` nests: the inner assignment is the outer one's value.
        if left is not None and left.type in ("identifier", "attribute"):
            inner = (
                (self.expression(o),)
                if left.type == "attribute" and (o := left.child_by_field_name("object"))
                else ()
            )
            store = Store(text_of(left), value)
            return Opaque((*inner, store)) if inner and not isinstance(value, Store) else store
        if (
            left is not None
            and left.type in ("pattern_list", "tuple_pattern")
            and right.type in ("expression_list", "tuple")
            and len(named(left)) == len(named(right))
            and all(child.type == "identifier" for child in named(left))
        ):
            pairs = zip(named(left), named(right), strict=True)
            return Opaque(tuple(Store(text_of(name), self.expression(part)) for name, part in pairs))
        targets = (self.expression(child) for child in named(left)) if left is not None else ()
        return Opaque((value, *(target for target in targets if not isinstance(target, Read))))

    def _comparison(self, node: tree_sitter.Node) -> Expression:
        parts = named(node)
        operators = [text_of(child) for child in node.children if not child.is_named]
        if len(parts) != 2:
            return Shows(self.each(parts))
        left, right = parts
        operator = " ".join(" ".join(operators).split())
        if right.type == "none" or left.type == "none":
            value = self.expression(left if right.type == "none" else right)
            if isinstance(value, Read) and not value.is_item:
                self.checked.setdefault(value.path, line_of(node))
            if operator in ("is", "=="):
                return IsMissing(value)
            if operator in ("is not", "!="):
                return Not(IsMissing(value))
            if (
                left.type == "none"
                and right.type in ("tuple", "list", "set")
                and operator in ("in", "not in")
            ):
                tests: Expression | None = None
                for part in named(right):
                    test = IsMissing(self.expression(part))
                    tests = test if tests is None else Either(tests, test)
                if tests is not None:
                    return tests if operator == "in" else Not(tests)
        values = self.each(parts)
        if operator in ("in", "not in"):
            container, key = text_of(right).removesuffix(".keys()"), text_of(left)
            shows = Shows(
                (values[0], values[1]), (f"{container}.get({key})", f"{container}.get({key}, None)")
            )
            return shows if operator == "in" else Not(shows)
        if operator in ("!=", "is not"):
            return Not(Shows(values))
        return Shows(values)

    def _call(self, node: tree_sitter.Node) -> Expression:
        function = node.child_by_field_name("function")
        if function is None:
            return Opaque(self.each(named(node)))
        callee = text_of(function)
        positional, keywords = arguments_of(node)
        callee_part = self.expression(function)
        values = self.each(positional)
        others = tuple(self.expression(value) for value in keywords.values())
        parts = (callee_part, *values, *others)
        if NEVER.fullmatch(callee) or callee in self._known.ending:
            return Never(parts)
        if callee in (
            "isinstance",
            "hasattr",
            "callable",
            "issubclass",
            "getattr",
            "type",
            "bool",
            "len",
            "any",
        ):
            if callee == "getattr" and len(positional) == 3 and positional[2].type == "none":
                return self._source(node, "when there is no such attribute", 0.4, parts)
            if callee == "bool" and len(values) == 1:
                return values[0]
            return Shows(values[:1])
        if callee == "all" and len(positional) == 1 and positional[0].type in ("list", "tuple", "set"):
            tests: Expression | None = None
            for part in self.each(named(positional[0])):
                tests = part if tests is None else Both(tests, part)
            return tests if tests is not None else Opaque()
        if DEMAND.match(callee.rpartition(".")[2]) and not re.match(
            r"(?i)assert_?(is_?none|none|false)", callee.rpartition(".")[2]
        ):
            return Demand((callee_part, *values, *others))
        origin = self._declared(node, callee) or self._origin(node, callee, positional, keywords)
        if origin is not None:
            return Source(" ".join(text_of(node).split()), origin, parts)
        # What a call is asked about in a condition may well be proven by it: `if valid(x): x.run()`.
        stirs = "self" if re.fullmatch(r"self\.\w+", callee) else ""
        return Shows(parts, stirs=stirs, open=not gives(callee) and callee not in self._known.giving)

    def _declared(self, node: tree_sitter.Node, callee: str) -> Origin | None:
        line = self._known.lacking.get(callee)
        return self._made(node, f"at times, as line {line} declares", 0.5) if line is not None else None

    def _origin(
        self,
        node: tree_sitter.Node,
        callee: str,
        positional: list[tree_sitter.Node],
        keywords: dict[str, tree_sitter.Node],
    ) -> Origin | None:
        texts = [text_of(argument) for argument in positional]
        if any(argument.type in ("list_splat", "dictionary_splat") for argument in positional):
            return None
        default_is_none = len(positional) == 2 and positional[1].type == "none"
        if callee == "next" and default_is_none:
            return self._made(node, "when there is nothing more", 0.5)
        if callee in ("max", "min") and "default" in keywords and keywords["default"].type == "none":
            return self._made(node, "when there is nothing to compare", 0.4)
        if callee.rpartition(".")[2] in ("get", "pop") and "." in callee and default_is_none:
            return self._made(node, "when there is no such key", 0.4)
        if keywords and callee.rpartition(".")[2] == "get":
            return None
        rule = origin_rule(PYTHON_CALLS, callee, texts)
        return self._made(node, rule.reason, rule.prior, rule.uses) if rule is not None else None

    def _made(
        self, node: tree_sitter.Node, reason: str, prior: float, uses: frozenset[str] = frozenset()
    ) -> Origin:
        return Origin("call", shortened(text_of(node)), line_of(node), prior, reason, uses=uses)

    def _source(
        self, node: tree_sitter.Node, reason: str, prior: float, parts: tuple[Expression, ...]
    ) -> Source:
        return Source(" ".join(text_of(node).split()), self._made(node, reason, prior), parts)

    def _comprehension(self, parts: list[tree_sitter.Node]) -> Statement:
        """The clauses of a comprehension from left to right, then its body, as nested loops."""
        body = [part for part in parts if part.type not in ("for_in_clause", "if_clause")]
        clauses = [part for part in parts if part.type in ("for_in_clause", "if_clause")]
        inner: tuple[Statement, ...] = tuple(Do(self.expression(part)) for part in body)
        for clause in reversed(clauses):
            if clause.type == "if_clause":
                test = self.expression(named(clause)[0]) if named(clause) else Opaque()
                inner = (Branch(test, inner),)
            else:
                targets = tuple(forgetting(clause.child_by_field_name("left"), simple=True))
                right = self.field(clause, "right")
                inner = (Do(right), Loop(Opaque(), (*targets, *inner)))
        # The variables of a comprehension are its own: what it binds must not show outside.
        return Branch(Opaque(), inner)
