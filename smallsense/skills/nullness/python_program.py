"""Python's syntax as a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import tree_sitter

from smallsense.skills.nullness.evidence import evident, gives
from smallsense.skills.nullness.origin import Origin, checked_elsewhere
from smallsense.skills.nullness.program import (
    Attempt,
    Both,
    Branch,
    Conditional,
    Constant,
    Demand,
    Do,
    Either,
    Expression,
    Forget,
    Inline,
    IsMissing,
    Leave,
    Loop,
    Missing,
    Never,
    Not,
    Opaque,
    Program,
    Read,
    Shows,
    Source,
    Statement,
    Store,
    Switch,
    Use,
)
from smallsense.skills.nullness.sources import DEMAND, NEVER, PYTHON_ATTRIBUTES, PYTHON_CALLS, origin_rule
from smallsense.skills.nullness.syntax import (
    arguments_of,
    descendants,
    first,
    line_of,
    named,
    named_field,
    shortened,
    text_of,
)
from smallsense.text.derefs import Dereference

_CATCHING = re.compile(r"\b(AttributeError|TypeError|Exception|BaseException)\b")
_SUPPRESSING = re.compile(r"(contextlib\.)?suppress|pytest\.raises|self\.assertRaises\w*|raises")


def program(scope_node: tree_sitter.Node, dereferences: Iterable[Dereference]) -> Program:
    """Translate a function, or a module without its functions."""
    return _Translation({each.value.id: each for each in dereferences}).program(scope_node)


class _Translation:
    """One translation; holds what every expression needs to look up."""

    def __init__(self, dereferences: dict[int, Dereference]) -> None:
        self._dereferences = dereferences
        self._checked: dict[str, int] = {}

    def program(self, node: tree_sitter.Node) -> Program:
        body = node.child_by_field_name("body") if node.type != "module" else node
        untracked = frozenset(name for inner in descendants(node) for name in _bound_elsewhere(inner))
        statements = self._block(body) if body is not None else ()
        entry: dict[str, Origin] = {}
        if node.type == "function_definition":
            entry = checked_elsewhere(self._checked, _parameter_names(node), "None")
            entry |= dict(_attributes(node))
            entry |= dict(_parameters(node))
        return Program(statements, entry, untracked, node, evident(node))

    # Statements

    def _block(self, node: tree_sitter.Node | None) -> tuple[Statement, ...]:
        if node is None:
            return ()
        return tuple(statement for child in named(node) for statement in self._statement(child))

    def _statement(self, node: tree_sitter.Node) -> Iterator[Statement]:
        match node.type:
            case "expression_statement":
                for child in named(node):
                    yield Do(self._expression(child))
                    if child.type in ("assignment", "augmented_assignment"):
                        yield from _forgetting(
                            child.child_by_field_name("left"), simple=child.type != "assignment"
                        )
            case "if_statement" | "elif_clause":
                yield self._branch(node, list(node.children_by_field_name("alternative")))
            case "while_statement":
                after = node.child_by_field_name("alternative")
                yield Loop(
                    self._field(node, "condition"),
                    self._block(node.child_by_field_name("body")),
                    self._block(after.child_by_field_name("body")) if after is not None else (),
                )
            case "for_statement":
                after = node.child_by_field_name("alternative")
                yield Do(self._field(node, "right"))
                yield Loop(
                    Opaque(),
                    (
                        *_forgetting(node.child_by_field_name("left"), simple=True),
                        *self._block(node.child_by_field_name("body")),
                    ),
                    self._block(after.child_by_field_name("body")) if after is not None else (),
                )
            case "try_statement":
                yield self._try(node)
            case "with_statement":
                yield from self._with(node)
            case "return_statement" | "raise_statement":
                yield Leave("scope", Opaque(self._each(named(node))))
            case "break_statement":
                yield Leave("loop")
            case "continue_statement":
                yield Leave("round")
            case "assert_statement":
                parts = named(node)
                if parts:
                    failing: tuple[Statement, ...] = (Leave("scope", Opaque(self._each(parts[1:]))),)
                    yield Branch(self._expression(parts[0]), (), failing)
            case "match_statement":
                yield self._match(node)
            case "function_definition" | "class_definition" | "decorated_definition":
                inner = node.child_by_field_name("definition") or node
                name = inner.child_by_field_name("name")
                if name is not None:
                    yield Forget((text_of(name),))
            case "delete_statement":
                yield Do(Opaque(self._each(named(node))))
                yield Forget(tuple(name for child in named(node) for name in _targets(child)))
            case "import_statement" | "import_from_statement" | "global_statement":
                paths = tuple(text_of(child).rpartition(" as ")[2] for child in named(node))
                yield Forget(paths)
            case "comment" | "pass_statement" | "nonlocal_statement" | "future_import_statement":
                return
            case "block":
                yield from self._block(node)
            case _:
                yield Do(Opaque(self._each(named(node))))

    def _branch(self, node: tree_sitter.Node, alternatives: list[tree_sitter.Node]) -> Branch:
        no: tuple[Statement, ...] = ()
        if alternatives:
            first, *rest = alternatives
            if first.type == "elif_clause":
                no = (self._branch(first, rest),)
            else:
                no = self._block(first.child_by_field_name("body"))
        return Branch(
            self._field(node, "condition"), self._block(node.child_by_field_name("consequence")), no
        )

    def _try(self, node: tree_sitter.Node) -> Attempt:
        handlers: list[tuple[Statement, ...]] = []
        otherwise: tuple[Statement, ...] = ()
        final: tuple[Statement, ...] = ()
        catches = False
        for child in named(node):
            if child.type in ("except_clause", "except_group_clause"):
                value = child.child_by_field_name("value")
                catches = catches or value is None or _CATCHING.search(text_of(value)) is not None
                alias = next((part for part in named(child) if part.type == "as_pattern"), None)
                target = alias.child_by_field_name("alias") if alias is not None else None
                block = next((part for part in named(child) if part.type == "block"), None)
                handlers.append((*_forgetting(target, simple=True), *self._block(block)))
            elif child.type == "else_clause":
                otherwise = self._block(child.child_by_field_name("body"))
            elif child.type == "finally_clause":
                final = self._block(next((part for part in named(child) if part.type == "block"), None))
        body = self._block(node.child_by_field_name("body"))
        return Attempt(body, tuple(handlers), otherwise, final, catches)

    def _with(self, node: tree_sitter.Node) -> Iterator[Statement]:
        suppressing = False
        for clause in named(node):
            if clause.type != "with_clause":
                continue
            for item in named(clause):
                value = named_field(item, "value")
                if value is None:
                    continue
                inner = first(value) if value.type == "as_pattern" else value
                if inner is not None:
                    yield Do(self._expression(inner))
                    if inner.type == "call" and _SUPPRESSING.fullmatch(
                        text_of(inner.child_by_field_name("function"))
                    ):
                        suppressing = suppressing or _CATCHING.search(text_of(inner)) is not None
                if value.type == "as_pattern":
                    yield from _forgetting(value.child_by_field_name("alias"), simple=True)
        body = self._block(node.child_by_field_name("body"))
        if suppressing:
            yield Attempt(body, ((),), catches=True)
        else:
            yield from body

    def _match(self, node: tree_sitter.Node) -> Switch:
        cases: list[tuple[Statement, ...]] = []
        exhaustive = False
        body = node.child_by_field_name("body")
        for clause in named(body) if body is not None else []:
            if clause.type != "case_clause":
                continue
            patterns = [part for part in named(clause) if part.type == "case_pattern"]
            names = tuple({text_of(name) for part in patterns for name in _identifiers(part)})
            guard = clause.child_by_field_name("guard")
            block = self._block(clause.child_by_field_name("consequence"))
            exhaustive = exhaustive or (guard is None and [text_of(part) for part in patterns] == ["_"])
            guarded: tuple[Statement, ...] = (
                (Branch(Opaque(self._each(named(guard))), block),) if guard is not None else block
            )
            cases.append((Forget(names), *guarded))
        subject = node.child_by_field_name("subject")
        return Switch(
            self._expression(subject) if subject is not None else Opaque(), tuple(cases), exhaustive
        )

    # Expressions

    def _field(self, node: tree_sitter.Node, field: str) -> Expression:
        child = named_field(node, field)
        return self._expression(child) if child is not None else Opaque()

    def _each(self, nodes: Iterable[tree_sitter.Node]) -> tuple[Expression, ...]:
        return tuple(self._expression(node) for node in nodes if node.type != "comment")

    def _expression(self, node: tree_sitter.Node) -> Expression:
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
                    self._expression(inner)
                    if inner is not None and node.type != "await"
                    else Opaque(self._each(named(node)), open=True)
                )
            case "boolean_operator":
                left, right = self._field(node, "left"), self._field(node, "right")
                operator = node.child_by_field_name("operator")
                return (
                    Both(left, right)
                    if operator is not None and operator.type == "and"
                    else Either(left, right)
                )
            case "not_operator":
                return Not(self._field(node, "argument"))
            case "conditional_expression":
                parts = named(node)
                if len(parts) != 3:
                    return Opaque(self._each(parts))
                yes, test, no = (self._expression(part) for part in parts)
                return Conditional(test, yes, no)
            case "comparison_operator":
                return self._comparison(node)
            case "named_expression":
                return Store(text_of(node.child_by_field_name("name")), self._field(node, "value"))
            case "assignment":
                return self._assignment(node)
            case "augmented_assignment":
                return Opaque((self._field(node, "left"), self._field(node, "right")))
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
                return Opaque(self._each(named(node)), open=True)
            case "lambda" | "string" | "comment":
                return Opaque(self._each(c for c in named(node) if c.type == "interpolation"))
            case _:
                return Opaque(self._each(named(node)))

    def _attribute(self, node: tree_sitter.Node) -> Expression:
        target = node.child_by_field_name("object")
        name = text_of(node.child_by_field_name("attribute"))
        base = self._expression(target) if target is not None else Opaque()
        reason = PYTHON_ATTRIBUTES.get(name)
        origin = None
        if reason is not None:
            origin = Origin("attribute", shortened(text_of(node)), line_of(node), reason[1], reason[0])
        return Read(text_of(node), base, origin)

    def _assignment(self, node: tree_sitter.Node) -> Expression:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is None:
            return Opaque()
        value = self._expression(right)
        # `a = b = None` nests: the inner assignment is the outer one's value.
        if left is not None and left.type in ("identifier", "attribute"):
            inner = (
                (self._expression(o),)
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
            return Opaque(tuple(Store(text_of(name), self._expression(part)) for name, part in pairs))
        targets = (self._expression(child) for child in named(left)) if left is not None else ()
        return Opaque((value, *(target for target in targets if not isinstance(target, Read))))

    def _comparison(self, node: tree_sitter.Node) -> Expression:
        parts = named(node)
        operators = [text_of(child) for child in node.children if not child.is_named]
        if len(parts) != 2:
            return Shows(self._each(parts))
        left, right = parts
        operator = " ".join(" ".join(operators).split())
        if right.type == "none" or left.type == "none":
            value = self._expression(left if right.type == "none" else right)
            if isinstance(value, Read):
                self._checked.setdefault(value.path, line_of(node))
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
                    test = IsMissing(self._expression(part))
                    tests = test if tests is None else Either(tests, test)
                if tests is not None:
                    return tests if operator == "in" else Not(tests)
        values = self._each(parts)
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
            return Opaque(self._each(named(node)))
        callee = text_of(function)
        positional, keywords = arguments_of(node)
        callee_part = self._expression(function)
        values = self._each(positional)
        others = tuple(self._expression(value) for value in keywords.values())
        parts = (callee_part, *values, *others)
        if NEVER.fullmatch(callee):
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
            for part in self._each(named(positional[0])):
                tests = part if tests is None else Both(tests, part)
            return tests if tests is not None else Opaque()
        if DEMAND.match(callee.rpartition(".")[2]) and not re.match(
            r"(?i)assert_?(is_?none|none|false)", callee.rpartition(".")[2]
        ):
            return Demand((callee_part, *values, *others))
        origin = self._origin(node, callee, positional, keywords)
        if origin is not None:
            return Source(" ".join(text_of(node).split()), origin, parts)
        # What a call is asked about in a condition may well be proven by it: `if valid(x): x.run()`.
        stirs = "self" if re.fullmatch(r"self\.\w+", callee) else ""
        return Shows(parts, stirs=stirs, open=not gives(callee))

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
        inner: tuple[Statement, ...] = tuple(Do(self._expression(part)) for part in body)
        for clause in reversed(clauses):
            if clause.type == "if_clause":
                test = self._expression(named(clause)[0]) if named(clause) else Opaque()
                inner = (Branch(test, inner),)
            else:
                targets = tuple(_forgetting(clause.child_by_field_name("left"), simple=True))
                right = self._field(clause, "right")
                inner = (Do(right), Loop(Opaque(), (*targets, *inner)))
        # The variables of a comprehension are its own: what it binds must not show outside.
        return Branch(Opaque(), inner)


def _forgetting(target: tree_sitter.Node | None, *, simple: bool) -> Iterator[Statement]:
    """Forget what an assignment puts into `target`; a single name is a `Store` already unless `simple`."""
    if target is None or (not simple and target.type in ("identifier", "attribute")):
        return
    paths = tuple(_targets(target))
    if paths:
        yield Forget(paths)


def _targets(node: tree_sitter.Node) -> Iterator[str]:
    if node.type in ("identifier", "attribute"):
        yield text_of(node)
    elif node.type not in ("subscript", "call"):
        for child in named(node):
            yield from _targets(child)


def _identifiers(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    if node.type == "identifier":
        yield node
    for child in named(node):
        yield from _identifiers(child)


def _bound_elsewhere(node: tree_sitter.Node) -> Iterator[str]:
    """The names that a `global` or `nonlocal` statement lets several functions change."""
    if node.type in ("global_statement", "nonlocal_statement"):
        for child in named(node):
            yield text_of(child)


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
        for name in list(_identifiers(parameter))[:1]
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
