"""What kind of mistake an edit to a sentence mends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smallsense.skills.edit_message import message
from smallsense.skills.edit_pieces import Piece, ahead, behind, letters, pieces, similar
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
    "word-order": "words in the wrong order: “a such list”",
}
"""Every rule, with what breaks it."""


MOST_REPEATED = 4
"""So many words may stand twice: "in a in a series"."""


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


def corrections(
    text: str, changes: Iterable[Piece], protected: Sequence[tuple[int, int]] = ()
) -> list[Correction]:
    """Return the corrections that `changes` (start, end, replacement, margin) make to `text`.

    Changes to one word become one correction, changes to several words one each, unless a word has moved.
    Changes that change nothing vanish.
    """
    return [_correction(text, *piece) for piece in pieces(text, changes, protected)]


def _correction(text: str, start: int, end: int, new: str, margin: float) -> Correction:
    # Of "Last" → "The last" only what comes has a name, of "A that" → "That" only what goes.
    comes, goes = behind(text, start, end, new), ahead(text, start, end, new)
    done = (start, start, comes) if comes else (start, start + len(goes), "") if goes else (start, end, new)
    rule = _rule(text, *done)
    show_start, show_end = _shown(text, start, end, new)
    words = WORD.findall(text[start:end])
    unrelated = rule == "word-choice" and not (
        len(words) == 1 and any(_confused(words[0], word) for word in WORD.findall(new))
    )
    said = message(rule, text, *done)
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
    if letters(old) == letters(new):
        if "".join(old.split()) == "".join(new.split()):
            return "spacing"
        return "word-choice" if one and _confused(old_words[0], new_words[0]) else "punctuation"
    if len(old_words) > 1 and sorted(_folded(old_words)) == sorted(_folded(new_words)):
        return "word-order"
    if not new_words and old_words:
        return _deletion_rule(text, start, end, old_words)
    if not old_words and new_words:
        return "article" if _is_article(new_words) else "missing-word"
    return _word_rule(old_words[0], new_words[0]) if one else _many_rule(old_words, new_words)


def _folded(words: list[str]) -> list[str]:
    return [word.casefold() for word in words]


def _deletion_rule(text: str, start: int, end: int, words: list[str]) -> str:
    count, gone = len(words), _folded(words)
    if count <= MOST_REPEATED and gone in (
        _folded(WORD.findall(text[:start])[-count:]),
        _folded(WORD.findall(text[end:])[:count]),
    ):
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
    if similar(old, new) and not (is_word(old) and is_word(new)):
        return "spelling"
    return "word-choice"


def _many_rule(old: list[str], new: list[str]) -> str:
    """Name the mistake where several words are replaced, by what all of them have in common."""
    if len(old) == len(new):
        rules = {_word_rule(a, b) for a, b in zip(old, new, strict=True) if a != b}
        if len(rules) == 1:
            return rules.pop()
    if similar("".join(old).casefold(), "".join(new).casefold()) and abs(len(old) - len(new)) == 1:
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
