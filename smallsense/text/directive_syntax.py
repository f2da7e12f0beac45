"""How a directive is written: `smallsense:`, a verb, and for most of them names in brackets."""

from __future__ import annotations

import re

DIRECTIVE = re.compile(
    rb"smallsense:[ \t]*(?P<verb>ignore-file|ignore|words)(?![\w-])(?:[ \t]*\[(?P<names>[^\]\r\n]*)\])?"
)


def cut(line: str) -> str | None:
    """A line of a comment without the directive at its end; None for one that is nothing but a directive."""
    mark = line.find("smallsense:")
    if mark < 0 or DIRECTIVE.match(line[mark:].encode("utf-8", "surrogatepass")) is None:
        return line
    return re.sub(r"\s*(?:#+|//+)?\s*$", "", line[:mark]) or None
