"""Spelling: words that are known misspellings of one other word.

The list is that of the program typos (the crate `typos-dict`), under MIT or Apache-2.0;
`tools/misspellings.py` makes the file beside this module from its source distribution. The vocabulary is
what `tools/vocabulary.py` counted in permissively licensed documentation and public-domain books.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from smallsense.engine.questions import Change
from smallsense.skills.sorted_lines import SortedLines

CERTAIN = 10.0
"""The margin (nats) of a correction that the list makes, not the model."""

_SHORTEST = 6
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

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

_WORD = re.compile(r"(?<![\w'’.@/\\-])[A-Za-z]{3,}(?![\w/\\@]|[-'’.]\w)")
"""A word that stands alone: no part of a name, a path or a compound."""
_LETTERS_OF_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Misspelling:
    """The word at the characters `[start, end)`, and the right one."""

    start: int
    end: int
    right: str


@cache
def _list() -> SortedLines:
    """Every known misspelling in lower case, and the words it may stand for, with commas between them."""
    return SortedLines(_unpacked("misspellings.csv.xz"))


def candidates(word: str) -> tuple[str, ...]:
    """The words, in lower case, that a known misspelling may stand for; none for any other word."""
    listed = _list().get(word.casefold().encode("utf-8", "replace"))
    return tuple(listed.decode().split(",")) if listed else ()


@cache
def _vocabulary() -> SortedLines:
    """Words, in lower case: what good text is made of."""
    return SortedLines(_unpacked("vocabulary.txt.xz"))


@cache
def _terms() -> SortedLines:
    """Words, in lower case, that names in code are made of and prose hardly has."""
    return SortedLines(_unpacked("terms.txt.xz"))


@cache
def _right_words() -> SortedLines:
    """Words, in lower case: what misspellings stand for."""
    words = {
        word.group()
        for line in re.finditer(rb"^[^,\n]*(,.*)", _unpacked("misspellings.csv.xz"), re.MULTILINE)
        for word in re.finditer(rb"[^,]+", line[1])
    }
    return SortedLines(b"\n".join(sorted(words)))


def _known(word: str) -> bool:
    raw = word.encode("utf-8", "replace")
    return raw in _vocabulary() or raw in _right_words()


def _unpacked(name: str) -> bytes:
    return lzma.decompress(files(__package__ or __name__).joinpath(name).read_bytes())


def is_word(word: str) -> bool:
    """Whether `word`, or what it is the genitive of, is in the vocabulary."""
    return _known(word.casefold().replace("’", "'").removesuffix("'s"))


def is_term(word: str) -> bool:
    """Whether several programs have names with this `word`, though it is not in the vocabulary."""
    return word.casefold().encode("utf-8", "replace") in _terms()


def is_english(text: str, protected: tuple[tuple[int, int], ...]) -> bool:
    """Whether at least half of the words outside the `protected` ranges are in the vocabulary.

    Of a text in another language few are, nor of a list of names. No words at all are no other language.
    """
    found: list[str] = []
    at = 0
    for start, end in (*protected, (len(text), len(text))):
        found += _LETTERS_OF_WORD.findall(text, at, start)
        at = end
    return 2 * sum(map(is_word, found)) >= len(found)


def nearest(word: str) -> list[str]:
    """The words one letter away from `word`: one left out, too many, changed, or two swapped."""
    lowered = word.casefold()
    cuts = [(lowered[:at], lowered[at:]) for at in range(len(lowered) + 1)]
    near = {left + right[1:] for left, right in cuts if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    near |= {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    near |= {left + letter + right for left, right in cuts for letter in _LETTERS}
    return sorted(one for one in near - {lowered} if _known(one))


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


def unheard_of(text: str, protected: tuple[tuple[int, int], ...]) -> list[Misspelling]:
    """Words of a sentence that are no words, where only one word is a letter away: perhaps it was meant.

    Forms and derivations of words count as words: the vocabulary has not all of them.
    """
    found: list[Misspelling] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) < _SHORTEST or not word.islower() or candidates(word):
            continue
        if is_word(word) or is_term(word) or _derived(word):
            continue
        if any(start < match.end() and match.start() < end for start, end in protected):
            continue
        near = nearest(word)
        if len(near) == 1 and not _forms(word, near[0]):
            found.append(Misspelling(*match.span(), near[0]))
    return found


def _derived(word: str) -> bool:
    rests = [word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)]
    for ending in _ENDINGS:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            rests += [stem, stem + "e", stem + "y", stem[:-1] if stem[-2:-1] == stem[-1:] else stem]
    return any(len(rest) > 3 and _known(rest) for rest in rests)


def _forms(one: str, other: str) -> bool:
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
