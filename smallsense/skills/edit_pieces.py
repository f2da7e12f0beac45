"""The pieces in which a sentence really differs before and after: a word each, where that is possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from smallsense.skills.edit_words import ARTICLES, WORD

Piece = tuple[int, int, str, float]
"""Replace the characters `[start, end)` by the text, of which the model was sure by this margin (nats)."""

FARTHEST = 48
"""A word that is gone here and comes so many characters away has not moved."""

_FIXED = re.compile(r"[^\w\s'’-]|\d")
"""What no word moves across, and no word that moves has: marks and figures."""

_TOKEN = re.compile(rf"\s+|{WORD.pattern}|[^\w\s]")


def pieces(text: str, changes: Iterable[Piece], protected: Sequence[tuple[int, int]] = ()) -> list[Piece]:
    """Split `changes` of several words, and put those to one word together.

    A word that has moved is one piece with what it has passed, unless that holds a `protected` range. What
    comes before the first word is one piece with it if it takes its capital.
    """
    whole = _paired(text, _opened(text, whole_words(text, changes)))
    runs = [run for change in whole for run in _runs(text, *change)]
    return _moved(text, [run for run in runs if text[run[0] : run[1]] != run[2]], protected)


def whole_words(text: str, changes: Iterable[Piece]) -> list[Piece]:
    """The changes, each with the rest of the words that it begins and ends within; one for each word."""
    groups: list[tuple[int, int, list[Piece]]] = []
    for change in sorted(changes):
        start, end = _widened(text, *change[:3])
        if groups and start < groups[-1][1]:
            first, last, members = groups.pop()
            groups.append((min(first, start), max(last, end), [*members, change]))
        else:
            groups.append((start, end, [change]))
    return [_joined(text, members, start, end) for start, end, members in groups]


def _widened(text: str, start: int, end: int, new: str) -> tuple[int, int]:
    """Widen a change until it neither begins nor ends inside a word, before it is made or after."""
    after = new + text[end : end + 1]
    before = text[start - 1 : start] + new if start else new
    joins_left = start > 0 and text[start - 1].isalnum() and after[:1].isalnum()
    joins_right = end < len(text) and text[end].isalnum() and before[-1:].isalnum()
    first, last = start, end
    for word in WORD.finditer(text):
        if word.start() < start < word.end() or (joins_left and word.end() == start):
            first = min(first, word.start())
        if word.start() < end < word.end() or (joins_right and word.start() == end):
            last = max(last, word.end())
    return first, last


def _joined(text: str, members: list[Piece], start: int, end: int) -> Piece:
    """One change of the characters `[start, end)` that is all of `members`, and as sure as the least sure."""
    new, at = "", start
    for first, last, replacement, _ in members:
        new += text[at:first] + replacement
        at = last
    return start, end, new + text[at:end], min(margin for *_, margin in members)


def _opened(text: str, changes: list[Piece]) -> list[Piece]:
    """Put together what comes before the first word, and that word, now small."""
    if len(changes) < 2:
        return changes
    one, other, *rest = changes
    comes = one[0] == one[1] == other[0] and opens(text, one[0])
    if comes and text[other[0] : other[1]].casefold() == other[2].casefold():
        return [_joined(text, [one, other], one[0], other[1]), *rest]
    return changes


def _paired(text: str, changes: list[Piece]) -> list[Piece]:
    """Share out neighboring changes by words, where all together have as many as before.

    A model that writes "that the" for "thet dhe" may seem to put in "that", and to make "thet dhe" to "the".
    """
    paired: list[Piece] = []
    for change in changes:
        last = paired[-1] if paired else None
        if last is not None and last[1] < change[0] and not text[last[1] : change[0]].strip():
            split = _by_words(text, last, change)
            if split:
                paired[-1:] = split
                continue
        paired.append(change)
    return paired


def _by_words(text: str, one: Piece, other: Piece) -> list[Piece]:
    """Two changes that make as many words of several, all but one of them alike, word by word; or nothing.

    Each word is as sure as the change that it was part of.
    """
    start, end, new, _ = _joined(text, [one, other], one[0], other[1])
    old_words, new_words = list(WORD.finditer(text, start, end)), WORD.findall(new)
    pairs = list(zip(old_words, new_words, strict=False))
    alike = sum(similar(old.group().casefold(), word.casefold()) for old, word in pairs)
    if len(old_words) != len(new_words) or alike < max(len(pairs) - 1, 2):
        return []
    if WORD.split(text[start:end]) != WORD.split(new):
        return []
    return [
        (old.start(), old.end(), word, (one if old.end() <= one[1] else other)[3])
        for old, word in pairs
        if old.group() != word
    ]


def _runs(text: str, start: int, end: int, new: str, margin: float) -> Iterator[Piece]:
    """The runs of words that differ."""
    old_tokens = list(_TOKEN.finditer(text, start, end))
    new_tokens = _TOKEN.findall(new)
    places = [token.start() for token in old_tokens] + [end]
    matcher = SequenceMatcher(None, [token.group() for token in old_tokens], new_tokens, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            for half in _halves(text, places[i1], places[i2], "".join(new_tokens[j1:j2])):
                yield *half, margin


def _halves(text: str, start: int, end: int, new: str) -> Iterator[tuple[int, int, str]]:
    """Split "return the" → "returns" into the word that changed and the word that came or went."""
    old_words, new_words = list(WORD.finditer(text, start, end)), list(WORD.finditer(new))
    whole = {len(old_words), len(new_words)} != {1, 2} or letters(text[start:end]) == letters(new)
    if whole or behind(text, start, end, new) or ahead(text, start, end, new):
        yield start, end, new
    elif similar(old_words[0].group().casefold(), new_words[0].group().casefold()):
        yield start, old_words[0].end(), new[: new_words[0].end()]
        yield old_words[0].end(), end, new[new_words[0].end() :]
    elif similar(old_words[-1].group().casefold(), new_words[-1].group().casefold()):
        yield start, old_words[-1].start(), new[: new_words[-1].start()]
        yield old_words[-1].start(), end, new[new_words[-1].start() :]
    else:
        yield start, end, new


def behind(text: str, start: int, end: int, new: str) -> str:
    """What comes before the first word of a sentence, which stays, now small: "Last" → "The last"."""
    return _before_first(text, start, new, text[start:end])


def ahead(text: str, start: int, end: int, new: str) -> str:
    """What goes before the first word of a sentence, which takes its capital: "A that" → "That"."""
    old = text[start:end]
    return "" if old.endswith(new) else _before_first(text, start, old, new)


def _before_first(text: str, start: int, longer: str, shorter: str) -> str:
    """What `longer` has before `shorter`, but for its case, if that opens the sentence at `start`."""
    first = longer[: len(longer) - len(shorter)]
    stays = shorter and longer[len(first) :].casefold() == shorter.casefold()
    return first if stays and first.endswith(" ") and opens(text, start) else ""


def opens(text: str, start: int) -> bool:
    """Whether no word of the sentence stands before `start`."""
    return WORD.search(text[:start]) is None


def _moved(text: str, runs: list[Piece], protected: Sequence[tuple[int, int]]) -> list[Piece]:
    """Put together where a word is gone and where it comes, if nothing else changes in between."""
    at = 0
    while at + 1 < len(runs):
        one, other = runs[at : at + 2]
        crossed = any(start < other[0] and one[1] < end for start, end in protected)
        if not crossed and _moves(text, one, other):
            runs[at : at + 2] = [_joined(text, [one, other], one[0], other[1])]
        at += 1
    return runs


def _moves(text: str, one: Piece, other: Piece) -> bool:
    """Whether words are gone in one of two pieces and come in the other; or two neighbors are swapped."""
    between = text[one[1] : other[0]]
    old, new = (
        [text[start:end].strip() for start, end, *_ in (one, other)],
        [one[2].strip(), other[2].strip()],
    )
    if [word.casefold() for word in old] != [word.casefold() for word in reversed(new)] or old[0] == old[1]:
        return False
    words = [word for words in old for word in WORD.findall(words)]
    if not words or _FIXED.search(" ".join((*words, between))) or len(between) > FARTHEST:
        return False
    if all(old):
        return len(words) == len(old) and not between.strip()
    return words[0].casefold() not in ARTICLES or len(WORD.findall(between)) <= 1


def letters(text: str) -> str:
    """A text without blanks and marks."""
    return "".join(character for character in text if character.isalnum())


def similar(old: str, new: str) -> bool:
    """Whether one word is a plausible misspelling of the other."""
    if max(len(old), len(new)) <= 3:
        return sorted(old) == sorted(new) or SequenceMatcher(None, old, new).ratio() >= 0.8
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= 0.7
