"""Guards that somebody put into a function between two versions of it, and the uses that they mended."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import tree_sitter

from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.surroundings import Check, path_of, surroundings
from smallsense.skills.nullness.suspect import Suspect
from smallsense.text.derefs import dereferences
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.training.wrapped import wrapped

MOST_ADDED, MOST_CHANGED = 8, 3
"""Lines of code that may come at one place, and of those before that may go: more is other work there."""

TESTS = re.compile(r"\b(if|elif|and|or|not|is|while)\b|\?|&&|\|\||!")
"""What a line that tests something has."""

MOST_REWRITTEN = 0.3
"""Of a function that lost a greater share of its lines nothing is said."""

_MOST_BYTES = 8000
_NO_CODE = re.compile(r"\s*(#|//|\*|/\*|$)")
_LONE = frozenset({"self", "this", "cls"})


def functions(snapshot: Snapshot) -> dict[str, str]:
    """The text of every function by its place in the document; those that share one are left out."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    around: list[Scope] = []
    both = [*scopes(snapshot, "class"), *scopes(snapshot, "function")]
    for scope in sorted(both, key=lambda scope: (scope.span.start, -scope.span.end)):
        while around and around[-1].span.end <= scope.span.start:
            around.pop()
        around.append(scope)
        if scope.kind == "function" and scope.name and len(scope.span) <= _MOST_BYTES:
            place = ".".join(one.name for one in around)
            if place in found:
                twice.add(place)
            column = snapshot.line_column(scope.span.start)[1]
            found[place] = " " * column + scope.text
    return {place: text for place, text in found.items() if place not in twice}


def mended_between(before: str, after: str, language: str) -> Iterator[Mapping[str, Any]]:
    """What the version `after` of a function mends in the one `before`: one row for each guarded value.

    A row is as in the files of mined fixes, as far as it is learned from: offsets are bytes of `before`.
    """
    changes = _changes(before, after)
    if not any(change.small for change in changes):
        return
    old, new = _only(before, language), _only(after, language)
    if old is None or new is None:
        return
    (scope, offset), (mended, _) = old, new
    tested, tested_now = _checks(scope), _checks(mended)
    more = {
        path
        for path, checks in tested_now.items()
        if len(checks) > len(tested.get(path, ())) and path not in _LONE and _alone(path, changes)
    }
    if not more:
        return
    # What follows is a hundred times dearer.
    lacking = _by_path(scope)
    if not more & lacking.keys():
        return
    still = _by_path(mended)
    used = {path_of(one.value) for one in dereferences(mended)}
    used |= {path for path, checks in tested_now.items() if any(one.role == "chain" for one in checks)}
    guarded = [path for path in lacking if path in more and path in used and path not in still]
    for path in guarded:
        first, *others = lacking[path]
        unsure = [
            one
            for each, found in lacking.items()
            if each != path and (each not in still or each.startswith(f"{path}."))
            for one in found
        ]
        value = first.dereference.value
        yield {
            "before": before,
            "after": after,
            "lang": language,
            "expr": path,
            "deref_start": value.start_byte - offset,
            "expr_end": value.end_byte - offset,
            "same_expr_derefs": [_span(one, offset) for one in others],
            "also_protected": [_span(one, offset) for one in unsure],
            "fixed_elsewhere": [],
        }


@dataclass(frozen=True, slots=True)
class _Change:
    """One place at which two versions differ: the lines of code that went and came there."""

    lost: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def small(self) -> bool:
        """Whether it may be a guard and no more."""
        few = len(self.added) <= MOST_ADDED and len(self.lost) <= min(MOST_CHANGED, len(self.added))
        return few and any(TESTS.search(line) for line in self.added)

    def mentions(self, path: str) -> bool:
        """Whether it is about the value at `path`."""
        return any(_mentions(line, path) for line in (*self.lost, *self.added))

    def guards(self, path: str) -> bool:
        """Whether it may guard the value at `path`, and does little else."""
        return (
            self.small
            and any(TESTS.search(line) and _mentions(line, path) for line in self.added)
            and all(_mentions(line, path) and not _assigns(line, path) for line in self.lost)
        )


def _alone(path: str, changes: Sequence[_Change]) -> bool:
    """Whether all that was changed about the value at `path` is that it is guarded now."""
    about = [change for change in changes if change.mentions(path)]
    return bool(about) and all(change.guards(path) for change in about)


def _changes(before: str, after: str) -> list[_Change]:
    """Where the later version differs; nothing where it takes other parameters or is all new."""
    old, new = ([line.strip() for line in text.strip().splitlines()] for text in (before, after))
    if old[0] != new[0]:
        return []
    # A line that is in both was moved.
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if gone.total() > MOST_CHANGED and gone.total() > MOST_REWRITTEN * len(old):
        return []
    found: list[_Change] = []
    for kind, start, end, now, until in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            lost = tuple(line for line in old[start:end] if line in gone and not _NO_CODE.match(line))
            added = tuple(line for line in new[now:until] if line in come and not _NO_CODE.match(line))
            if lost or added:
                found.append(_Change(lost, added))
    return found


def _mentions(line: str, path: str) -> bool:
    if path.isidentifier():
        return re.search(rf"(?<![\w$]){path}(?![\w$])", line) is not None
    return path in "".join(line.split())


def _assigns(line: str, path: str) -> bool:
    return re.match(rf"(?:(?:const|let|var)\s+)?{re.escape(path)}\s*(?::[^=]*)?=[^=]", line) is not None


def _only(text: str, language: str) -> tuple[Scope, int] | None:
    """The outermost function of a text, and how many bytes were put before the text."""
    snapshot, offset = wrapped(text, language)
    scope = next(scopes(snapshot, "function"), None)
    return (scope, offset) if scope is not None else None


def _checks(scope: Scope) -> dict[str, list[Check]]:
    """How the value at each path is tested."""
    if scope.node is None or scope.node.has_error:
        return {}
    checks = surroundings(scope.node).checks
    return {path: [one for one in found if not _asserted(one.node)] for path, found in checks.items()}


def _asserted(node: tree_sitter.Node) -> bool:
    """Whether a test is part of an assertion: most of those tell a type checker what people know."""
    around: tree_sitter.Node | None = node
    while around is not None and not around.type.endswith(("_statement", "block", "_definition")):
        around = around.parent
    return around is not None and around.type == "assert_statement"


def _by_path(scope: Scope) -> dict[str, list[Suspect]]:
    found: dict[str, list[Suspect]] = {}
    for one in candidates_of(scope):
        found.setdefault(path_of(one.dereference.value), []).append(one)
    return found


def _span(suspect: Suspect, offset: int) -> list[int]:
    value = suspect.dereference.value
    return [value.start_byte - offset, value.end_byte - offset]
