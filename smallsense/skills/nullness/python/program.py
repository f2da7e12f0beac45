"""Python's syntax as a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import tree_sitter

from smallsense.skills.nullness.evidence import evident
from smallsense.skills.nullness.facts import known, settled
from smallsense.skills.nullness.program import (
    Attempt,
    Branch,
    Do,
    Forget,
    Leave,
    Loop,
    Opaque,
    Program,
    Statement,
    Switch,
)
from smallsense.skills.nullness.python.entry import entry
from smallsense.skills.nullness.python.expressions import Expressions
from smallsense.skills.nullness.python.targets import bound, forgetting, identifiers
from smallsense.skills.nullness.syntax import (
    first,
    named,
    named_field,
    text_of,
)
from smallsense.text.derefs import Dereference

_CATCHING = re.compile(r"\b(AttributeError|TypeError|Exception|BaseException)\b")
_SHARING = re.compile(rb"\b(?:global|nonlocal)\b")
_SUPPRESSING = re.compile(r"(contextlib\.)?suppress|pytest\.raises|self\.assertRaises\w*|raises")


def program(node: tree_sitter.Node, dereferences: Iterable[Dereference]) -> Program:
    """Translate a function, or a module without its functions."""
    expressions = Expressions({each.value.id: each for each in dereferences}, known(node))
    body = node.child_by_field_name("body") if node.type != "module" else node
    untracked = frozenset(_bound_elsewhere(node))
    statements = _Statements(expressions).block(body)
    return Program(
        statements, entry(node, expressions.checked), untracked, node, evident(node), settled=settled(node)
    )


class _Statements:
    """Translates the statements of one scope."""

    def __init__(self, expressions: Expressions) -> None:
        self._values = expressions

    def block(self, node: tree_sitter.Node | None) -> tuple[Statement, ...]:
        if node is None:
            return ()
        return tuple(statement for child in named(node) for statement in self._statement(child))

    def _statement(self, node: tree_sitter.Node) -> Iterator[Statement]:
        match node.type:
            case "expression_statement":
                for child in named(node):
                    yield Do(self._values.expression(child))
                    if child.type in ("assignment", "augmented_assignment"):
                        yield from forgetting(
                            child.child_by_field_name("left"), simple=child.type != "assignment"
                        )
            case "if_statement" | "elif_clause":
                yield self._branch(node, list(node.children_by_field_name("alternative")))
            case "while_statement":
                after = node.child_by_field_name("alternative")
                yield Loop(
                    self._values.field(node, "condition"),
                    self.block(node.child_by_field_name("body")),
                    self.block(after.child_by_field_name("body")) if after is not None else (),
                )
            case "for_statement":
                after = node.child_by_field_name("alternative")
                yield Do(self._values.field(node, "right"))
                yield Loop(
                    Opaque(),
                    (
                        *forgetting(node.child_by_field_name("left"), simple=True),
                        *self.block(node.child_by_field_name("body")),
                    ),
                    self.block(after.child_by_field_name("body")) if after is not None else (),
                )
            case "try_statement":
                yield self._try(node)
            case "with_statement":
                yield from self._with(node)
            case "return_statement" | "raise_statement":
                yield Leave("scope", Opaque(self._values.each(named(node))))
            case "break_statement":
                yield Leave("loop")
            case "continue_statement":
                yield Leave("round")
            case "assert_statement":
                parts = named(node)
                if parts:
                    failing: tuple[Statement, ...] = (Leave("scope", Opaque(self._values.each(parts[1:]))),)
                    yield Branch(self._values.expression(parts[0]), (), failing)
            case "match_statement":
                yield self._match(node)
            case "function_definition" | "class_definition" | "decorated_definition":
                inner = node.child_by_field_name("definition") or node
                name = inner.child_by_field_name("name")
                if name is not None:
                    yield Forget((text_of(name),))
            case "delete_statement":
                yield Do(Opaque(self._values.each(named(node))))
                yield Forget(tuple(name for child in named(node) for name in bound(child)))
            case "import_statement" | "import_from_statement" | "global_statement":
                paths = tuple(text_of(child).rpartition(" as ")[2] for child in named(node))
                yield Forget(paths)
            case "comment" | "pass_statement" | "nonlocal_statement" | "future_import_statement":
                return
            case "block":
                yield from self.block(node)
            case _:
                yield Do(Opaque(self._values.each(named(node))))

    def _branch(self, node: tree_sitter.Node, alternatives: list[tree_sitter.Node]) -> Branch:
        no: tuple[Statement, ...] = ()
        if alternatives:
            first, *rest = alternatives
            if first.type == "elif_clause":
                no = (self._branch(first, rest),)
            else:
                no = self.block(first.child_by_field_name("body"))
        return Branch(
            self._values.field(node, "condition"),
            self.block(node.child_by_field_name("consequence")),
            no,
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
                handlers.append((*forgetting(target, simple=True), *self.block(block)))
            elif child.type == "else_clause":
                otherwise = self.block(child.child_by_field_name("body"))
            elif child.type == "finally_clause":
                final = self.block(next((part for part in named(child) if part.type == "block"), None))
        body = self.block(node.child_by_field_name("body"))
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
                    yield Do(self._values.expression(inner))
                    if inner.type == "call" and _SUPPRESSING.fullmatch(
                        text_of(inner.child_by_field_name("function"))
                    ):
                        suppressing = suppressing or _CATCHING.search(text_of(inner)) is not None
                if value.type == "as_pattern":
                    yield from forgetting(value.child_by_field_name("alias"), simple=True)
        body = self.block(node.child_by_field_name("body"))
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
            names = tuple({text_of(name) for part in patterns for name in identifiers(part)})
            guard = clause.child_by_field_name("guard")
            block = self.block(clause.child_by_field_name("consequence"))
            exhaustive = exhaustive or (guard is None and [text_of(part) for part in patterns] == ["_"])
            guarded: tuple[Statement, ...] = (
                (Branch(Opaque(self._values.each(named(guard))), block),) if guard is not None else block
            )
            cases.append((Forget(names), *guarded))
        subject = node.child_by_field_name("subject")
        return Switch(
            self._values.expression(subject) if subject is not None else Opaque(),
            tuple(cases),
            exhaustive,
        )


def _bound_elsewhere(node: tree_sitter.Node) -> Iterator[str]:
    """The names that a `global` or `nonlocal` statement lets several functions change."""
    # To look at every node would take far longer.
    for match in _SHARING.finditer(node.text or b""):
        start = node.start_byte + match.start()
        keyword = node.descendant_for_byte_range(start, start + 1)
        statement = keyword.parent if keyword is not None else None
        if statement is not None and statement.type in ("global_statement", "nonlocal_statement"):
            yield from map(text_of, named(statement))
