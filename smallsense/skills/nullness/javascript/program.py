"""JavaScript's and TypeScript's syntax as a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import tree_sitter

from smallsense.skills.nullness.evidence import evident
from smallsense.skills.nullness.facts import known, settled
from smallsense.skills.nullness.javascript.entry import entry
from smallsense.skills.nullness.javascript.expressions import Expressions
from smallsense.skills.nullness.javascript.kinds import FUNCTIONS, MAYBE_STORING, TYPES
from smallsense.skills.nullness.javascript.targets import bound, changed_inside
from smallsense.skills.nullness.program import (
    Attempt,
    Branch,
    Constant,
    Do,
    Forget,
    Leave,
    Loop,
    Opaque,
    Program,
    Statement,
    Store,
    Switch,
)
from smallsense.skills.nullness.syntax import (
    named,
    named_field,
    text_of,
)
from smallsense.text.derefs import Dereference


def program(node: tree_sitter.Node, dereferences: Iterable[Dereference]) -> Program:
    """Translate a function, or a module without its functions."""
    expressions = Expressions({each.value.id: each for each in dereferences}, known(node))
    body = node.child_by_field_name("body") if node.type in FUNCTIONS else node
    if body is None:
        statements: tuple[Statement, ...] = ()
    elif body.type in ("statement_block", "program"):
        statements = _Statements(expressions).block(body)
    else:
        statements = (Leave("scope", expressions.expression(body)),)
    started = entry(node, expressions.checked)
    untracked = frozenset(changed_inside(node))
    return Program(statements, started, untracked, node, evident(node), "null", settled(node))


class _Statements:
    """Translates the statements of one scope."""

    def __init__(self, expressions: Expressions) -> None:
        self._values = expressions

    def block(self, node: tree_sitter.Node | None) -> tuple[Statement, ...]:
        return tuple(statement for child in named(node) for statement in self._statement(child))

    def _body(self, node: tree_sitter.Node, field: str) -> tuple[Statement, ...]:
        child = named_field(node, field)
        return tuple(self._statement(child)) if child is not None else ()

    def _statement(self, node: tree_sitter.Node) -> Iterator[Statement]:
        match node.type:
            case "statement_block":
                yield from self.block(node)
            case "expression_statement":
                for child in named(node):
                    yield Do(self._values.expression(child))
                    yield from self._bindings(child)
            case "lexical_declaration" | "variable_declaration":
                for declarator in named(node):
                    yield from self._declarator(declarator)
            case "if_statement":
                alternative = node.child_by_field_name("alternative")
                no = self.block(alternative) if alternative is not None else ()
                yield Branch(self._values.field(node, "condition"), self._body(node, "consequence"), no)
            case "while_statement":
                yield Loop(self._values.field(node, "condition"), self._body(node, "body"))
            case "do_statement":
                yield Loop(self._values.field(node, "condition"), self._body(node, "body"), once=True)
            case "for_statement":
                yield from self._body(node, "initializer")
                step = named_field(node, "increment")
                condition = named_field(node, "condition")
                test = self._values.condition(condition) if condition is not None else Constant(True)
                yield Loop(
                    test,
                    self._body(node, "body"),
                    step=(Do(self._values.expression(step)), *self._bindings(step))
                    if step is not None
                    else (),
                )
            case "for_in_statement":
                yield Do(self._values.field(node, "right"))
                left = named_field(node, "left")
                targets = (Forget(tuple(bound(left))),) if left is not None else ()
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
                yield Leave("scope", Opaque(self._values.each(named(node))))
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
            case kind if kind in TYPES:
                return
            case _:
                yield Do(Opaque(self._values.each(named(node))))

    def _declarator(self, node: tree_sitter.Node) -> Iterator[Statement]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if node.type != "variable_declarator" or name is None:
            return
        if name.type == "identifier":
            if value is not None:
                yield Do(Store(text_of(name), self._values.expression(value)))
                yield from self._bindings(value)
            else:
                # `let x;` is filled in later, nearly always on every path that matters.
                yield Forget((text_of(name),))
            return
        if value is not None:
            yield Do(self._values.expression(value))
        yield Forget(tuple(bound(name)))

    def _bindings(self, node: tree_sitter.Node | None) -> Iterator[Statement]:
        """Forget what a destructuring or arithmetic assignment in `node` binds."""
        if node is None:
            return
        if node.type in ("assignment_expression", "augmented_assignment_expression", "update_expression"):
            left = node.child_by_field_name("left") or node.child_by_field_name("argument")
            operator = text_of(node.child_by_field_name("operator"))
            single = left is not None and left.type in ("identifier", "member_expression")
            if left is not None and not (
                single and (node.type == "assignment_expression" or operator in MAYBE_STORING)
            ):
                yield Forget(tuple(bound(left)))

    def _handler(self, node: tree_sitter.Node) -> tuple[Statement, ...]:
        parameter = node.child_by_field_name("parameter")
        targets = (Forget(tuple(bound(parameter))),) if parameter is not None else ()
        return (*targets, *self._body(node, "body"))

    def _switch(self, node: tree_sitter.Node) -> Switch:
        cases: list[tuple[Statement, ...]] = []
        exhaustive = False
        value = self._values.field(node, "value")
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
                statements = (Branch(self._values.expression(test), statements),)
            cases.append(statements)
        return Switch(value, tuple(cases), exhaustive, falls=True)
