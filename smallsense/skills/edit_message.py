"""What a correction says to people: one line, with the words as they are and as they should be.

Before the arrow stands the word with the neighbor it does not go with, behind it what to write in its place.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smallsense.skills.edit_words import (
    AGREEING,
    ALWAYS_SUBJECTS,
    BEFORE_NOUNS,
    BEHIND_VERBS,
    PARADIGMS,
    PREPOSITIONS,
    SINGULAR_PLURAL,
    WORD,
)

_REPLACED = {
    "agreement": "Singular and plural disagree",
    "article": "Wrong article",
    "capitalization": "Check the capital letters",
    "preposition": "Wrong preposition",
    "punctuation": "Wrong punctuation",
    "spacing": "Wrong spacing",
    "spelling": "Possible spelling mistake",
    "verb-form": "Wrong verb form",
    "word-choice": "Possibly the wrong word",
    "word-order": "Wrong order of words",
}
_MARKS = {
    ",": "comma",
    ".": "period",
    ";": "semicolon",
    ":": "colon",
    "?": "question mark",
    "!": "exclamation mark",
    "-": "hyphen",
    "'": "apostrophe",
    "’": "apostrophe",
}


class _Change(NamedTuple):
    """The words `old` of a sentence become `new`; what stands right `before` and `after` them, and `near`."""

    old: str
    new: str
    before: str
    after: str
    near: tuple[str, str]
    """The nearest words on both sides, whatever lies between."""


def message(rule: str, text: str, start: int, end: int, new: str) -> str:
    """What to say of replacing the characters `[start, end)` of a sentence by `new`, which mends `rule`."""
    near = WORD.findall(text[:start]), WORD.findall(text[end:])
    left = re.search(rf"({WORD.pattern})\s*\Z", text[:start])
    right = re.match(rf"\s*({WORD.pattern})", text[end:])
    change = _Change(
        text[start:end].strip(),
        new.strip(),
        left[1] if left else "",
        right[1] if right else "",
        (near[0][-1] if near[0] else "", near[1][0] if near[1] else ""),
    )
    match rule:
        case "agreement":
            return _agreement(change)
        case "capitalization":
            return _capitalization(change)
        case "punctuation":
            return _punctuation(change)
        case "spacing":
            return _spacing(change, grows=len(new) > end - start)
        case "repeated-word":
            word, stands = ("words", "stand") if len(WORD.findall(change.old)) > 1 else ("word", "stands")
            return f"The {word} “{change.old}” {stands} twice"
        case "extra-word":
            return f"{_count(change.old)} too many: remove “{change.old}”"
        case "missing-word":
            are = "are" if len(WORD.findall(change.new)) > 1 else "is"
            return f"{_count(change.new)} {are} missing: {_insert(change)}"
        case "article" if not change.old:
            return f"An article is missing: {_insert(change)}"
        case "article" if not change.new:
            where = f" before “{change.near[1]}”" if change.near[1] else ""
            return f"No article is needed: remove “{change.old}”{where}"
        case "article":
            return _replaced(rule, change, f"{change.old} {change.after}")
        case "preposition":
            return _replaced(rule, change, f"{change.before} {change.old}")
    return _replaced(rule, change)


def _replaced(rule: str, change: _Change, shown: str | None = None) -> str:
    return f"{_REPLACED[rule]}: {_arrow(change, shown)}"


def _arrow(change: _Change, shown: str | None = None) -> str:
    return f"“{(shown or change.old).strip()}” → “{change.new}”"


def _count(words: str) -> str:
    return "Words" if len(WORD.findall(words)) > 1 else "A word"


def _insert(change: _Change) -> str:
    where = f"before “{change.near[1]}”" if change.near[1] else "at the end"
    return f"insert “{change.new}” {where}"


def _agreement(change: _Change) -> str:
    pair = {word.casefold().replace("’", "'") for word in (change.old, change.new)}
    led = f"{change.before} {change.old}"
    if any(pair <= known for known in SINGULAR_PLURAL):
        # "This", "those" and "much" go before what they agree with.
        return _replaced("agreement", change, f"{change.old} {change.after}")
    before, after = change.before.casefold(), change.after.casefold()
    if before in BEFORE_NOUNS or before.isdecimal():
        if not pair <= AGREEING:
            number = "Plural" if len(change.new) > len(change.old) else "Singular"
            return f"{number} expected: {_arrow(change, None if before in PREPOSITIONS else led)}"
    elif before and (
        before in ALWAYS_SUBJECTS or after in BEHIND_VERBS or any(pair <= verb for verb in PARADIGMS)
    ):
        return f"Subject and verb disagree: {_arrow(change, led)}"
    if pair <= AGREEING:
        return f"Subject and verb disagree: {_arrow(change)}"
    return _replaced("agreement", change, led)


def _capitalization(change: _Change) -> str:
    capitals = [sum(map(str.isupper, text)) for text in (change.old, change.new)]
    if change.new[:1].isupper() and change.old[:1].islower() and capitals[1] == capitals[0] + 1:
        return f"A capital letter is missing: {_arrow(change)}"
    if change.new[:1].islower() and change.old[:1].isupper() and capitals[0] == capitals[1] + 1:
        return f"No capital letter is needed: {_arrow(change)}"
    return _replaced("capitalization", change)


def _punctuation(change: _Change) -> str:
    behind = f" after “{change.near[0]}”" if change.near[0] else ""
    if not change.old:
        return f"{_mark(change.new, 'A')} is missing{behind}"
    if not change.new:
        return f"{_mark(change.old, 'No')} is {'' if change.old in _MARKS else 'not '}needed{behind}"
    for marks in ("'’", "-"):
        grown = sum(map(change.new.count, marks)) - sum(map(change.old.count, marks))
        if grown > 0:
            return f"{_mark(marks[0], 'A')} is missing: {_arrow(change)}"
        if grown < 0:
            return f"{_mark(marks[0], 'No')} is needed: {_arrow(change)}"
    return _replaced("punctuation", change)


def _mark(mark: str, article: str) -> str:
    """A mark by its name with "A" or "No" before it; as it is where it has none."""
    name = _MARKS.get(mark)
    if name is None:
        return f"“{mark}”"
    return f"{'An' if article == 'A' and name[0] in 'ae' else article} {name}"


def _spacing(change: _Change, *, grows: bool) -> str:
    if not change.old and not change.new:
        between = f" between “{change.near[0]}” and “{change.near[1]}”" if all(change.near) else ""
        return f"{'A space is missing' if grows else 'Too many spaces'}{between}"
    words = [len(text.split()) for text in (change.old, change.new)]
    if words == [1, 2]:
        return f"These are two words: {_arrow(change)}"
    if words == [2, 1]:
        return f"This is one word: {_arrow(change)}"
    return _replaced("spacing", change)
