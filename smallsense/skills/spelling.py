"""Spelling: words that are known misspellings of one other word, and those that are no words at all.

The list of misspellings is that of the program typos (the crate `typos-dict`), under MIT or Apache-2.0;
`tools/misspellings.py` makes the file beside this module from its source distribution.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from smallsense.engine.questions import Change
from smallsense.skills.sorted_lines import SortedLines
from smallsense.skills.vocabulary import commonness, is_known, is_term, is_word, unpacked
from smallsense.text.common_prefix import common_prefix
from smallsense.text.words import words

CERTAIN = 10.0
"""The margin (nats) of a correction that the list makes, not the model."""

_SHORTEST = 4
_PREFIXES = (
    "un",
    "re",
    "pre",
    "non",
    "dis",
    "mis",
    "de",
    "co",
    "sub",
    "multi",
    "over",
    "under",
    "out",
    "inter",
)
_ENDINGS = (
    "s",
    "es",
    "d",
    "ed",
    "ing",
    "er",
    "or",
    "ers",
    "ors",
    "est",
    "ly",
    "able",
    "ness",
    "less",
    "ation",
    "y",
)

# How unlikely a slip is, in nats beyond leaving out a letter, fitted to 2,990 mined corrections of words that
# are near several others: of a third left out 82 % get the right word, 66 % by how common words are alone.
_TWIN_LEFT_OUT = -1.0
_LAST_LEFT_OUT = 1.0
_TWIN_TOO_MANY = 0.0
_ONE_TOO_MANY = 3.0
_SWAPPED = 0.0
_ANOTHER = 3.5
_FIRST_LETTER = 2.0
_FARTHER = 4.0
_TWICE_AS_COMMON = 0.7
_RUN_TOGETHER = 1.0

_GLUED = words(
    "a an the of to in on at for with by from as if is are be can no not and or that this these each every"
    " even some any more so other such along all"
)
"""Words that run together with others, rather than make names with them."""

_REMEMBERED = 1024
"""Of so many unknown words it is known what was meant: they come again with every keystroke."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

_WORD = re.compile(r"(?<![\w'’.@/\\-])[A-Za-z]{3,}(?![\w/\\@]|[-.]\w|['’](?!s\b)\w)")
"""A word that stands alone, or a genitive: no part of a name, a path or a compound."""


@dataclass(frozen=True, slots=True)
class Misspelling:
    """The word at the characters `[start, end)`, and the right one."""

    start: int
    end: int
    right: str


@cache
def _list() -> SortedLines:
    """Every known misspelling in lower case, and the words it may stand for, with commas between them."""
    return SortedLines(unpacked("misspellings.csv.xz"))


def candidates(word: str) -> tuple[str, ...]:
    """The words, in lower case, that a known misspelling may stand for; none for any other word."""
    listed = _list().get(word.casefold().encode("utf-8", "replace"))
    return tuple(listed.decode().split(",")) if listed else ()


def nearest(word: str) -> list[str]:
    """The words one letter away from `word`: one left out, too many, changed, or two swapped."""
    lowered = word.casefold()
    cuts = [(lowered[:at], lowered[at:]) for at in range(len(lowered) + 1)]
    near = {left + right[1:] for left, right in cuts if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    near |= {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    near |= {left + letter + right for left, right in cuts for letter in _LETTERS}
    return sorted(one for one in near - {lowered} if is_known(one))


def is_near(one: str, other: str) -> bool:
    """Whether two words are one letter apart: one left out, too many, changed, or two swapped."""
    at = common_prefix(one, other)
    left, right = one[at:], other[at:]
    changed = left[1:] == right[1:] or left[1:] == right or left == right[1:]
    return left != right and (changed or (left[:2] == right[1::-1] and left[2:] == right[2:]))


@dataclass(frozen=True, slots=True)
class Spelled:
    """A sentence with its known misspellings corrected: `text` and its `protected` ranges.

    `replaced` tells where: characters `[start, end)` of the original stand at `[new_start, new_end)` now.
    """

    original: str
    text: str
    protected: tuple[tuple[int, int], ...]
    replaced: tuple[tuple[int, int, int, int], ...]

    def traced(self, changes: Iterable[Change]) -> list[tuple[int, int, str, float]]:
        """What turns the original into `text` after `changes`: start, end, replacement and margin of each.

        A change that touches a replaced word takes it along.
        """
        groups: list[tuple[int, int, list[Change]]] = []
        for change in sorted(changes, key=lambda change: change.start):
            touched = [
                (at, end)
                for _, _, at, end in self.replaced
                if (at < change.end and change.start < end) or at < change.start == change.end < end
            ]
            first = min([change.start, *(at for at, _ in touched)])
            last = max([change.end, *(end for _, end in touched)])
            if groups and first < groups[-1][1]:
                before, until, members = groups.pop()
                groups.append((before, max(until, last), [*members, change]))
            else:
                groups.append((first, last, [change]))
        traced: list[tuple[int, int, str, float]] = []
        for first, last, members in groups:
            new, at = "", first
            for change in members:
                new += self.text[at : change.start] + change.text
                at = change.end
            new += self.text[at:last]
            traced.append((self._origin(first), self._origin(last), new, min(c.margin for c in members)))
        traced += [
            (start, end, self.text[at:until], CERTAIN)
            for start, end, at, until in self.replaced
            if not any(first <= at and until <= last for first, last, _ in groups)
        ]
        return sorted(traced)

    def _origin(self, at: int) -> int:
        """The place in the original of a place that is in no replaced word."""
        shift = 0
        for _, end, _, new_end in self.replaced:
            if new_end <= at:
                shift = end - new_end
        return at + shift


def spell(text: str, protected: tuple[tuple[int, int], ...]) -> Spelled:
    """Correct the known misspellings of a sentence."""
    found = misspellings(text, protected)
    new, at = "", 0
    replaced: list[tuple[int, int, int, int]] = []
    for one in found:
        new += text[at : one.start]
        replaced.append((one.start, one.end, len(new), len(new) + len(one.right)))
        new += one.right
        at = one.end
    spelled = Spelled(text, new + text[at:], protected, tuple(replaced))
    return replace(spelled, protected=tuple((_moved(replaced, a), _moved(replaced, b)) for a, b in protected))


def _moved(replaced: Sequence[tuple[int, int, int, int]], at: int) -> int:
    """Where a place of the original that is in no replaced word has gone."""
    return at + sum((r[3] - r[2]) - (r[1] - r[0]) for r in replaced if r[1] <= at)


@lru_cache(_REMEMBERED)
def likeliest(word: str) -> str | None:
    """What was most likely meant by a word that is none: a common one, a likely slip away, or two."""
    lowered = word.casefold()
    near = nearest(lowered)

    def likely(one: str) -> float:
        if " " in one:
            rarest = min(commonness(part) for part in one.split() if len(part) > 1)
            return _TWICE_AS_COMMON * rarest - _RUN_TOGETHER
        return _TWICE_AS_COMMON * commonness(one) - (_slip(lowered, one) if one in near else _FARTHER)

    return max(candidates(lowered) or [*near, *_apart(lowered)], key=likely, default=None)


def _apart(word: str) -> list[str]:
    """The ways in which `word` may be two that have run together."""
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) - 1)]
    return [
        f"{left} {right}"
        for left, right in cuts
        if (left in _GLUED or right in _GLUED) and (left == "a" or is_known(left)) and is_known(right)
    ]


def _slip(wrong: str, right: str) -> float:
    """How unlikely it is, in nats, to write `wrong` for a word that is a letter away."""
    at = common_prefix(wrong, right)
    first = _FIRST_LETTER if at == 0 else 0.0
    if len(wrong) < len(right):
        last = _LAST_LEFT_OUT if at == len(wrong) else 0.0
        return first + (_TWIN_LEFT_OUT if _twin(right, at) else last)
    if len(wrong) > len(right):
        return first + (_TWIN_TOO_MANY if _twin(wrong, at) else _ONE_TOO_MANY)
    return first + (_SWAPPED if wrong[at : at + 2] == right[at : at + 2][::-1] else _ANOTHER)


def _twin(word: str, at: int) -> bool:
    """Whether the letter stands beside another of its kind."""
    return word[at] in (word[at - 1 : at], word[at + 1 : at + 2])


def unheard_of(text: str, protected: tuple[tuple[int, int], ...]) -> list[Misspelling]:
    """Words of a sentence that are none, though a word is a letter away, or two have run together.

    Forms and derivations of words count as words: the vocabulary has not all of them. Of known misspellings
    those are here that are not certain: they may stand for several words, or be names.
    """
    found: list[Misspelling] = []
    certain = {one.start for one in misspellings(text, protected)}
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) < _SHORTEST or not (word.islower() or word.istitle()) or match.start() in certain:
            continue
        if any(start < match.end() and match.start() < end for start, end in protected):
            continue
        listed = bool(candidates(word))
        # Within a sentence a capital makes a name, unless it is a known misspelling.
        if not listed and word.istitle() and re.search(r"\w", text[: match.start()]):
            continue
        if not listed and (is_word(word) or is_term(word) or _derived(word.casefold())):
            continue
        meant = likeliest(word)
        if meant is not None and (listed or not _forms(word.casefold(), meant)):
            found.append(Misspelling(*match.span(), meant.capitalize() if word.istitle() else meant))
    return found


def _derived(word: str) -> bool:
    rests = [word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)]
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        # "happend" and "successfuly" are no derivations of what they begin with.
        if (
            stem != word
            and not (ending == "d" and stem[-1:] != "e")
            and not (ending == "y" and stem[-1:] == "l")
        ):
            rests += [stem, stem + "e", stem + "y", stem[:-1] if stem[-2:-1] == stem[-1:] else stem]
    return any(len(rest) > 3 and is_known(rest) for rest in rests)


def _forms(one: str, other: str) -> bool:
    """Whether two words look like forms of one; "creat" looks like none."""
    if " " in other or other == f"{one}e":
        return False
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or (one[-1:] != other[-1:] and one[:-1] == other[:-1])


def misspellings(text: str, protected: tuple[tuple[int, int], ...]) -> list[Misspelling]:
    """The misspelled words of a sentence of which the right form is certain.

    Words in capitals and, but for the first, words with one are names: nothing is said of them.
    """
    found: list[Misspelling] = []
    for match in _WORD.finditer(text):
        word = match.group()
        right = candidates(word)
        if len(right) != 1 or any(start < match.end() and match.start() < end for start, end in protected):
            continue
        if word.islower():
            found.append(Misspelling(*match.span(), right[0]))
        elif word.istitle() and not re.search(r"\w", text[: match.start()]):
            found.append(Misspelling(*match.span(), right[0].capitalize()))
    return found
