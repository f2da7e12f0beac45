"""What the other methods of a class do with a field: a field that they test may be missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter

from smallsense.skills.nullness.surroundings import Check, path_of, surroundings
from smallsense.skills.nullness.syntax import CLASSES
from smallsense.skills.signature import FUNCTION_TYPES
from smallsense.text.span import Span

_OWN = frozenset({"self", "this"})
TESTED, UNTESTED = "others test it", "others do not test it"


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """The other methods of a class: how many there are, and by field how each that tests it does so."""

    methods: int = 0
    tests: Mapping[str, Sequence[Check]] = field(default_factory=dict)

    def cues(self, value: tree_sitter.Node) -> frozenset[str]:
        """Whether other methods test this field; nothing of other values, and where there are no others."""
        path = path_of(value)
        if not self.methods or not _is_field(path):
            return frozenset()
        return frozenset({TESTED if self.of(path) else UNTESTED})

    def of(self, path: str) -> Sequence[Check]:
        """The first test of a field in each of the other methods that test it."""
        return self.tests.get(path, ())


def habit(function: tree_sitter.Node) -> Habit:
    """What the methods of the class around a function do, but for the one that holds it."""
    owner = function.parent
    while owner is not None and owner.type not in CLASSES:
        owner = owner.parent
    if owner is None:
        return Habit()
    place = Span(function.start_byte, function.end_byte)
    others = [one for one in _methods(owner) if not one.span.contains(place)]
    tests: dict[str, list[Check]] = {}
    for other in others:
        for path, check in other.tests.items():
            tests.setdefault(path, []).append(check)
    return Habit(len(others), tests)


@dataclass(frozen=True, slots=True, eq=False)
class _Method:
    span: Span
    tests: Mapping[str, Check]


@lru_cache(maxsize=64)
def _methods(owner: tree_sitter.Node) -> tuple[_Method, ...]:
    return tuple(
        _Method(
            Span(method.start_byte, method.end_byte),
            {path: checks[0] for path, checks in surroundings(method).checks.items() if _is_field(path)},
        )
        for method in _functions(owner)
    )


def _functions(owner: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The methods of a class, and the functions it puts into fields."""
    body = owner.child_by_field_name("body")
    for member in body.named_children if body is not None else ():
        inner = member.child_by_field_name("definition") or member.child_by_field_name("value") or member
        if inner.type in FUNCTION_TYPES:
            yield inner


def _is_field(path: str) -> bool:
    root, _, rest = path.partition(".")
    return root in _OWN and rest.isidentifier()
