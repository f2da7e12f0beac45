"""Patterns for paths, as `.gitignore` has them: which files the user wants left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path (relative, with `/` between its parts) or a folder around it matches a pattern.

    `*` and `?` match within one part, `**` any number of parts, `[…]` one of several characters. A pattern
    with a `/` before its end starts at the root; another one matches at any depth.
    """
    return any(_compiled(pattern).match(path) for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    body = pattern.strip().rstrip("/")
    anchored = "/" in body
    parts = body.strip("/").split("/")
    regex = "" if anchored else "(?:.*/)?"
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            regex += ".*" if last else "(?:[^/]+/)*"
        else:
            regex += _part(part) + ("" if last else "/")
    return re.compile(f"{regex}(?:/.*)?$" if body else "(?!)")


def _part(part: str) -> str:
    regex, at = "", 0
    while at < len(part):
        character = part[at]
        at += 1
        closing = part.find("]", at + 1) if character == "[" else -1
        if character == "*":
            regex += "[^/]*"
        elif character == "?":
            regex += "[^/]"
        elif closing > 0:
            inside = part[at:closing].replace("\\", r"\\").replace("[", r"\[")
            regex += "[" + ("^" + inside[1:] if inside[0] in "!^" else inside) + "]"
            at = closing + 1
        else:
            regex += re.escape(character)
    return regex
