"""The suspects of a scope."""

from __future__ import annotations

import tree_sitter

from smallsense.skills.nullness.flow import suspects
from smallsense.skills.nullness.javascript import program as javascript
from smallsense.skills.nullness.program import Program
from smallsense.skills.nullness.python import program as python
from smallsense.skills.nullness.suspect import Suspect
from smallsense.text.derefs import dereferences
from smallsense.text.scope import Scope

LANGUAGES = frozenset({"python", "javascript", "typescript", "tsx"})

MAX_SUSPECTS = 30
"""More than this in one scope means that the analysis misreads it, or that nobody wants to hear of it."""


def suspects_of(scope: Scope) -> list[Suspect]:
    """Return the unguarded dereferences of values that something shows to be missing at times, in order.

    Code with syntax errors has none (it is being typed), nor has code nested too deeply to follow.
    """
    found = [suspect for suspect in candidates_of(scope) if suspect.origin.kind != "unknown"]
    return found if len(found) <= MAX_SUSPECTS else []


def candidates_of(scope: Scope) -> list[Suspect]:
    """Return all dereferences that no guard protects, of values that nothing shows to be there, in order."""
    node = scope.node
    if node is None or node.has_error or scope.snapshot.language.name not in LANGUAGES:
        return []
    try:
        return suspects(_program(scope, node))
    except RecursionError:
        return []


def _program(scope: Scope, node: tree_sitter.Node) -> Program:
    translate = python if scope.snapshot.language.name == "python" else javascript
    return translate.program(node, dereferences(scope))
