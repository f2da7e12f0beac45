"""Where a docstring goes, and how it is set into the text there."""

from __future__ import annotations

import tree_sitter

from smallsense.text.scope import Scope
from smallsense.text.span import Span


def documented(scope: Scope, node: tree_sitter.Node) -> bool:
    """Whether the function or class has a docstring already."""
    if scope.snapshot.language.name != "python":
        return scope.snapshot.source[: scope.span.start].rstrip().endswith(b"*/")
    body = node.child_by_field_name("body")
    first = next((child for child in body.named_children if child.type != "comment"), None) if body else None
    return first is not None and (
        first.type == "string"
        or (
            first.type == "expression_statement"
            and bool(first.named_children)
            and first.named_children[0].type in ("string", "concatenated_string")
        )
    )


def place_of(scope: Scope, node: tree_sitter.Node) -> Span | None:
    """Where the docstring goes: a stretch that it replaces, or None where there is no fit place."""
    body = node.child_by_field_name("body")
    if body is None:
        return None
    source = scope.snapshot.source
    if scope.snapshot.language.name == "python":
        start = body.start_byte
        colon = source.rfind(b":", scope.span.start, start)
        if colon < 0:
            return None
        between = source[colon + 1 : start]
        if not between.strip() and b"\n" not in between:
            return Span(colon + 1, start)
        return Span(start, start) if _own_line(scope, start) else None
    # A function that stands inside an expression has no place of its own for a comment.
    return Span(scope.span.start, scope.span.start) if _own_line(scope, scope.span.start) else None


def placed(scope: Scope, node: tree_sitter.Node, place: Span, text: str, indent: str) -> str:
    """The docstring `text` with the line breaks and blanks that set it apart at `place`."""
    if scope.snapshot.language.name == "python" and len(place):
        return f"\n{indent}{text}\n{indent}"
    if (
        scope.snapshot.language.name == "python"
        and len(place) == 0
        and node.start_point.row == _row(scope, place)
    ):
        return f"\n{indent}{text}\n{indent}"
    return f"{text}\n{indent}"


def _row(scope: Scope, place: Span) -> int:
    return scope.snapshot.line_column(place.start)[0]


def _own_line(scope: Scope, offset: int) -> bool:
    line, column = scope.snapshot.line_column(offset)
    start = scope.snapshot.line_starts[line]
    return not scope.snapshot.source[start : start + column].strip()


def body_start(scope: Scope, node: tree_sitter.Node) -> int:
    """Where the body starts (bytes); the scope's own start where it has none."""
    body = node.child_by_field_name("body")
    return body.start_byte if body is not None else scope.span.start


def indentation(scope: Scope, offset: int) -> str:
    """The blanks before a place; where it is not first on its line, those of the line and four more."""
    line, column = scope.snapshot.line_column(offset)
    start = scope.snapshot.line_starts[line]
    before = scope.snapshot.source[start : start + column].decode("utf-8", "ignore")
    blanks = before[: len(before) - len(before.lstrip())]
    return before if not before.strip() else blanks + "    "
