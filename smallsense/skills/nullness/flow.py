"""Follow a program and tell which dereferences meet a value that may be missing.

This is the structural veto: what a guard, an assertion, an early exit, a new assignment or a handler protects
never comes out of here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from smallsense.skills.nullness.evidence import SELF, WELL_KNOWN
from smallsense.skills.nullness.origin import Origin, unknown
from smallsense.skills.nullness.paths import path_of, shown
from smallsense.skills.nullness.program import (
    Attempt,
    Both,
    Branch,
    Conditional,
    Constant,
    Demand,
    Do,
    Either,
    Expression,
    Forget,
    Inline,
    IsMissing,
    Leave,
    Loop,
    Missing,
    Never,
    Not,
    Opaque,
    Program,
    Read,
    Shows,
    Source,
    Statement,
    Store,
    Switch,
    Use,
)
from smallsense.skills.nullness.state import State, joined
from smallsense.skills.nullness.suspect import Suspect, fits, likely_missing
from smallsense.text.derefs import Dereference

MAX_NESTED_ROUNDS = 4
"""Loops nested deeper than this are walked once instead of twice: the work would double with each level."""


def suspects(program: Program) -> list[Suspect]:
    """Return the dereferences that may meet a missing value, in document order.

    Those of values that nothing shows to be missing or to be there have an origin of the kind `unknown`.
    """
    walk = _Walk(program)
    walk.run(program.statements, State(dict(program.entry), program.settled))
    return sorted(walk.found.values(), key=lambda each: each.dereference.value.start_byte)


_TESTS = (IsMissing, Not, Both, Shows, Read)


class _Walk:
    """One run over a program. States flow through it; what it gathers is `found`."""

    def __init__(self, program: Program) -> None:
        self.found: dict[int, Suspect] = {}
        self._untracked = program.untracked
        self._evident = program.evident
        self._nothing = program.nothing
        self._quiet = 0
        self._depth = 0
        self._breaks: list[State | None] = []
        self._continues: list[State | None] = []
        self._raised: list[State | None] = []

    # Statements

    def run(self, statements: tuple[Statement, ...], state: State | None) -> State | None:
        for statement in statements:
            if state is None:
                return None
            self._may_raise(state)
            state = self._step(statement, state)
            self._may_raise(state)
        return state

    def _may_raise(self, state: State | None) -> None:
        for index, raised in enumerate(self._raised):
            self._raised[index] = joined(raised, state)

    def _step(self, statement: Statement, state: State) -> State | None:
        match statement:
            case Do(value=value):
                return self._value(value, state)[0]
            case Forget(paths=paths):
                for path in paths:
                    state = state.stored(path, None)
                return state
            case Branch(test=test, yes=yes, no=no):
                true, false = self._branch(test, state)
                return joined(self.run(yes, true), self.run(no, false))
            case Loop():
                return self._loop(statement, state)
            case Attempt():
                return self._attempt(statement, state)
            case Switch():
                return self._switch(statement, state)
            case Leave(target=target, value=value):
                after = self._value(value, state)[0] if value is not None else state
                if target == "loop" and self._breaks:
                    self._breaks[-1] = joined(self._breaks[-1], after)
                elif target == "round" and self._continues:
                    self._continues[-1] = joined(self._continues[-1], after)
                return None

    def _loop(self, loop: Loop, state: State) -> State | None:
        rounds = 2 if self._depth < MAX_NESTED_ROUNDS else 1
        self._depth += 1
        self._breaks.append(None)
        entry: State | None = state
        leaving: State | None = None
        for _ in range(rounds):
            self._continues.append(None)
            if loop.once:
                end = joined(self.run(loop.body, entry), self._continues.pop())
                true, leaving = self._branch(loop.test, end)
                end = self.run(loop.step, true)
            else:
                true, leaving = self._branch(loop.test, entry)
                end = joined(self.run(loop.body, true), self._continues.pop())
                end = self.run(loop.step, end)
            entry = joined(entry, end)
        if not loop.once:
            self._quiet += 1
            leaving = self._branch(loop.test, entry)[1]
            self._quiet -= 1
        self._depth -= 1
        broken = self._breaks.pop()
        return joined(self.run(loop.after, leaving), broken)

    def _attempt(self, attempt: Attempt, state: State) -> State | None:
        self._raised.append(state)
        with self._silenced(attempt.catches):
            end = self.run(attempt.body, state)
        raised = self._raised.pop()
        # What happens in the handlers can still be followed by `finally`.
        self._raised.append(raised)
        end = self.run(attempt.otherwise, end)
        for handler in attempt.handlers:
            end = joined(end, self.run(handler, raised))
        anywhere = self._raised.pop()
        if attempt.final:
            self.run(attempt.final, joined(anywhere, end))
            self._quiet += 1
            end = self.run(attempt.final, end)
            self._quiet -= 1
        return end

    def _switch(self, switch: Switch, state: State) -> State | None:
        after, _ = self._value(switch.value, state)
        if after is None:
            return None
        # A case may be one of None, or prove the opposite: say nothing of the value either way.
        after = after.present(shown(switch.value))
        end: State | None = None if switch.exhaustive else after
        falling: State | None = None
        if switch.falls:
            self._breaks.append(None)
        for case in switch.cases:
            falling = self.run(case, joined(after, falling if switch.falls else None))
            if not switch.falls:
                end = joined(end, falling)
        if switch.falls:
            end = joined(joined(end, falling), self._breaks.pop())
        return end

    @contextmanager
    def _silenced(self, silent: bool) -> Iterator[None]:
        self._quiet += silent
        try:
            yield
        finally:
            self._quiet -= silent

    # Expressions

    def _all(self, parts: Iterable[Expression], state: State | None) -> State | None:
        for part in parts:
            state, _ = self._value(part, state)
        return state

    def _value(self, expression: Expression, state: State | None) -> tuple[State | None, Origin | None]:
        """Return the state after evaluating, and why the value may be missing."""
        if state is None:
            return None, None
        match expression:
            case Opaque(parts=parts):
                return self._all(parts, state), None
            case Constant():
                return state, None
            case Missing(origin=origin):
                return state, origin
            case Read():
                return self._read(expression, state)
            case Source(text=text, origin=origin, parts=parts):
                after = self._all(parts, state)
                return after, None if after is None or text in after.known else origin
            case Use(value=value, dereference=dereference):
                after, origin = self._value(value, state)
                if origin is not None and not isinstance(value, Missing):
                    self._report(dereference, origin)
                elif after is not None and likely_missing(dereference) and self._open(value, after):
                    self._report(dereference, unknown(dereference.value, self._nothing))
                # Had it been missing, the program would not have got past this place.
                return (after.present(shown(value)) if after is not None else None), None
            case Both(left=left, right=right):
                true, false = self._branch(left, state)
                _, left_origin = self._hushed(left, state)
                end, right_origin = self._value(right, true)
                return joined(end, false), left_origin or right_origin
            case Either(left=left, right=right, coalescing=coalescing):
                if coalescing:
                    after, _ = self._value(left, state)
                    end, origin = self._value(right, after)
                    there = after.present(shown(left)) if after is not None else None
                    return joined(there, end), origin
                true, false = self._branch(left, state)
                end, origin = self._value(right, false)
                return joined(true, end), origin
            case Conditional(test=test, yes=yes, no=no):
                true, false = self._branch(test, state)
                one, one_origin = self._value(yes, true)
                other, other_origin = self._value(no, false)
                return joined(one, other), one_origin or other_origin
            case Not() | IsMissing() | Shows():
                true, false = self._branch(expression, state)
                return joined(true, false), None
            case Demand(values=values):
                after: State | None = state
                for value in values:
                    after = self._branch(value, after)[0]
                return after, None
            case Store(path=path, value=value):
                after, origin = self._value(value, state)
                if after is None:
                    return None, None
                tracked = path.split(".")[0] not in self._untracked
                test = value if isinstance(value, _TESTS) and not isinstance(value, Read) else None
                there = tracked and origin is None and not self._open(value, after)
                after = after.stored(path, origin if tracked else None, test)
                return after.present([path]) if there else after, origin
            case Inline(statements=statements):
                after = self.run(statements, state)
                return after, None
            case Never(parts=parts):
                self._all(parts, state)
                return None, None

    def _read(self, read: Read, state: State) -> tuple[State | None, Origin | None]:
        after: State | None = state
        origin: Origin | None = None
        if read.base is not None:
            after, origin = self._value(read.base, state)
        if after is None:
            return None, None
        if read.path in after.missing:
            return after, after.missing[read.path]
        if read.path in after.known:
            return after, None
        return after, read.origin or (origin if read.optional else None)

    def _open(self, expression: Expression, state: State) -> bool:
        """Whether nothing shows that the value is there."""
        match expression:
            case Opaque(open=open) | Shows(open=open):
                return open
            case Read(path=path) if expression.is_item:
                return path not in state.known
            case Read(path=path):
                root, last = path.partition(".")[0], path.rpartition(".")[2]
                return not (
                    path in state.known
                    or path in SELF
                    or root in WELL_KNOWN
                    or root in self._evident
                    or root[:1].isupper()
                    or last[:1].isupper()
                )
            case Source(text=text):
                return text not in state.known
            case Either(right=right):
                return self._open(right, state)
            case Conditional(yes=yes, no=no):
                return self._open(yes, state) or self._open(no, state)
            case Store(value=value):
                return self._open(value, state)
            case _:
                return False

    def _hushed(self, expression: Expression, state: State) -> tuple[State | None, Origin | None]:
        with self._silenced(True):
            return self._value(expression, state)

    def _branch(self, test: Expression, state: State | None) -> tuple[State | None, State | None]:
        """Return the state where `test` is true and the state where it is false."""
        if state is None:
            return None, None
        match test:
            case Constant(truth=truth):
                return (state, None) if truth else (None, state)
            case Missing():
                return None, state
            case Not(value=value):
                true, false = self._branch(value, state)
                return false, true
            case Both(left=left, right=right):
                true, false = self._branch(left, state)
                both, neither = self._branch(right, true)
                return both, joined(false, neither)
            case Either(left=left, right=right, coalescing=False):
                true, false = self._branch(left, state)
                second, none = self._branch(right, false)
                return joined(true, second), none
            case IsMissing(value=value):
                after, _ = self._value(value, state)
                return after, (after.present(shown(value)) if after is not None else None)
            case Shows(values=values, texts=texts, stirs=stirs):
                after = self._all(values, state)
                if after is None:
                    return None, None
                after = after.stirred(stirs) if stirs else after
                return after.present([*texts, *(path for value in values for path in shown(value))]), after
            case _:
                after, _ = self._value(test, state)
                if after is None:
                    return None, None
                true = after.present(shown(test))
                name = path_of(test)
                if name is not None and name in after.tests:
                    with self._silenced(True):
                        named, unnamed = self._branch(after.tests[name], after)
                    there = named.present(shown(test)) if named is not None else None
                    return there, unnamed
                return true, after

    def _report(self, dereference: Dereference, origin: Origin) -> None:
        if not self._quiet and fits(dereference, origin):
            self.found.setdefault(dereference.value.id, Suspect(dereference, origin))
