"""The scopes of a document: its functions, its classes, the module itself, and what a user has selected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import tree_sitter

from smallsense.text.languages import query
from smallsense.text.scope import Kind, Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

# Languages in which a blank line belongs to a block by its indentation, not by a brace after it.
_INDENTED = frozenset({"python"})

# Nodes that stand before a declaration and belong to it.
_ATTACHED = frozenset({"decorator", "attribute_item"})


def scopes(snapshot: Snapshot, kind: Kind, within: Span | None = None) -> Iterator[Scope]:
    """Every scope of that kind, in the order of their starts; `within` leaves out those that don't touch it.

    A function or class without a name of its own has the one of the variable, field or key it is put into,
    else an empty one. Its span takes in decorators, attributes, `export` and `template<…>`.
    A "selection" is nothing a document has: there are none.
    """
    if snapshot.too_large:
        return
    match kind:
        case "module":
            yield module(snapshot)
        case "function" | "class":
            yield from sorted(
                _declared(snapshot, kind, within), key=lambda scope: (scope.span.start, -scope.span.end)
            )
        case _:
            return


def module(snapshot: Snapshot) -> Scope:
    """The whole document."""
    node = snapshot.tree.root_node if snapshot.tree is not None else None
    return Scope("module", snapshot, Span(0, len(snapshot.source)), node=node)


def selection(snapshot: Snapshot, span: Span) -> Scope:
    """What the user has selected, with the smallest syntax node that holds it.

    Raises:
        ValueError: when the span leaves the document.
    """
    if span.end > len(snapshot.source):
        raise ValueError(f"[{span.start}, {span.end}) leaves the document")
    node = None
    if snapshot.tree is not None:
        node = snapshot.tree.root_node.descendant_for_byte_range(span.start, span.end)
    return Scope("selection", snapshot, span, node=node)


def scope_at(
    snapshot: Snapshot, offset: int, kinds: Iterable[Kind] = ("function", "class", "module")
) -> Scope | None:
    """The innermost scope of one of these kinds around a byte offset, with `cursor` set to it.

    A scope holds its own start and end. With "module" among the kinds there is always one, except in a
    document that is too large. In Python a blank line belongs to the block its indentation puts it in.
    """
    wanted = frozenset(kinds)
    if snapshot.too_large or not 0 <= offset <= len(snapshot.source):
        return None
    probe, indentation = _probe(snapshot, offset)
    near = Span(max(0, probe - 1), min(len(snapshot.source), probe + 1))
    around: list[Scope] = []
    kind: Literal["function", "class"]
    for kind in ("function", "class"):
        if kind in wanted:
            around += [
                scope
                for scope in _declared(snapshot, kind, near)
                if scope.span.start <= probe <= scope.span.end
                and (
                    indentation is None
                    or (scope.node is not None and scope.node.start_point.column < indentation)
                )
            ]
    if around:
        # One that ends where another starts gives way to it.
        found = min(around, key=lambda scope: (scope.span.end == probe and probe == offset, len(scope.span)))
    elif "module" in wanted:
        found = module(snapshot)
    else:
        return None
    return Scope(found.kind, snapshot, found.span, found.name, found.node, cursor=offset)


def _probe(snapshot: Snapshot, offset: int) -> tuple[int, int | None]:
    """Where to look for the scope of a cursor, and the column a block must start before to hold it."""
    if snapshot.language.name not in _INDENTED:
        return offset, None
    line, column = snapshot.line_column(offset)
    start = snapshot.line_starts[line]
    if snapshot.source[start : snapshot.line_span(line).end].strip():
        return offset, None
    return len(snapshot.source[:offset].rstrip()), column


def _declared(snapshot: Snapshot, kind: Literal["function", "class"], within: Span | None) -> Iterator[Scope]:
    patterns = query(snapshot.language, "scopes")
    if patterns is None or snapshot.tree is None:
        return
    cursor = tree_sitter.QueryCursor(patterns)
    if within is not None:
        cursor.set_byte_range(within.start, max(within.end, within.start + 1))
    nodes: dict[int, tree_sitter.Node] = {}
    names: dict[int, str] = {}
    spans: dict[int, Span] = {}
    for _, captures in cursor.matches(snapshot.tree.root_node):
        for node in captures.get(kind, ()):
            nodes[node.id] = node
            around = [node, *captures.get("outer", ())]
            start, end = min(_start(each) for each in around), max(each.end_byte for each in around)
            old = spans.get(node.id, Span(start, end))
            spans[node.id] = Span(min(old.start, start), max(old.end, end))
            for name in captures.get("name", ()):
                names.setdefault(node.id, _name(name))
    for identity, node in nodes.items():
        span = spans[identity]
        if within is None or span.overlaps(within):
            yield Scope(kind, snapshot, span, names.get(identity, ""), node)


def _start(node: tree_sitter.Node) -> int:
    """Where a node starts with the decorators and attributes that stand beside it."""
    while (before := node.prev_named_sibling) is not None and before.type in _ATTACHED:
        node = before
    return node.start_byte


def _name(node: tree_sitter.Node) -> str:
    """The name in a declarator: C wraps it in pointers, references and parameters."""
    while (inner := _declarator(node)) is not None:
        node = inner
    return (node.text or b"").decode("utf-8", "surrogatepass")


def _declarator(node: tree_sitter.Node) -> tree_sitter.Node | None:
    if node.type == "operator_cast":
        return None
    inner = node.child_by_field_name("declarator")
    if inner is None and node.type in ("parenthesized_declarator", "reference_declarator"):
        inner = node.named_child(0)
    return inner
