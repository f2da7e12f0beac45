"""What a verdict on a function depends on: its text, and what the document around it says of its values."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

import tree_sitter

from smallsense.skills.nullness.evidence import evident
from smallsense.skills.nullness.facts import known, settled
from smallsense.skills.nullness.habit import habit
from smallsense.skills.nullness.syntax import CLASSES, line_of, named, text_of
from smallsense.text.scope import Scope

_OUTERMOST = frozenset({"module", "program"})
_CONSTRUCTORS = frozenset({"__init__", "constructor"})


def outside(scope: Scope) -> Hashable | None:
    """Return a value that is equal for equal functions in surroundings that mean the same; None for a module.

    It holds the function's line, which messages name, and its document, whose name tells tests.
    """
    node = scope.node
    if node is None or scope.kind != "function":
        return None
    line, column = scope.snapshot.line_column(scope.span.start)
    before = scope.snapshot.source[scope.span.start - column : scope.span.start]
    around: list[str] = []
    parent = node.parent
    while parent is not None and parent.type not in _OUTERMOST:
        if parent.type in CLASSES:
            around.append(_frame(parent))
        elif parent.child_by_field_name("parameters") is not None:
            around.append(text_of(parent))
        parent = parent.parent
    told = known(node)
    facts = (
        evident(node),
        settled(node),
        told.giving,
        told.ending,
        frozenset(told.lacking.items()),
        _tests(scope, node),
    )
    return (scope.snapshot.uri, line, before, scope.source, tuple(around), facts)


def _tests(scope: Scope, node: tree_sitter.Node) -> Hashable:
    """Where other methods of the class test the fields that the function names."""
    others, text = habit(node), scope.text
    lines = {
        path: tuple(line_of(check.node) for check in checks)
        for path, checks in others.tests.items()
        if path in text
    }
    return others.methods > 0, frozenset(lines.items())


@lru_cache(maxsize=64)
def _frame(owner: tree_sitter.Node) -> str:
    """A class without the bodies of its methods, its constructor aside."""
    kept: list[str] = []
    for member in named(owner.child_by_field_name("body")):
        inner = member.child_by_field_name("definition") or member
        name, body = inner.child_by_field_name("name"), inner.child_by_field_name("body")
        whole = body is None or text_of(name) in _CONSTRUCTORS
        kept.append(text_of(member) if whole else text_of(name))
    return "\n".join(kept)
