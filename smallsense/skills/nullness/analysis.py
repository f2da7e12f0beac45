"""The suspects of a scope."""

from __future__ import annotations

import tree_sitter

from smallsense.skills.nullness import javascript_program, python_program
from smallsense.skills.nullness.flow import Suspect, suspects
from smallsense.skills.nullness.program import Program
from smallsense.text.derefs import dereferences
from smallsense.text.scope import Scope

LANGUAGES = frozenset({"python", "javascript", "typescript", "tsx"})

MAX_SUSPECTS = 30
"""More than this in one scope means that the analysis misreads it, or that nobody wants to hear of it."""


def suspects_of(scope: Scope) -> list[Suspect]:
    """Return the unguarded dereferences of values that may be missing, in document order.

    Code with syntax errors has none (it is being typed), nor has code nested too deeply to follow.
    """
    node = scope.node
    if node is None or node.has_error or scope.snapshot.language.name not in LANGUAGES:
        return []
    try:
        found = suspects(_program(scope, node))
    except RecursionError:
        return []
    return found if len(found) <= MAX_SUSPECTS else []


def _program(scope: Scope, node: tree_sitter.Node) -> Program:
    translate = python_program if scope.snapshot.language.name == "python" else javascript_program
    return translate.program(node, dereferences(scope))
