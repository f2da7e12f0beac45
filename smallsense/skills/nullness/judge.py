"""How likely a use is a mistake: a score over its cues, learned from mended code, against its rivals'."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import tree_sitter

from smallsense.skills.nullness.analysis import candidates_of, suspects_of
from smallsense.skills.nullness.cues import cues
from smallsense.skills.nullness.habit import Habit, habit
from smallsense.skills.nullness.name_cues import name_cues
from smallsense.skills.nullness.provenance import binding_of, origin_of
from smallsense.skills.nullness.surroundings import CALLS, Check, Surroundings, path_of, surroundings
from smallsense.skills.nullness.suspect import Suspect
from smallsense.skills.nullness.syntax import line_of, shortened, text_of
from smallsense.text.scope import Scope

CONSTANT = "constant"
"""The name of the weight that every score starts from."""

_CERTAIN = 50.0

AGAIN = 0.3
"""What is left of the confidence at a later use of a value, of which the first has told."""

TEST_WEIGHT = 0.3
"""A test is meant to fail where a value is missing: what is found in one matters less."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgment:
    """A suspect, with its origin as far as it can be told, and the probability in [0, 1] of a mistake:
    that of all values in its function this is the one to which somebody would add a guard.
    """

    suspect: Suspect
    confidence: float


def judgments(scope: Scope) -> list[Judgment]:
    """Judge every dereference of a scope that no guard protects, in document order.

    In a module outside its functions, only what something shows to be missing at times is judged.
    """
    if scope.node is None:
        return []
    found = candidates_of(scope) if scope.kind == "function" else suspects_of(scope)
    if not found:
        return []
    around, others = surroundings(scope.node), habit(scope.node)
    weight = TEST_WEIGHT if _in_test(scope) else 1.0
    odds = [
        score(evidence(suspect, around, scope.node) | others.cues(suspect.dereference.value), learned())
        for suspect in found
    ]
    paths = [path_of(suspect.dereference.value) for suspect in found]
    sure = confidences(odds, paths, [least(suspect) for suspect in found], repeated(found, around))
    return [
        Judgment(traced(suspect, around, others), weight * confidence)
        for suspect, confidence in zip(found, sure, strict=True)
    ]


def evidence(suspect: Suspect, around: Surroundings, scope_node: tree_sitter.Node) -> set[str]:
    """All cues of a suspect that its function holds."""
    return {*name_cues(suspect.dereference.value, around), *cues(suspect, around, scope_node)}


def score(found: Iterable[str], weights: Mapping[str, float]) -> float:
    """The log-odds that the cues `found` amount to."""
    return weights.get(CONSTANT, 0.0) + sum(weights.get(cue, 0.0) for cue in found)


def shares(odds: Sequence[float], paths: Sequence[str]) -> list[float]:
    """The probability of each use of a function, given its log-odds and its value, that it lacks a guard.

    It is a choice: one value lacks a guard, or none does. Uses of the same value are no rivals.
    """
    # Odds beyond this are certain, and would overflow.
    worth = [math.exp(min(one, _CERTAIN)) for one in odds]
    best: dict[str, float] = {}
    for path, one in zip(paths, worth, strict=True):
        best[path] = max(best.get(path, 0.0), one)
    total = 1 + math.fsum(best.values())
    return [one / (total - best[path] + one) for path, one in zip(paths, worth, strict=True)]


def confidences(
    odds: Sequence[float], paths: Sequence[str], leasts: Sequence[float], again: Sequence[bool]
) -> list[float]:
    """The confidence in each use of a function: its share, or the least that it has.

    Where the flow shows the missing value, names may raise the doubt but do not lower it. Of a value that was
    used before (`again`), the use before tells.
    """
    return [
        max(chance, lowest) * (AGAIN if later else 1.0)
        for chance, lowest, later in zip(shares(odds, paths), leasts, again, strict=True)
    ]


def repeated(found: Sequence[Suspect], around: Surroundings) -> list[bool]:
    """Of each suspect in order, whether one before it is a use of the same value."""
    seen: set[tuple[str, int]] = set()
    later: list[bool] = []
    for suspect in found:
        value = suspect.dereference.value
        path = path_of(value)
        binding = binding_of(path, value.start_byte, around)
        key = path, binding.offset if binding is not None else -1
        later.append(key in seen)
        seen.add(key)
    return later


def least(suspect: Suspect) -> float:
    """The least probability that a suspect has: what the flow of values shows is not for names to deny."""
    return 0.0 if suspect.origin.kind == "unknown" else suspect.origin.prior


def traced(suspect: Suspect, around: Surroundings, others: Habit) -> Suspect:
    """The suspect, with the reason for it where the flow of values shows none."""
    if suspect.origin.kind != "unknown":
        return suspect
    node, origin = suspect.dereference.value, suspect.origin
    path = path_of(node)
    checks = (check for check in around.checks.get(path, ()) if around.one_value(path, check.node, node))
    tested = _tested(checks) or _tested(others.of(path))
    kind, binding = origin_of(node, around)
    value = binding.value if binding is not None else node
    if tested is not None:
        origin = replace(origin, kind="checked", source=path, line=line_of(tested))
    elif value is not None and value.type in CALLS and kind in ("call", "local call"):
        source, reason = shortened(text_of(value)), _twin(value, around)
        origin = replace(origin, kind="result", source=source, line=line_of(value), reason=reason)
    elif kind == "parameter":
        origin = replace(origin, kind="parameter")
    return replace(suspect, origin=origin)


@cache
def learned() -> Mapping[str, float]:
    """The weights of cues, in units of log-odds."""
    table = resources.files("smallsense.skills.nullness").joinpath("weights.tsv").read_text("utf-8")
    rows = (line.rpartition("\t") for line in table.splitlines() if not line.startswith("#"))
    return {cue: float(weight) for cue, _, weight in rows}


def line(suspect: Suspect) -> int:
    """The line of the use, counted from 1."""
    return line_of(suspect.dereference.value)


def _tested(checks: Iterable[Check]) -> tree_sitter.Node | None:
    """Where a value is compared with None, else where its truth is tested."""
    ordered = sorted(checks, key=lambda check: check.role != "none")
    return next((check.node for check in ordered if check.role in ("none", "truth")), None)


def _twin(call: tree_sitter.Node, around: Surroundings) -> str:
    """Where the same function checks what a call like this one returned."""
    callee = text_of(call.child_by_field_name("function"))
    for path, checks in around.checks.items():
        tested = _tested(checks)
        bound = binding_of(path, tested.start_byte, around) if tested is not None else None
        value = bound.value if bound is not None else None
        if tested is None or value is None or value == call or value.type not in CALLS:
            continue
        if text_of(value.child_by_field_name("function")) == callee:
            return f": its result is checked on line {line_of(tested)}"
    return ""


def _in_test(scope: Scope) -> bool:
    name = scope.snapshot.uri.rpartition("/")[2]
    in_file = name.startswith("test_") or any(
        mark in name for mark in ("_test.", ".test.", ".spec.", "conftest.")
    )
    return in_file or scope.name.startswith("test") or "/tests/" in scope.snapshot.uri
