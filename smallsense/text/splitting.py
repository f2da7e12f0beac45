"""Where one sentence ends and the next begins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from smallsense.text.words import words

# Sentences beyond this many characters are cut at a weaker mark, or left out where there is none.
LONGEST = 600

_LONGEST_ASIDE = 200
"""Characters from the end of a sentence in brackets to their own."""

_END = re.compile(r"((?<![.!?])[.!?]++|…)([\"'”’»)\]*_`]*+)(\s++)(?=\S)")

_ABBREVIATIONS = words(
    "e.g i.e eg ie vs cf approx resp dr mr mrs ms prof st viz ca a.k.a aka w.r.t ph.d wrt incl excl"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
# These may also be a sentence's last word: a capital after them starts the next.
_EITHER = words(
    "etc al a.m p.m u.s u.k inc ltd co corp jr sr ed eds esp est min max avg dept dist def var param ex abbr"
)
# These are abbreviations where a number follows.
_NUMBERED = words("no nos fig figs eq eqs sec secs ch chap vol pp p ver ref refs")
_LAST_WORD = re.compile(r"[\w.]*\w$")

_WEAKER = (re.compile(r";\s+"), re.compile(r"[:—–]\s+|\s-\s+"), re.compile(r",\s+"), re.compile(r"\s+"))


def sentence_ranges(text: str, protected: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The character ranges of the sentences in `text`, without blanks around them.

    No boundary lies inside one of the `protected` ranges, which are in order and apart from each other.
    Pieces of sentences that are too long are ranges of their own.
    """
    starts = [start for start, _ in protected]

    def inside(position: int) -> bool:
        index = bisect_right(starts, position) - 1
        return index >= 0 and protected[index][0] < position < protected[index][1]

    begin = 0
    for match in _END.finditer(text):
        if (
            not inside(match.end(1))
            and not inside(match.end(2))
            and _ends(text, match)
            and not _within_brackets(text, begin, match)
        ):
            yield from _cut(text, *_trimmed(text, begin, match.end(2)), inside)
            begin = match.end()
    yield from _cut(text, *_trimmed(text, begin, len(text)), inside)


def _ends(text: str, match: re.Match[str]) -> bool:
    following = text[match.end()]
    if following in "\"'“‘«([*_" and match.end() + 1 < len(text):
        following = text[match.end() + 1]
    mark = match.group(1)
    if mark == "." and not match.group(2):
        word = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
        last = word.group().lower().rstrip(".") if word else ""
        if last in _EITHER:
            return following.isupper()
        if last in _NUMBERED:
            return not following.isdigit()
        if last in _ABBREVIATIONS:
            return False
        # A single capital is an initial: "J. Doe". "I" is a word.
        if len(last) == 1 and word is not None and word.group().isupper() and last != "i":
            return False
    if mark in ("...", "…", ".."):
        return following.isupper()
    # "He asked why? and left": a sentence seldom starts with a small letter, unless it is a name.
    return not following.islower() or mark == "."


def _within_brackets(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether brackets that stand in the middle of a sentence are open here, and are closed soon."""
    end = match.end(2)
    if text.count("(", begin + 1, end) <= text.count(")", begin + 1, end):
        return False
    closing = text.find(")", end, end + _LONGEST_ASIDE)
    return closing >= 0 and text.find("(", end, closing) < 0


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int, inside: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        at = next((at for weaker in _WEAKER if (at := _last(weaker, text, start, inside)) is not None), None)
        if at is None:
            return
        yield _trimmed(text, start, at)
        start = _trimmed(text, at, end)[0]
    if start < end:
        yield start, end


def _last(mark: re.Pattern[str], text: str, start: int, inside: Callable[[int], bool]) -> int | None:
    """The end of the last mark that leaves a piece of a fair length."""
    ends = [match.end() for match in mark.finditer(text, start + LONGEST // 3, start + LONGEST)]
    return next((end for end in reversed(ends) if not inside(end)), None)
