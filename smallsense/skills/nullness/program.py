"""A program reduced to what can be missing: the same few forms for every language.

A language's own module translates its syntax tree into these; `flow` runs them. What has no bearing on
missing values is `Opaque`. Paths are dotted names (`m`, `self.node`).
"""

from __future__ import annotations

from dataclasses import dataclass

import tree_sitter

from smallsense.skills.nullness.origin import Origin
from smallsense.text.derefs import Dereference


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """Evaluates `parts` in order; its own value is not known to be missing.

    With `open` it is not known to be there either (an element, an awaited result).
    """

    parts: tuple[Expression, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A literal of which only the truth matters."""

    truth: bool


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """None, null or undefined itself."""

    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """The value at a path. `base` is evaluated first (the object of an attribute).

    `origin` is why it may be missing though nothing in the scope says so; `optional` marks a link of an
    optional chain, which is missing when its base is.
    """

    path: str
    base: Expression | None = None
    origin: Origin | None = None
    optional: bool = False

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a container: what one holds tells nothing of what it held before."""
        return self.path.endswith("]")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A call whose result may be missing. `text` identifies calls that give the same again."""

    text: str
    origin: Origin
    parts: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """The value of `value`, at a place that fails when it is missing."""

    value: Expression
    dereference: Dereference


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    """`left and right`."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """`left or right`; with `coalescing`, right is taken only where left is missing (`??`)."""

    left: Expression
    right: Expression
    coalescing: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """`not value`."""

    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """`yes if test else no`."""

    test: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True, eq=False)
class IsMissing:
    """True exactly where `value` is missing."""

    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Shows:
    """True only where none of `values` is missing, and each call in `texts` gives a value.

    `stirs` is the object whose own method is called: what its attributes hold afterwards is not known.
    With `open` its own value may be anything: it is the result of a call.
    """

    values: tuple[Expression, ...]
    texts: tuple[str, ...] = ()
    stirs: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """A call that does not return unless each of `values` holds (an assertion)."""

    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """Put `value` at `path`; the value of the whole is `value`'s."""

    path: str
    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Inline:
    """Statements inside an expression: the loops of a comprehension."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Never:
    """A call that does not return."""

    parts: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Do:
    """Evaluate an expression."""

    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Forget:
    """The paths get values of which nothing is known."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """if / else."""

    test: Expression
    yes: tuple[Statement, ...]
    no: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """Repeat `body`, while `test` holds or for each thing there is; `after` runs unless a break left it.

    `step` runs between rounds; with `once` the body runs before the first test.
    """

    test: Expression
    body: tuple[Statement, ...]
    after: tuple[Statement, ...] = ()
    step: tuple[Statement, ...] = ()
    once: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """try; `catches` says whether a failing dereference in `body` is caught here."""

    body: tuple[Statement, ...]
    handlers: tuple[tuple[Statement, ...], ...] = ()
    otherwise: tuple[Statement, ...] = ()
    final: tuple[Statement, ...] = ()
    catches: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Switch:
    """One of `cases`, or none of them unless `exhaustive`; with `falls`, each runs on into the next."""

    value: Expression
    cases: tuple[tuple[Statement, ...], ...]
    exhaustive: bool = False
    falls: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Leave:
    """return or raise ("scope"), break ("loop"), continue ("round"), after evaluating `value`."""

    target: str
    value: Expression | None = None


Expression = (
    Opaque
    | Constant
    | Missing
    | Read
    | Source
    | Use
    | Both
    | Either
    | Not
    | Conditional
    | IsMissing
    | Shows
    | Demand
    | Store
    | Inline
    | Never
)
Statement = Do | Forget | Branch | Loop | Attempt | Switch | Leave


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A scope's statements, the paths that may be missing when it starts, and the roots nobody can follow.

    A root is untracked when code outside the scope's own flow (a nested function, `global`) may change it,
    and evident when it names what is always there (a module, a class, a function). `nothing` is what the
    language calls a missing value. Paths are settled that hold a value as the scope starts.
    """

    statements: tuple[Statement, ...]
    entry: dict[str, Origin]
    untracked: frozenset[str]
    node: tree_sitter.Node
    evident: frozenset[str] = frozenset()
    nothing: str = "None"
    settled: frozenset[str] = frozenset()
