"""What kind of mistake an edit to a sentence mends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from smallsense.skills.edit_message import message
from smallsense.skills.edit_words import (
    AGREEING,
    ARTICLES,
    CONFUSED,
    PARADIGMS,
    PREPOSITIONS,
    SINGULAR_PLURAL,
    WORD,
)
from smallsense.skills.vocabulary import is_word

_TOKEN = re.compile(rf"{WORD.pattern}|[^\w\s]")
_PIECE = re.compile(rf"\s+|{_TOKEN.pattern}")

# What an insertion leans on: the next word, without what opens right before it, or else the next mark.
_NEXT = re.compile(rf"\s*(?:[\"'`(\[{{<“‘*_]?(?P<word>{WORD.pattern})|(?P<mark>[^\w\s]))")

RULES = {
    "agreement": "subject and verb, or a word and its number, do not agree: “it return”, “these list”",
    "article": "an article is missing, superfluous or wrong: “a error”",
    "capitalization": "a capital is missing or superfluous: “on monday”",
    "extra-word": "a word too many: “in order for to run”",
    "missing-word": "a word is missing: “it allows run tests”",
    "preposition": "the wrong preposition: “depends of”",
    "punctuation": "a mark is missing, superfluous or wrong: “dont”",
    "repeated-word": "a word stands twice: “the the”",
    "spacing": "words run together or apart: “alot”, “can not”",
    "spelling": "a misspelled word: “recieve”",
    "verb-form": "a verb in the wrong form: “it has ran”",
    "word-choice": "a word taken for another: “then” for “than”",
}
"""Every rule, with what breaks it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Replace the characters `[start, end)` by `text`.

    `[show_start, show_end)` covers the whole words concerned (for an insertion, the word it leans on);
    `words` is how many words of the original are changed or removed; `unrelated` tells that the new words are
    neither forms nor look-alikes of the old ones: that is where a small model invents.
    """

    start: int
    end: int
    text: str
    rule: str
    message: str
    show_start: int
    show_end: int
    words: int
    margin: float
    unrelated: bool = False


def corrections(text: str, changes: Iterable[tuple[int, int, str, float]]) -> list[Correction]:
    """Return the corrections that `changes` (start, end, replacement, margin) make to `text`.

    Changes to one word become one correction, changes to several words one each; changes that change nothing
    vanish.
    """
    groups: list[tuple[int, int, list[tuple[int, int, str, float]]]] = []
    for change in sorted(changes):
        start, end = _widened(text, *change[:3])
        if groups and start < groups[-1][1]:
            first, last, members = groups.pop()
            groups.append((min(first, start), max(last, end), [*members, change]))
        else:
            groups.append((start, end, [change]))
    found: list[Correction] = []
    for start, end, members in groups:
        new, at = "", start
        for change_start, change_end, replacement, _ in members:
            new += text[at:change_start] + replacement
            at = change_end
        new += text[at:end]
        margin = min(member[3] for member in members)
        pieces = [piece for piece in _pieces(text, start, end, new) if text[piece[0] : piece[1]] != piece[2]]
        found += [_correction(text, *piece, margin) for piece in pieces]
    return found


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


def _pieces(text: str, start: int, end: int, new: str) -> Iterator[tuple[int, int, str]]:
    """Split a change of several words into the runs of words that really differ."""
    old_tokens = list(_PIECE.finditer(text, start, end))
    new_tokens = _PIECE.findall(new)
    places = [token.start() for token in old_tokens] + [end]
    matcher = SequenceMatcher(None, [token.group() for token in old_tokens], new_tokens, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from _halves(text, places[i1], places[i2], "".join(new_tokens[j1:j2]))


def _halves(text: str, start: int, end: int, new: str) -> Iterator[tuple[int, int, str]]:
    """Split "return the" → "returns" into the word that changed and the word that came or went."""
    old_words, new_words = list(WORD.finditer(text, start, end)), list(WORD.finditer(new))
    if {len(old_words), len(new_words)} != {1, 2} or _letters(text[start:end]) == _letters(new):
        yield start, end, new
    elif _similar(old_words[0].group().casefold(), new_words[0].group().casefold()):
        yield start, old_words[0].end(), new[: new_words[0].end()]
        yield old_words[0].end(), end, new[new_words[0].end() :]
    elif _similar(old_words[-1].group().casefold(), new_words[-1].group().casefold()):
        yield start, old_words[-1].start(), new[: new_words[-1].start()]
        yield old_words[-1].start(), end, new[new_words[-1].start() :]
    else:
        yield start, end, new


def _correction(text: str, start: int, end: int, new: str, margin: float) -> Correction:
    rule = _rule(text, start, end, new)
    show_start, show_end = _shown(text, start, end, new)
    words = WORD.findall(text[start:end])
    unrelated = rule == "word-choice" and not (
        len(words) == 1 and any(_confused(words[0], word) for word in WORD.findall(new))
    )
    said = message(rule, text, start, end, new)
    return Correction(start, end, new, rule, said, show_start, show_end, len(words), margin, unrelated)


def _shown(text: str, start: int, end: int, new: str) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        return start, end
    # Nothing to point at: an insertion (or a blank). A mark belongs to the word before it.
    preceding = list(WORD.finditer(text, 0, start))[-1:]
    if preceding and new.strip() and not WORD.search(new):
        return preceding[0].span()
    if following := _NEXT.match(text, end):
        return following.span("word" if following["word"] else "mark")
    return preceding[0].span() if preceding else (start, end)


def _rule(text: str, start: int, end: int, new: str) -> str:
    """Name the mistake that replacing the characters `[start, end)` by `new` mends."""
    old = text[start:end]
    old_words, new_words = WORD.findall(old), WORD.findall(new)
    one = len(old_words) == len(new_words) == 1
    if _letters(old) == _letters(new):
        if "".join(old.split()) == "".join(new.split()):
            return "spacing"
        return "word-choice" if one and _confused(old_words[0], new_words[0]) else "punctuation"
    if not new_words and old_words:
        return _deletion_rule(text, start, end, old_words)
    if not old_words and new_words:
        return "article" if _is_article(new_words) else "missing-word"
    return _word_rule(old_words[0], new_words[0]) if one else _many_rule(old_words, new_words)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _deletion_rule(text: str, start: int, end: int, words: list[str]) -> str:
    around = {word.casefold() for word in (*WORD.findall(text[:start])[-1:], *WORD.findall(text[end:])[:1])}
    if len(words) == 1 and words[0].casefold() in around:
        return "repeated-word"
    return "article" if _is_article(words) else "extra-word"


def _is_article(words: list[str]) -> bool:
    return len(words) == 1 and words[0].casefold() in ARTICLES


def _word_rule(old: str, new: str) -> str:
    """Name the mistake where one word stands for another."""
    if old.casefold() == new.casefold():
        return "capitalization"
    old, new = (word.casefold().replace("’", "'") for word in (old, new))
    if {old, new} <= ARTICLES:
        return "article"
    if _confused(old, new):
        return "word-choice"
    if {old, new} <= PREPOSITIONS:
        return "preposition"
    if {old, new} <= AGREEING and any({old, new} <= paradigm for paradigm in PARADIGMS):
        return "agreement"
    if any({old, new} <= pair for pair in SINGULAR_PLURAL):
        return "agreement"
    if any({old, new} <= paradigm for paradigm in PARADIGMS):
        return "agreement" if _ending(old) == "s" or _ending(new) == "s" else "verb-form"
    old_ending, new_ending = _ending(old), _ending(new)
    if old_ending != new_ending and _stems(old) & _stems(new):
        return "agreement" if {old_ending, new_ending} == {"", "s"} else "verb-form"
    if _similar(old, new) and not (is_word(old) and is_word(new)):
        return "spelling"
    return "word-choice"


def _many_rule(old: list[str], new: list[str]) -> str:
    """Name the mistake where several words are replaced, by what all of them have in common."""
    if len(old) == len(new):
        rules = {_word_rule(a, b) for a, b in zip(old, new, strict=True) if a != b}
        if len(rules) == 1:
            return rules.pop()
    if _similar("".join(old).casefold(), "".join(new).casefold()) and abs(len(old) - len(new)) == 1:
        return "spelling"
    return "word-choice"


def _confused(old: str, new: str) -> bool:
    return any({old.casefold(), new.casefold()} <= pair for pair in CONFUSED)


def _ending(word: str) -> str:
    if word.endswith("ing") and len(word) > 4:
        return "ing"
    if word.endswith("ed") and len(word) > 3:
        return "ed"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return "s"
    return ""


def _stems(word: str) -> set[str]:
    """Return what `word` may be an inflection of: a generous set, only ever compared with another's."""
    stems = {word}
    for ending, replacements in (
        ("ies", ("y",)),
        ("es", ("", "e")),
        ("s", ("",)),
        ("ied", ("y",)),
        ("ed", ("", "e")),
        ("ing", ("", "e")),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stems |= {word[: -len(ending)] + replacement for replacement in replacements}
    doubled = {
        stem[:-1] for stem in stems if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in "bdgklmnprtv"
    }
    return stems | doubled


def _similar(old: str, new: str) -> bool:
    """Whether one is a plausible misspelling of the other."""
    if max(len(old), len(new)) <= 3:
        return sorted(old) == sorted(new) or SequenceMatcher(None, old, new).ratio() >= 0.8
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= 0.7
