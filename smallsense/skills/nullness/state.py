"""What is known of the values of a scope at one point of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from smallsense.skills.nullness.origin import Origin
from smallsense.skills.nullness.paths import mentioned
from smallsense.skills.nullness.program import Expression


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one point: what may be missing, what is known not to be, and named tests."""

    missing: dict[str, Origin] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    tests: dict[str, Expression] = field(default_factory=dict)

    def present(self, paths: Iterable[str]) -> State:
        """The state after learning that these paths hold values."""
        paths = set(paths)
        if not paths:
            return self
        # Paths that share an origin are copies of one value.
        gone = {id(self.missing[path]) for path in paths if path in self.missing}
        missing = {
            p: origin for p, origin in self.missing.items() if p not in paths and id(origin) not in gone
        }
        return State(missing, self.known | paths, self.tests)

    def stirred(self, root: str) -> State:
        """The state after a method of `root` ran, which may have filled any of its attributes."""
        missing = {path: origin for path, origin in self.missing.items() if not path.startswith(root + ".")}
        return State(missing, self.known, self.tests)

    def stored(self, path: str, origin: Origin | None, test: Expression | None = None) -> State:
        """The state after putting a value at `path`."""
        word = re.compile(rf"(?<![\w.]){re.escape(path)}(?!\w)")
        missing = {p: o for p, o in self.missing.items() if p != path and not p.startswith(path + ".")}
        known = frozenset(text for text in self.known if not word.search(text))
        tests = {
            name: kept for name, kept in self.tests.items() if name != path and path not in mentioned(kept)
        }
        if origin is not None:
            missing[path] = origin
        if test is not None and path not in mentioned(test):
            tests[path] = test
        return State(missing, known, tests)


def joined(one: State | None, other: State | None) -> State | None:
    """The state where two ways meet; None is a way that nothing takes."""
    if one is None or other is None:
        return other if one is None else one
    if one is other:
        return one
    tests = {name: test for name, test in one.tests.items() if other.tests.get(name) is test}
    return State({**other.missing, **one.missing}, one.known & other.known, tests)
