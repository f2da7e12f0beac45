"""Where a missing value comes from, and how to say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import tree_sitter

from smallsense.skills.nullness.syntax import line_of, shortened, text_of

OriginKind = Literal[
    "call",
    "assigned",
    "default",
    "annotation",
    "attribute",
    "chain",
    "checked",
    "result",
    "parameter",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a value may be None, null or undefined.

    `source` is the code it comes from, shortened; `reason` completes "returns None …" for calls; `line`
    counts from 1; `prior` is how likely (0 to 1) an unguarded use is a mistake before any model is asked.
    `uses`, where not empty, are the only attributes that show the value to be of the kind meant.
    """

    kind: OriginKind
    source: str
    line: int
    prior: float
    reason: str = ""
    missing: str = "None"
    uses: frozenset[str] = frozenset()


def checked_elsewhere(checked: Mapping[str, int], roots: Collection[str], missing: str) -> dict[str, Origin]:
    """The origins of what a scope is given (parameters, their attributes) and asks about somewhere.

    `checked` tells, by path, the line of the first comparison with None or null.
    """
    return {
        path: Origin("checked", path, line, 0.2 if "." in path else 0.4, missing=missing)
        for path, line in checked.items()
        if path.split(".")[0] in roots
    }


def unknown(value: tree_sitter.Node, nothing: str) -> Origin:
    """The origin of a value of which nothing shows whether it is there."""
    return Origin("unknown", shortened(text_of(value)), line_of(value), 0.05, missing=nothing)


def explain(origin: Origin, value: str, line: int) -> str:
    """Return the message for the use on `line` of `value`, which has this origin."""
    nothing = origin.missing
    where = f" (line {origin.line})" if origin.line != line else ""
    direct = value.replace(" ", "").startswith(origin.source.rstrip("(…)").replace(" ", ""))
    match origin.kind:
        case "call" if direct:
            return f"`{origin.source}` returns {nothing} {origin.reason}"
        case "call":
            return f"`{value}` comes from `{origin.source}`{where}, which returns {nothing} {origin.reason}"
        case "assigned":
            return f"`{value}` is set to {nothing}{where} and may still be {nothing} here"
        case "default":
            return f"`{value}` is {nothing} unless the caller passes it"
        case "annotation":
            return f"`{value}` is declared `{origin.source}`{where} and may be {nothing} here"
        case "attribute" if origin.reason and direct:
            return f"`{origin.source}` is {nothing} {origin.reason}"
        case "attribute" if origin.reason:
            return f"`{value}` comes from `{origin.source}`{where}, which is {nothing} {origin.reason}"
        case "attribute":
            return f"`{value}` is set to {nothing} by the constructor{where} and may still be {nothing} here"
        case "chain":
            return f"`{value}` comes from `{origin.source}`{where}, which is {nothing} where it breaks off"
        case "result" if direct:
            return f"`{origin.source}` may return {nothing}{origin.reason}"
        case "result":
            return f"`{value}` comes from `{origin.source}`{where}, which may return {nothing}{origin.reason}"
        case "parameter":
            return f"`{value}` is what the caller passes, and nothing here shows that it is not {nothing}"
        case "unknown":
            return f"nothing here shows that `{value}` cannot be {nothing}"
        case "checked":
            return f"`{value}` is used here without the check for {nothing} made on line {origin.line}"
