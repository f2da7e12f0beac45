"""Guards taken out of code that has them: what they protected then lacks one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter

from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.surroundings import path_of
from smallsense.skills.nullness.syntax import first, named, text_of
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

_MOST = 8000
"""Bytes of a function: in longer ones a guard is one of many, and each costs an analysis of the whole."""

_EXITS = frozenset(
    {"return_statement", "raise_statement", "throw_statement", "continue_statement", "break_statement"}
)
_NOTHING = frozenset({"none", "null", "undefined"})


@dataclass(frozen=True, slots=True)
class _Guard:
    """A test of the value at `path`: the code that makes it, and what is left without it."""

    path: str
    span: Span
    rest: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Unguarded:
    """A function without one of its guards.

    `path` is the value that it protected, whose first use lacks the guard; `before` are the values that
    lacked one already.
    """

    scope: Scope
    path: str
    before: frozenset[str]


def unguarded(scope: Scope) -> Iterator[Unguarded]:
    """The function `scope`, each time without another of its guards.

    Guards of values that are used without one elsewhere, too, are passed over, and those without which the
    function has no new use that lacks one.
    """
    node, snapshot = scope.node, scope.snapshot
    if node is None or node.has_error or len(scope.span) > _MOST:
        return
    before = frozenset(path_of(one.dereference.value) for one in candidates_of(scope))
    for guard in _guards(node, snapshot.source):
        if guard.path in before or guard.path in ("self", "this", "cls"):
            continue
        changed = snapshot.source[: guard.span.start] + guard.rest + snapshot.source[guard.span.end :]
        fresh = Snapshot.open(snapshot.uri, snapshot.language, 1, changed)
        for other in scopes(fresh, "function"):
            if other.span.start == scope.span.start and any(
                path_of(one.dereference.value) == guard.path for one in candidates_of(other)
            ):
                yield Unguarded(other, guard.path, before)
                break


def _guards(top: tree_sitter.Node, source: bytes) -> Iterator[_Guard]:
    stack = [top]
    while stack:
        node = stack.pop()
        stack.extend(reversed(node.named_children))
        match node.type:
            case "if_statement":
                yield from _statement(node, source)
            case "boolean_operator" | "binary_expression":
                yield from _conjunct(node, source)
            case "conditional_expression" if len(node.named_children) == 3:
                value, test, _ = node.named_children
                yield from _kept(node, test, value, None, source)
            case "ternary_expression":
                test, yes, no = (
                    node.child_by_field_name(part) for part in ("condition", "consequence", "alternative")
                )
                yield from _kept(node, test, yes, no, source)
            case "member_expression":
                owner, link = node.child_by_field_name("object"), _link(node)
                if owner is not None and link is not None and _plain(owner):
                    yield _Guard(path_of(owner), Span(link.start_byte, link.end_byte), b".")
            case _:
                pass


def _statement(node: tree_sitter.Node, source: bytes) -> Iterator[_Guard]:
    """`if x: …` gives way to what it protects, `if not x: return` to nothing."""
    tested, positive = _tested(node.child_by_field_name("condition"))
    body = node.child_by_field_name("consequence")
    others = node.children_by_field_name("alternative")
    chained = node.parent is not None and node.parent.type == "else_clause"
    if tested is None or body is None or chained or any(one.type != "else_clause" for one in others):
        return
    span = Span(node.start_byte, node.end_byte)
    statements = named(body) if body.type in ("block", "statement_block") else [body]
    if positive and statements:
        yield _Guard(path_of(tested), span, _outdented(statements, node, source))
    elif not positive and not others and statements and statements[-1].type in _EXITS:
        yield _Guard(path_of(tested), span, b"pass" if body.type == "block" else b"")


def _outdented(statements: list[tree_sitter.Node], node: tree_sitter.Node, source: bytes) -> bytes:
    text = source[statements[0].start_byte : statements[-1].end_byte]
    deeper = statements[0].start_point.column - node.start_point.column
    own_line = statements[0].start_point.row > node.start_point.row
    return text.replace(b"\n" + b" " * deeper, b"\n") if own_line and deeper > 0 else text


def _conjunct(node: tree_sitter.Node, source: bytes) -> Iterator[_Guard]:
    """`x and rest` gives way to `rest`, `rest and x and more` to `rest and more`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = text_of(node.child_by_field_name("operator"))
    if left is None or right is None or operator not in ("and", "&&", "or", "||"):
        return
    wanted = operator in ("and", "&&")
    tested, positive = _tested(left)
    if tested is not None and positive == wanted:
        kept = source[right.start_byte : right.end_byte]
        yield _Guard(path_of(tested), Span(node.start_byte, node.end_byte), kept)
    elif wanted and left.type == node.type and text_of(left.child_by_field_name("operator")) == operator:
        head = left.child_by_field_name("left")
        tested, positive = _tested(left.child_by_field_name("right"))
        if head is not None and tested is not None and positive:
            yield _Guard(path_of(tested), Span(head.end_byte, left.end_byte), b"")


def _kept(
    node: tree_sitter.Node,
    test: tree_sitter.Node | None,
    yes: tree_sitter.Node | None,
    no: tree_sitter.Node | None,
    source: bytes,
) -> Iterator[_Guard]:
    tested, positive = _tested(test)
    kept = yes if positive else no
    if tested is not None and kept is not None:
        span = Span(node.start_byte, node.end_byte)
        yield _Guard(path_of(tested), span, source[kept.start_byte : kept.end_byte])


def _tested(test: tree_sitter.Node | None) -> tuple[tree_sitter.Node | None, bool]:
    """The value that a test is all about, if any, and whether it holds where the value is there."""
    node, positive = test, True
    while node is not None and node.type in ("parenthesized_expression", "not_operator", "unary_expression"):
        if node.type != "parenthesized_expression":
            if node.type == "unary_expression" and text_of(node.child_by_field_name("operator")) != "!":
                return None, True
            positive = not positive
        node = node.child_by_field_name("argument") or first(node)
    if node is None:
        return None, True
    if node.type in ("comparison_operator", "binary_expression"):
        parts = named(node)
        operator = " ".join(text_of(child) for child in node.children if not child.is_named)
        empty = [part.type in _NOTHING for part in parts]
        if empty not in ([True, False], [False, True]) or operator not in _COMPARED:
            return None, True
        node, positive = parts[empty.index(False)], positive == _COMPARED[operator]
    return (node, positive) if _plain(node) and node.type != "this" else (None, True)


_COMPARED = {"is": False, "==": False, "===": False, "is not": True, "!=": True, "!==": True}


def _plain(node: tree_sitter.Node) -> bool:
    """Whether an expression is a name or a dotted name."""
    if node.type in ("identifier", "this"):
        return True
    owner = node.child_by_field_name("object") if node.type in ("attribute", "member_expression") else None
    return owner is not None and _link(node) is None and _plain(owner)


def _link(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The `?.` of a member expression."""
    return next((child for child in node.children if child.type in ("optional_chain", "?.")), None)
