"""The guards offered for a suspect: those that are proven to silence it."""

from __future__ import annotations

from dataclasses import replace

import tree_sitter

from smallsense.skills.finding import Fix
from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.guards import guards
from smallsense.skills.nullness.site import site_of
from smallsense.skills.nullness.suspect import Suspect
from smallsense.skills.nullness.syntax import text_of
from smallsense.text.scope import Scope
from smallsense.text.span import Span

MAX_FIXES = 3


def fixes(scope: Scope, suspect: Suspect) -> tuple[Fix, ...]:
    """Return up to `MAX_FIXES` guards, best first. Every one of them parses and silences the suspect."""
    before = _evident(candidates_of(scope))
    found: list[Fix] = []
    for fix in guards(site_of(scope, suspect)):
        if len(found) == MAX_FIXES:
            break
        if _silences(scope, suspect, fix, before):
            found.append(fix)
    return tuple(found)


def _silences(scope: Scope, suspect: Suspect, fix: Fix, before: int) -> bool:
    """Whether the fix leaves the scope without this suspect, without a new one and without a syntax error."""
    after = scope.snapshot.edited(fix.edits, scope.snapshot.version)
    if after.tree is None or after.errors.count > scope.snapshot.errors.count or scope.node is None:
        return False
    node = _same(after.tree.root_node, scope.node)
    if node is None:
        return False
    start = suspect.dereference.value.start_byte
    moved = start + sum(
        len(edit.text.encode()) - len(edit.span) for edit in fix.edits if edit.span.end <= start
    )
    grown = len(after.source) - len(scope.snapshot.source)
    span = Span(scope.span.start, scope.span.end + grown)
    left = candidates_of(replace(scope, snapshot=after, node=node, span=span))
    # Other values may start at the same place: `rows` in `rows.find(…)?.name`.
    value = suspect.dereference.value
    names = {text_of(value), *(edit.text for edit in fix.edits if edit.span.start == value.start_byte)}
    gone = not any(
        each.dereference.value.start_byte == moved and text_of(each.dereference.value) in names
        for each in left
    )
    return gone and _evident(left) <= before - _evident([suspect])


def _evident(suspects: list[Suspect]) -> int:
    """How many there are of values that something shows to be missing at times."""
    return sum(suspect.origin.kind != "unknown" for suspect in suspects)


def _same(root: tree_sitter.Node, node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The node of the new tree that stands where `node` stood in the old one."""
    if node.parent is None:
        return root
    found = root.descendant_for_byte_range(node.start_byte, node.start_byte)
    while found is not None and not (found.type == node.type and found.start_byte == node.start_byte):
        found = found.parent
    return found
