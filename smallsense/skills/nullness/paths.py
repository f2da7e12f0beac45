"""The paths that an expression reads, mentions, and shows to hold a value."""

from __future__ import annotations

from collections.abc import Iterator

from smallsense.skills.nullness.program import (
    Both,
    Either,
    Expression,
    IsMissing,
    Not,
    Opaque,
    Read,
    Shows,
    Source,
    Store,
    Use,
)


def path_of(expression: Expression) -> str | None:
    """The path that an expression reads, if it does no more than that."""
    match expression:
        case Read(path=path):
            return path
        case Use(value=value):
            return path_of(value)
        case Store(path=path):
            return path
        case _:
            return None


def shown(expression: Expression) -> Iterator[str]:
    """The paths and calls that hold a value wherever `expression` does."""
    match expression:
        case Read(path=path, base=base, optional=optional):
            yield path
            if optional and base is not None:
                yield from shown(base)
        case Source(text=text, parts=parts, origin=origin):
            yield text
            if origin.kind == "chain":
                for part in parts:
                    yield from shown(part)
        case Use(value=value):
            yield from shown(value)
        case Store(path=path, value=value):
            yield path
            yield from shown(value)
        case _:
            return


def mentioned(expression: Expression) -> frozenset[str]:
    """Every path read somewhere in a test."""
    match expression:
        case Read(path=path, base=base):
            return frozenset({path}) | (mentioned(base) if base is not None else frozenset())
        case Use(value=value) | Not(value=value) | IsMissing(value=value):
            return mentioned(value)
        case Both(left=left, right=right) | Either(left=left, right=right):
            return mentioned(left) | mentioned(right)
        case Shows(values=values) | Opaque(parts=values) | Source(parts=values):
            return frozenset().union(*(mentioned(value) for value in values))
        case _:
            return frozenset()
