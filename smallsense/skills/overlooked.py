"""What a model reads over though the letters show it: words that are none, small letters, a missing comma.

These are doubts only, and no margin speaks for them: what they are worth is for the calibration to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smallsense.skills.spelling import unheard_of
from smallsense.skills.vocabulary import is_everyday
from smallsense.text.words import words

Suggestion = tuple[int, int, str]
"""Replace the characters `[start, end)` by the text."""

_OPENERS = words("a also are can each does is will")
"""Words with which sentences begin, though manuals have them more often than books do."""

_COMMANDS = words("black cat cut find go less make man more top watch")
"""Everyday words that are also what programs are called."""

_FEWEST_WORDS = 4
_SMALL = re.compile(r"[a-z]+(?=[\s,'’])")
_END_MARK = re.compile(r"[.!?][\"'”’)]*\s*$")
_LONE_I = re.compile(
    r"(?<![\w'’.@/\\$#-])i(?=['’](?:m|ve|ll|d)\b|\s+(?:am|was|have|had|will|would|can|could|should|may|might|do|don"
    r"|did|didn|think|thought|know|knew|want|wanted|like|need|agree|disagree|believe|see|saw|feel|felt|mean|hope"
    r"|guess|get|got|go|went|came|say|said|live|love|try|tried|take|took|make|made|use|used|work|worked|start"
    r"|started|find|found|also|really|just|always|never|still|only|strongly|personally|completely|totally)\b)"
)
"""The person, not the index: what follows is a verb that a number would hardly have."""

_LEADING = re.compile(
    r"(?:however|therefore|moreover|furthermore|nevertheless|nonetheless|consequently|additionally|finally"
    r"|firstly|secondly|thirdly|lastly|nowadays|thus|also|otherwise|hence|first of all|for example"
    r"|besides(?!\s(?:a|an|the|this|that|my|its|his|her|their|our|your|being)\b)"
    r"|for instance|in addition|in conclusion|in fact|in general|in other words|as a result|of course"
    r"|in my opinion|on the other hand|on the contrary)"
    r"(?=\s+(?!(?:many|much|of|to|than|that|you|far)\b)[A-Za-z])",
    re.IGNORECASE,
)


def overlooked(text: str, protected: tuple[tuple[int, int], ...], prose: bool) -> Iterator[Suggestion]:
    """What stands in a sentence and is perhaps a slip; `prose` tells that it is no comment of code.

    Comments begin with a small letter as often as not.
    """
    for one in unheard_of(text, protected):
        yield one.start, one.end, one.right
    places = [(match.start(), match.end(), "I") for match in _LONE_I.finditer(text)]
    if prose:
        places += _small_opening(text)
    if leading := _LEADING.match(text):
        places.append((leading.end(), leading.end(), ","))
    for start, end, new in places:
        if not any(first < max(end, start + 1) and start < last for first, last in protected):
            yield start, end, new


def _small_opening(text: str) -> Iterator[Suggestion]:
    """The first word of a whole sentence, where it is hardly a name."""
    first = _SMALL.match(text)
    whole = len(text.split()) >= _FEWEST_WORDS and _END_MARK.search(text) is not None
    if not whole or first is None or first.group() in _COMMANDS:
        return
    if first.group() in _OPENERS or is_everyday(first.group()):
        yield first.start(), first.end(), first.group().capitalize()
