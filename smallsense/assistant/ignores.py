"""Directives in a document that silence findings: `smallsense: ignore`, or `smallsense: ignore[spelling]`.

A directive speaks for its own line, or, when nothing else stands on that line, for the next one.
"""

from __future__ import annotations

import re

from smallsense.text.snapshot import Snapshot

_DIRECTIVE = re.compile(rb"smallsense:\s*ignore(?:\[([^\]\n]*)\])?")
_WORD = re.compile(rb"[^\W_]")


def is_ignored(snapshot: Snapshot, offset: int, skill: str, rule: str) -> bool:
    """Whether the document asks to stay silent about this rule at a byte offset.

    Directives name rules (`spelling`), skills (`grammar`) or both (`grammar/spelling`); none means all.
    """
    line, _ = snapshot.line_column(offset)
    names = {rule, skill, f"{skill}/{rule}"}
    return _silences(_line(snapshot, line), names, alone=False) or (
        line > 0 and _silences(_line(snapshot, line - 1), names, alone=True)
    )


def _line(snapshot: Snapshot, line: int) -> bytes:
    span = snapshot.line_span(line)
    return snapshot.source[span.start : span.end]


def _silences(line: bytes, names: set[str], *, alone: bool) -> bool:
    match = _DIRECTIVE.search(line)
    if match is None or (alone and _WORD.search(line[: match.start()] + line[match.end() :])):
        return False
    if match[1] is None:
        return True
    named = {name.strip() for name in match[1].decode("utf-8", "replace").split(",")}
    return bool(named & names)
