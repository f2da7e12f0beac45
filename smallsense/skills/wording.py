"""A second opinion on a correction: is the corrected wording likelier English than the one that stands?

The adapter that wrote a correction was trained to find mistakes; a model that was trained to read has no such
eye, and disagrees about other things. How much likelier it holds the new words is evidence of its own.
"""

from __future__ import annotations

import re

from smallsense.engine.questions import Choose
from smallsense.skills.opinion import Opinion

MODEL = "wording"
"""Who is asked: no skill has this name, so it is the default base without an adapter."""

EVIDENCE = "likelier wording"
"""The name that a calibration knows the answer by."""

LEAST = -2.0
"""New words are hardly ever less likely than that where all else speaks for them: then nobody is asked."""

WORDS = 6
"""So many words after the correction are compared: farther on, both go on alike."""

_TAIL = re.compile(rf"\S*(?:\s+\S+){{0,{WORDS}}}")


def wording(text: str, start: int, end: int, new: str) -> Opinion | None:
    """Ask which is likelier: `text` with `new` for the characters `[start, end)`, or `text`.

    None where one of them would be empty.
    """
    # Tokens begin with the blank before a word.
    begin = max(text.rfind(" ", 0, start), 0)
    tail = _TAIL.match(text, end)
    stop = tail.end() if tail else end
    candidates = text[begin:start] + new + text[end:stop], text[begin:stop]
    if not all(candidate.strip() for candidate in candidates) or candidates[0] == candidates[1]:
        return None
    return Opinion(MODEL, Choose("\n" + text[:begin], candidates), EVIDENCE, LEAST)
