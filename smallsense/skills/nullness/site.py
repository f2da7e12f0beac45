"""The surroundings of a suspect that a fix has to fit into."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import tree_sitter

from smallsense.skills.nullness.javascript.kinds import FUNCTIONS
from smallsense.skills.nullness.suspect import Suspect
from smallsense.skills.nullness.syntax import text_of
from smallsense.text.scope import Scope

_BLOCKS = frozenset({"block", "module", "statement_block", "program"})
_LOOPS = frozenset({"for_statement", "while_statement", "for_in_statement", "do_statement"})
_SOMETIMES = frozenset(
    {
        "boolean_operator",
        "conditional_expression",
        "ternary_expression",
        "lambda",
        "list_comprehension",
        "set_comprehension",
        "dictionary_comprehension",
        "generator_expression",
        "elif_clause",
        "else_clause",
        "switch_case",
        "case_clause",
        "catch_clause",
        "except_clause",
        "finally_clause",
    }
)
_SHORT_CIRCUIT = frozenset({"&&", "||", "??"})


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where a suspect stands.

    `statement` is the statement around it that stands in a block of its own line, or None; `always` says
    whether the use happens whenever the statement starts; `in_loop` whether a loop of the scope is around it.
    `indent` are the blanks before the statement, `unit` one level of indentation.
    """

    scope: Scope
    suspect: Suspect
    statement: tree_sitter.Node | None
    always: bool
    in_loop: bool
    indent: str
    unit: str
    newline: str

    @property
    def value(self) -> tree_sitter.Node:
        """The expression that may be missing."""
        return self.suspect.dereference.value

    @property
    def python(self) -> bool:
        """Whether the document is Python."""
        return self.scope.snapshot.language.name == "python"


def site_of(scope: Scope, suspect: Suspect) -> Site:
    """Return the surroundings of a suspect of `scope`."""
    value = suspect.dereference.value
    statement, always = _statement(value, scope.node)
    if statement is not None and not _first_on_line(scope, statement.start_byte):
        statement = None
    indent = _blanks(scope, statement.start_byte) if statement is not None else ""
    return Site(
        scope,
        suspect,
        statement,
        always,
        statement is not None and _in_loop(statement, scope.node),
        indent,
        _unit(scope, statement),
        "\r\n" if b"\r\n" in scope.snapshot.source else "\n",
    )


def path_like(node: tree_sitter.Node) -> bool:
    """Whether an expression is a name or a dotted name: reading it twice gives the same."""
    if node.type in ("identifier", "this"):
        return True
    if (
        node.type in ("attribute", "member_expression")
        and "?." not in text_of(node)
        and "\n" not in text_of(node)
    ):
        target = node.child_by_field_name("object")
        return target is not None and path_like(target)
    return False


def _statement(value: tree_sitter.Node, top: tree_sitter.Node | None) -> tuple[tree_sitter.Node | None, bool]:
    always = True
    node = value
    while node.parent is not None and node != top:
        parent = node.parent
        if parent.type in _BLOCKS:
            return node, always
        if parent.type in FUNCTIONS or parent.type in ("function_definition", "lambda"):
            return None, False
        if parent.type in _SOMETIMES:
            always = False
        operator = parent.child_by_field_name("operator")
        if parent.type == "binary_expression" and operator is not None and operator.type in _SHORT_CIRCUIT:
            always = False
        # The test of a loop is made again and again, its first evaluation only is guarded from outside.
        if parent.type in ("while_statement", "do_statement"):
            always = False
        if parent.type == "for_statement" and parent.child_by_field_name("right") != node:
            always = False
        node = parent
    return None, False


def _in_loop(statement: tree_sitter.Node, top: tree_sitter.Node | None) -> bool:
    node = statement.parent
    while node is not None and node != top:
        if node.type in _LOOPS:
            return True
        if node.type in FUNCTIONS or node.type == "function_definition":
            return False
        node = node.parent
    return False


def _line_start(scope: Scope, offset: int) -> int:
    return scope.snapshot.line_starts[scope.snapshot.line_column(offset)[0]]


def _first_on_line(scope: Scope, offset: int) -> bool:
    return not scope.snapshot.source[_line_start(scope, offset) : offset].strip()


def _blanks(scope: Scope, offset: int) -> str:
    return scope.snapshot.source[_line_start(scope, offset) : offset].decode("utf-8", "replace")


def _unit(scope: Scope, statement: tree_sitter.Node | None) -> str:
    """One level of indentation, as most blocks around the statement show it, or else those of the file."""
    steps: Counter[str] = Counter()
    node = statement
    while node is not None and node.parent is not None:
        parent = node.parent
        if parent.type in _BLOCKS and parent.parent is not None:
            inner, outer = _blanks(scope, node.start_byte), _leading(scope, parent.parent.start_byte)
            if inner.startswith(outer) and len(inner) > len(outer) and not inner.strip():
                steps[inner[len(outer) :]] += 1
        node = parent
    if steps:
        return min(steps, key=lambda step: (-steps[step], len(step)))
    if b"\n\t" in scope.snapshot.source:
        return "\t"
    return "    " if scope.snapshot.language.name == "python" else "  "


def _leading(scope: Scope, offset: int) -> str:
    line = scope.snapshot.slice(scope.snapshot.line_span(scope.snapshot.line_column(offset)[0]))
    return line[: len(line) - len(line.lstrip())]
