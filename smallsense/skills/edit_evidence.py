"""What speaks for and against a correction: a calibration makes a confidence of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smallsense.skills.edit_kind import Correction
from smallsense.skills.edit_veto import dropped
from smallsense.skills.spelling import candidates
from smallsense.skills.vocabulary import commonness, is_word
from smallsense.text.common_prefix import common_prefix

MOST_MARGIN = 12.0
"""Beyond it (nats) a model is no surer, only louder."""

MOST_DOUBT = 8.0
"""So with what it says of a whole sentence (nats)."""

MOST_EVERYDAY = 8.0
"""And with what the words of a sentence say of the kind of text (nats)."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_END = re.compile(r"[.!?:;…][\"'”’)\]*_`]*\s*$")


LONGEST = 12
"""Longer words are as sure to be none as one of so many letters."""

MOST_LETTERS = 8
"""A correction of more characters is no larger."""


def evidence(
    text: str,
    protected: Sequence[tuple[int, int]],
    correction: Correction,
    doubt: float | None = None,
    register: float = 0.0,
) -> tuple[tuple[str, float], ...]:
    """What can be said of a correction of the sentence `text`, about which the model had this `doubt`.

    Its `register` is that of `vocabulary.everyday`.

    How many others the sentence has is left out: it says nothing once sentences with many mistakes are among
    those that a calibration reads. Names are those of the calibration. The rule counts by itself and with the
    margin, and how many letters change; the doubt and the kind of text count by how much; of a word that the
    model read over, how common the right one is and how long it is; all else is 0 or 1.
    """
    start, end = correction.start, correction.end
    old, new = text[start:end], correction.text
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    one = len(old_words) == len(new_words) == 1
    listed = one and new_words[0].casefold() in candidates(old_words[0])
    known = one and not listed and is_word(old_words[0])
    sound = all(is_word(word) for word in new_words)
    same = common_prefix(old, new)
    after = common_prefix(old[same:][::-1], new[same:][::-1])
    first, last = start + same, end - after
    taken, added = text[first:last], new[same : len(new) - after]
    margin = 0.0 if listed else min(correction.margin, MOST_MARGIN)
    silent = correction.margin == 0.0
    opens = not _WORD.search(text[:start])
    register = max(-MOST_EVERYDAY, min(MOST_EVERYDAY, register))
    raised = silent and opens and correction.rule == "capitalization"
    found = {
        "margin": margin,
        "doubt": max(-MOST_DOUBT, min(MOST_DOUBT, doubt or 0.0)),
        f"rule {correction.rule}": 1.0,
        f"margin of {correction.rule}": margin,
        "listed misspelling": listed,
        "word becomes no word": known and not sound,
        "word becomes another": known and sound,
        "no word becomes a word": not known and sound and one and not listed,
        "the model was silent": silent,
        **(_respelling(old_words[0], new_words[0]) if silent and one and not known else {}),
        "everyday wording": register,
        "small opening": raised,
        "small opening, everyday wording": register * raised,
        "lone i": old.strip() == "i",
        "opener without a comma": silent and not old and new == ",",
        "makes no word": not sound,
        "unrelated words": correction.unrelated,
        "drops a word that means something": dropped(text, correction) > 0,
        "several words": max(len(old_words), len(new_words)) > 1,
        "capital within": any(word[:1].isupper() for word in old_words) and bool(_WORD.search(text[:start])),
        "opens the sentence": opens,
        "ends the text": not _WORD.search(text[end:]),
        "no end mark": not _END.search(text),
        # A listed misspelling is known for one, however much of the word it takes.
        "letters changed": 0 if listed else min(MOST_LETTERS, len(taken) + len(added)),
        "within a word": _joins(text[:first], text[last:]),
        "beside code": any(begin - 2 <= end and start <= stop + 2 for begin, stop in protected),
    }
    return tuple((name, float(value)) for name, value in found.items() if value)


def _respelling(old: str, new: str) -> dict[str, float]:
    """What speaks for and against a word that a model read over though nobody knows it."""
    return {
        "silent: commonness": commonness(new),
        "silent: letters": min(len(old), LONGEST),
        "silent: capital": old[:1].isupper(),
    }


def _joins(before: str, after: str) -> bool:
    """Whether a word goes on from the one text to the other."""
    return before[-1:].isalpha() and after[:1].isalpha()
