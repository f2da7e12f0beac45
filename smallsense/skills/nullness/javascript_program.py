"""JavaScript's and TypeScript's syntax as a program."""

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
    line_of,
    named,
    named_field,
    shortened,
    text_of,
)
from smallsense.text.derefs import Dereference

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
        "class_declaration",
        "abstract_class_declaration",
        "class",
    }
)
_TYPES = frozenset(
    {
        "type_annotation",
        "type_arguments",
        "interface_declaration",
        "type_alias_declaration",
        "enum_declaration",
    }
)
_NULLABLE = re.compile(r"(^|\|)\s*(null|undefined)\s*(\||$)")
_SPACE = re.compile(r"\s+")


def program(scope_node: tree_sitter.Node, dereferences: Iterable[Dereference]) -> Program:
    """Translate a function, or a module without its functions."""
    return _Translation({each.value.id: each for each in dereferences}).program(scope_node)


class _Translation:
    """One translation; holds what every expression needs to look up."""

    def __init__(self, dereferences: dict[int, Dereference]) -> None:
        self._dereferences = dereferences
        self._checked: dict[str, int] = {}

    def program(self, node: tree_sitter.Node) -> Program:
        body = node.child_by_field_name("body") if node.type in FUNCTIONS else node
        untracked = frozenset(_changed_inside(node))
        if body is None:
            statements: tuple[Statement, ...] = ()
        elif body.type in ("statement_block", "program"):
            statements = self._block(body)
        else:
            statements = (Leave("scope", self._expression(body)),)
        entry: dict[str, Origin] = {}
        if node.type in FUNCTIONS:
            entry = checked_elsewhere(self._checked, {*_parameter_names(node), "this"}, "null")
            entry |= dict(_attributes(node))
            entry |= dict(_parameters(node))
        return Program(statements, entry, untracked, node, evident(node), "null")

    # Statements

    def _block(self, node: tree_sitter.Node | None) -> tuple[Statement, ...]:
        return tuple(statement for child in named(node) for statement in self._statement(child))

    def _body(self, node: tree_sitter.Node, field: str) -> tuple[Statement, ...]:
        child = named_field(node, field)
        return tuple(self._statement(child)) if child is not None else ()

    def _statement(self, node: tree_sitter.Node) -> Iterator[Statement]:
        match node.type:
            case "statement_block":
                yield from self._block(node)
            case "expression_statement":
                for child in named(node):
                    yield Do(self._expression(child))
                    yield from self._bindings(child)
            case "lexical_declaration" | "variable_declaration":
                for declarator in named(node):
                    yield from self._declarator(declarator)
            case "if_statement":
                alternative = node.child_by_field_name("alternative")
                no = self._block(alternative) if alternative is not None else ()
                yield Branch(self._field(node, "condition"), self._body(node, "consequence"), no)
            case "while_statement":
                yield Loop(self._field(node, "condition"), self._body(node, "body"))
            case "do_statement":
                yield Loop(self._field(node, "condition"), self._body(node, "body"), once=True)
            case "for_statement":
                yield from self._body(node, "initializer")
                step = named_field(node, "increment")
                condition = named_field(node, "condition")
                test = self._condition(condition) if condition is not None else Constant(True)
                yield Loop(
                    test,
                    self._body(node, "body"),
                    step=(Do(self._expression(step)), *self._bindings(step)) if step is not None else (),
                )
            case "for_in_statement":
                yield Do(self._field(node, "right"))
                left = named_field(node, "left")
                targets = (Forget(tuple(_targets(left))),) if left is not None else ()
                yield Loop(Opaque(), (*targets, *self._body(node, "body")))
            case "try_statement":
                handler, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
                yield Attempt(
                    self._body(node, "body"),
                    (self._handler(handler),) if handler is not None else (),
                    final=self._body(final, "body") if final is not None else (),
                    catches=handler is not None,
                )
            case "return_statement" | "throw_statement":
                yield Leave("scope", Opaque(self._each(named(node))))
            case "break_statement" | "continue_statement":
                # Where a labeled jump goes is not followed: the state is dropped, which only makes us silent.
                target = "loop" if node.type == "break_statement" else "round"
                yield Leave("scope" if named(node) else target)
            case "switch_statement":
                yield self._switch(node)
            case "labeled_statement":
                yield from self._body(node, "body")
            case "export_statement":
                yield from self._body(node, "declaration")
            case "import_statement" | "empty_statement" | "comment":
                return
            case kind if kind in FUNCTIONS:
                yield Forget((text_of(node.child_by_field_name("name")),))
            case kind if kind in _TYPES:
                return
            case _:
                yield Do(Opaque(self._each(named(node))))

    def _declarator(self, node: tree_sitter.Node) -> Iterator[Statement]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if node.type != "variable_declarator" or name is None:
            return
        if name.type == "identifier":
            if value is not None:
                yield Do(Store(text_of(name), self._expression(value)))
                yield from self._bindings(value)
            else:
                # `let x;` is filled in later, nearly always on every path that matters.
                yield Forget((text_of(name),))
            return
        if value is not None:
            yield Do(self._expression(value))
        yield Forget(tuple(_targets(name)))

    def _bindings(self, node: tree_sitter.Node | None) -> Iterator[Statement]:
        """Forget what a destructuring or arithmetic assignment in `node` binds."""
        if node is None:
            return
        if node.type in ("assignment_expression", "augmented_assignment_expression", "update_expression"):
            left = node.child_by_field_name("left") or node.child_by_field_name("argument")
            operator = text_of(node.child_by_field_name("operator"))
            single = left is not None and left.type in ("identifier", "member_expression")
            if left is not None and not (
                single and (node.type == "assignment_expression" or operator in _FILLING)
            ):
                yield Forget(tuple(_targets(left)))

    def _handler(self, node: tree_sitter.Node) -> tuple[Statement, ...]:
        parameter = node.child_by_field_name("parameter")
        targets = (Forget(tuple(_targets(parameter))),) if parameter is not None else ()
        return (*targets, *self._body(node, "body"))

    def _switch(self, node: tree_sitter.Node) -> Switch:
        cases: list[tuple[Statement, ...]] = []
        exhaustive = False
        value = self._field(node, "value")
        always = isinstance(value, Constant)
        body = node.child_by_field_name("body")
        for case in named(body):
            exhaustive = exhaustive or case.type == "switch_default"
            test = case.child_by_field_name("value")
            statements = tuple(
                statement
                for child in case.children_by_field_name("body")
                if child.is_named and child.type != "comment"
                for statement in self._statement(child)
            )
            # `switch (true)` is a chain of conditions.
            if always and test is not None:
                statements = (Branch(self._expression(test), statements),)
            cases.append(statements)
        return Switch(value, tuple(cases), exhaustive, falls=True)

    # Expressions

    def _field(self, node: tree_sitter.Node, field: str) -> Expression:
        child = named_field(node, field)
        return self._expression(child) if child is not None else Opaque()

    def _condition(self, node: tree_sitter.Node) -> Expression:
        if node.type == "expression_statement" and named(node):
            return self._expression(named(node)[0])
        return Constant(True) if node.type == "empty_statement" else self._expression(node)

    def _each(self, nodes: Iterable[tree_sitter.Node]) -> tuple[Expression, ...]:
        return tuple(
            self._expression(node)
            for node in nodes
            if node.type != "comment" and node.type not in _TYPES and node.type not in FUNCTIONS
        )

    def _expression(self, node: tree_sitter.Node) -> Expression:
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
                parts = (self._field(node, "object"), self._field(node, "index"))
                return self._chained(node, parts) if _optional(node) else Opaque(parts, open=True)
            case "parenthesized_expression":
                inner = named(node)
                return self._expression(inner[0]) if len(inner) == 1 else Opaque(self._each(inner))
            case "sequence_expression":
                return Opaque(self._each(named(node)))
            case "await_expression":
                inner = named(node)
                return self._expression(inner[0]) if inner else Opaque()
            case "as_expression" | "satisfies_expression" | "non_null_expression" | "type_assertion":
                return Opaque(
                    self._each(named(node)[:1] if node.type != "type_assertion" else named(node)[-1:])
                )
            case "ternary_expression":
                return Conditional(
                    self._field(node, "condition"),
                    self._field(node, "consequence"),
                    self._field(node, "alternative"),
                )
            case "binary_expression":
                return self._binary(node)
            case "unary_expression":
                operator = text_of(node.child_by_field_name("operator"))
                value = self._field(node, "argument")
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
                value = self._field(node, "right")
                if left is None or left.type not in ("identifier", "member_expression"):
                    targets = (
                        self._each(named(left))
                        if left is not None and left.type == "subscript_expression"
                        else ()
                    )
                    return Opaque((value, *targets))
                owner = named_field(left, "object") if left.type == "member_expression" else None
                store = Store(_path(left), value)
                return Opaque((self._expression(owner), store)) if owner is not None else store
            case "augmented_assignment_expression":
                left = node.child_by_field_name("left")
                operator = text_of(node.child_by_field_name("operator"))
                value = self._field(node, "right")
                old = self._expression(left) if left is not None else Opaque()
                if left is None or operator not in _FILLING:
                    return Opaque((old, value))
                filled = (
                    Either(old, value, coalescing=operator == "??=")
                    if operator != "&&="
                    else Both(old, value)
                )
                return Store(_path(left), filled)
            case "call_expression":
                return self._call(node)
            case kind if kind in FUNCTIONS or kind in _TYPES:
                return Opaque()
            case _:
                return Opaque(self._each(named(node)))

    def _member(self, node: tree_sitter.Node) -> Expression:
        path = _path(node)
        base = self._field(node, "object")
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
            return Opaque(self._each(named(node)))
        left, right = self._expression(left_node), self._expression(right_node)
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
            if isinstance(asked, Read):
                self._checked.setdefault(asked.path, line_of(left_node))
            test: Expression = IsMissing(asked)
        elif {left_node.type, right_node.type} == {"unary_expression", "string"}:
            # typeof x === "undefined", and typeof x === anything else
            argument = left_node if left_node.type == "unary_expression" else right_node
            value = self._field(argument, "argument")
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
            return Opaque(self._each(named(node)))
        callee = _SPACE.sub("", text_of(function))
        positional, _ = arguments_of(node)
        callee_part = self._expression(function)
        values = self._each(positional)
        parts = (callee_part, *values)
        if NEVER.fullmatch(callee):
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
        return Shows(parts, stirs=stirs, open=not gives(callee))


_FILLING = ("??=", "||=", "&&=")


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


def _path(node: tree_sitter.Node) -> str:
    return _SPACE.sub("", text_of(node)).replace("?.", ".").replace("!.", ".")


def _targets(node: tree_sitter.Node) -> Iterator[str]:
    """The names and paths that a pattern binds."""
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield text_of(node)
    elif node.type == "member_expression":
        yield _path(node)
    elif node.type in ("assignment_pattern", "object_assignment_pattern"):
        left = node.child_by_field_name("left")
        if left is not None:
            yield from _targets(left)
    elif node.type == "pair_pattern":
        value = node.child_by_field_name("value")
        if value is not None:
            yield from _targets(value)
    elif node.type != "subscript_expression":
        for child in named(node):
            yield from _targets(child)


def _changed_inside(scope: tree_sitter.Node) -> Iterator[str]:
    """The names that functions nested in a scope assign to: when they run, nobody can tell from here."""
    stack = [(child, False) for child in scope.named_children]
    while stack:
        node, nested = stack.pop()
        nested = nested or node.type in FUNCTIONS
        stack += [(child, nested) for child in node.named_children]
        if nested and node.type in (
            "assignment_expression",
            "augmented_assignment_expression",
            "update_expression",
        ):
            left = node.child_by_field_name("left") or node.child_by_field_name("argument")
            yield from (name.split(".")[0] for name in (_targets(left) if left is not None else ()))


def _parameter_names(node: tree_sitter.Node) -> frozenset[str]:
    single = node.child_by_field_name("parameter")
    listed = [single] if single is not None else named(node.child_by_field_name("parameters"))
    return frozenset(
        name
        for parameter in listed
        if parameter.type != "rest_pattern"
        for name in _targets(parameter.child_by_field_name("pattern") or parameter)
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
