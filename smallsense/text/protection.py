"""What stands in prose and is none: code, names, addresses. A model must copy it."""

from __future__ import annotations

import re

# Each alternative is one kind of thing that is written as it is, whatever grammar says.
_KINDS = (
    r"``.{1,400}?``(?:__?)?",
    r":[\w.+:-]+:`[^`]+`",
    r"`[^`]+`(?:__?)?",
    r"\{@\w+[^{}]*\}",
    r"\{\{.{0,200}?\}\}",
    r"\{%.{0,200}?%\}",
    r"\$\{[^{}]*\}",
    r"\{[^{}\s]{0,60}\}",
    r"%\(\w+\)[a-z]|(?<![\w%])%[-+#0 ]?\d*(?:\.\d+)?[sdifrxeg]\b",
    r"\$\$[^$]+\$\$|\$[^$\s](?:[^$]*[^$\s])?\$(?!\d)",
    r"\$[A-Za-z_]\w*",
    r"<[A-Za-z/!?][^<>]{0,80}>",
    r"&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]\w{1,20});",
    # URLs, mail addresses, paths.
    r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}*]",
    r"\b(?:mailto:|www\.)[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}*]",
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"(?<![\w/])(?:~|\.{1,2})?/[\w.@+~*-]*[\w*](?:/[\w.@+~*-]*[\w*])*/?",
    r"(?<![\w/])[\w.@+*-]+/[\w.@+*-]*[\w*](?:/[\w.@+~*-]*[\w*])+/?",
    r"(?<![\w/])[\w.@+*-]+/(?=[\s,.;:)]|$)",
    r"(?<![\w/])[\w@+*-]+/[\w@+*-]+\.\w+",
    r"\b[A-Za-z]:\\[\w\\.-]+",
    # Commands of documentation generators, with the name they mark up.
    r"(?<!\w)[@\\](?:a|b|c|e|em|p|ref|link|endlink|copydoc|sa)\s+[^\s,;]*\w|(?<!\w)%[A-Za-z]\w+",
    # References to people, issues and commits.
    r"(?<![\w@])@[\w/.-]*\w",
    r"(?:[\w.-]+/[\w.-]+)?(?<!\w)#\w*\d\w*|[\w.-]+/[\w.-]+#\d+|\bGH-\d+",
    r"\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b",
    r"(?<![\w:]):[a-z0-9_+-]+:(?!\w)",
    # Commands of editors and the like: ":help", :quit!
    r"(?:(?<=[\s\"'(])|^):[a-z]\w+!?(?!\w)",
    r"\|[\w-]+\|_?",
    # Names: calls, qualified names, files, snake_case, camelCase, flags, versions.
    r"\b[A-Za-z_][\w.:]*\([^()\s]*\)",
    r"\b[A-Za-z_]\w*(?:(?:::|->|\.)~?[A-Za-z_][\w-]*)+(?:\[[^\]\s]*\])?",
    r"(?<!\w)\.[A-Za-z_][\w-]*(?:\.[\w-]+)*",
    r"\*{1,2}(?=[A-Za-z_]\w*\b(?!\*))[A-Za-z_]\w*",
    r"\b\w*_\w*\b",
    r"\b[a-z]+[A-Z]\w*|\b[A-Z]+[a-z0-9]+[A-Z]\w*|\b[A-Z]{2,}[a-z]\w*(?<!s)\b",
    r"(?<![\w-])--?[A-Za-z][\w-]*(?:=[^\s,.;)]+)?",
    r"\bv?\d+(?:\.\d+)+(?:[.-]?[A-Za-z0-9*]+)*|\bv\d+\b",
    r"\b\d+(?:st|nd|rd|th)\b|\b\d+[A-Za-z]\w*\b|\b[A-Za-z]+\d\w*\b",
    r"\b(?:Ctrl|Alt|Cmd|Shift|Meta|Super)(?:[+-]\w+)+",
    r"[=<>!&|+*/%^~\\:-]{2,}(?<!\*\*)(?<!--)|(?<!\w)[=<>&|^~\\](?!\w)",
    r"\b\w+\[[^\]\s]*\]",
    r"\b\w+=[^\s,.;)]+",
)
# Most of prose is plain words: to step over them first is four times as fast.
_PLAIN_WORD = r"(?P<plain>\b[A-Za-z][a-z]*(?:\s+|[,;.!?]\s+|$)(?:[A-Za-z][a-z]*(?:\s+|[,;.!?]\s+|$))*)"
# No language has a word as long as this.
_NO_WORD = r"(?<!\S)\S{200,}"
_PROTECTED = re.compile("|".join((_PLAIN_WORD, _NO_WORD, *(f"(?:{kind})" for kind in _KINDS))))

# What hangs on a name without a blank is part of it: C++, python-build-2.0, OpenAI-compatible.
_HANGS_BEFORE = re.compile(r"[\w@#][\w/+#@-]*$")
_HANGS_AFTER = re.compile(r"(?:[-/+#]*\w+)+")
_LONGEST_NAME = 80

_TASK = re.compile(r"(?:TODO|FIXME|XXX|HACK|NOTE|BUG|SAFETY|WARNING|WARN|INFO|PERF)\b(?:\s?\([^)]*\))?:?")


def protected_ranges(text: str) -> list[tuple[int, int]]:
    """The character ranges of `text` to be copied as they are, in order and apart from each other."""
    found = [_whole(text, *match.span()) for match in _PROTECTED.finditer(text) if match.lastgroup != "plain"]
    if task := _TASK.match(text):
        found.append(task.span())
    return merge(found)


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    hangs = text[start].isalnum() or text[start] in "_+#"
    if hangs and (before := _HANGS_BEFORE.search(text, max(0, start - _LONGEST_NAME), start)):
        start = before.start()
    if after := _HANGS_AFTER.match(text, end, end + _LONGEST_NAME):
        end = after.end()
    return start, end


def merge(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sort ranges and make one of those that overlap or touch; empty ones vanish."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
