"""Grammar: corrects spelling and grammar in prose, comments and docstrings, one sentence at a time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from smallsense.engine.questions import Answer, Change, Question, Revise, Revision
from smallsense.skills.edit_evidence import evidence
from smallsense.skills.edit_kind import RULES, Correction, corrections
from smallsense.skills.edit_pieces import Piece, letters, whole_words
from smallsense.skills.edit_veto import forbidden
from smallsense.skills.finding import Face, Finding, Fix
from smallsense.skills.overlooked import overlooked
from smallsense.skills.skill import Example, Skill
from smallsense.skills.spelling import Spelled, is_near, likeliest, spell
from smallsense.skills.variants import is_unwanted
from smallsense.skills.vocabulary import everyday, is_english, is_known, is_term, is_word
from smallsense.skills.wording import wording
from smallsense.text.reading import Reading
from smallsense.text.scope import Scope

UNRELATED_COST = 2.0
"""Nats taken off the margin where a word becomes one that neither looks nor means like it."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def ask(scope: Scope) -> Iterable[Question]:
    """Ask for a corrected sentence where there is an English one; known misspellings are corrected first."""
    if scope.reading is not None and any(character.isalpha() for character in scope.reading.text):
        spelled = spell(scope.reading.text, scope.reading.protected)
        if is_english(spelled.text, spelled.protected):
            yield Revise(spelled.text, spelled.protected)


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Turn the changes into findings, leaving out those that a careful editor would never make."""
    if scope.reading is None or not isinstance(question, Revise) or not isinstance(answer, Revision):
        return
    text, protected = scope.reading.text, scope.reading.protected
    spelled = spell(text, protected)
    if question.text != spelled.text:
        return
    changes = [c for c in answer.changes if 0 <= c.start <= c.end <= len(question.text)]
    traced = [_respelled(text, change) for change in whole_words(text, spelled.traced(changes))]
    found = corrections(text, [*traced, *_passed_over(scope, scope.reading, traced)], protected)
    if _astray(text, found):
        found = _known(scope, scope.reading, spelled)
    if not found:
        return
    register = everyday(text, protected)
    left = _allowed(text, protected, found, register)
    if lost := [correction for correction in found if correction not in left]:
        known = _known(scope, scope.reading, spelled)
        left += [
            one
            for one in _allowed(text, protected, known, register)
            if any(_touch(one, other) for other in lost) and not any(_touch(one, other) for other in left)
        ]
    for correction in sorted(left, key=lambda one: one.start):
        if not is_unwanted(
            text[correction.start : correction.end].strip(), correction.text.strip(), scope.variant
        ):
            seen = evidence(text, protected, correction, answer.doubt, register)
            yield from _finding(scope.reading, text, correction, seen)


def _known(scope: Scope, reading: Reading, spelled: Spelled) -> list[Correction]:
    """What is known without the model: it stands where the model's own corrections may not be made."""
    listed = spelled.traced(())
    return corrections(reading.text, [*listed, *_passed_over(scope, reading, listed)], reading.protected)


def _allowed(
    text: str, protected: tuple[tuple[int, int], ...], found: list[Correction], register: float
) -> list[Correction]:
    """Those that may be made; what stands beside another was part of the same idea: "Return how" → "How"."""
    bad = [correction for correction in found if forbidden(text, protected, correction, register)]
    return [one for one in found if not any(_touch(one, other) for other in bad)]


def _touch(one: Correction, other: Correction) -> bool:
    """Whether two corrections overlap, or have no more than a blank between them."""
    return other.start - 1 <= one.end and one.start <= other.end + 1


def confidence(margin: float) -> float:
    """Return the probability in [0, 1] that a change of this margin (nats) is right: it grows with it."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, margin))))


def _passed_over(scope: Scope, reading: Reading, changes: list[Piece]) -> Iterator[Piece]:
    """Likely slips that the model passed over: no margin speaks for their correction."""
    prose = scope.snapshot.language.kind == "prose"
    for begin, stop, new in overlooked(reading.text, reading.protected, prose):
        # A blank may lie between: a comma is right or wrong by what comes after it.
        if not any(start <= stop + 1 and begin <= end + 1 for start, end, _, _ in changes):
            yield begin, stop, new, 0.0


def _respelled(text: str, change: Piece) -> Piece:
    """Where the model saw a misspelling but wrote no word, or a far one: the likeliest word a letter away.

    Of 44 corrections that differ from it, of 1,200 mined ones, it was right in 22 and the model in 7.
    """
    start, end, new, margin = change
    old = text[start:end]
    bare, written = old.strip(), new.strip()
    if not (bare.isalpha() and bare.isascii() and len(bare) > 3 and bare[1:].islower()):
        return change
    if is_word(bare) or is_term(bare):
        return change
    if is_known(written.casefold()) and is_near(written.casefold(), bare.casefold()):
        return change
    if letters(written).casefold() == bare.casefold():
        return change
    meant = likeliest(bare)
    if meant is None or re.search(rf"\b{re.escape(meant)}\b", written.casefold()):
        return change
    right = meant.capitalize() if bare[0].isupper() else meant
    return start, end, old.replace(bare, right), margin


def _finding(
    reading: Reading, text: str, correction: Correction, seen: tuple[tuple[str, float], ...]
) -> Iterator[Finding]:
    edit = reading.edit(correction.start, correction.end, correction.text)
    if edit is None:
        return
    shown = reading.span(correction.show_start, correction.show_end)
    new, old = correction.text.strip(), text[correction.start : correction.end].strip()
    title = f"Change to “{new}”" if new and old else f"Insert “{new}”" if new else f"Remove “{old}”"
    if correction.rule == "spacing" or not (new or old):
        title = "Correct the spacing"
    yield Finding(
        span=edit.span if shown is None or len(shown) == 0 else shown,
        message=correction.message,
        confidence=confidence(correction.margin - UNRELATED_COST * correction.unrelated),
        rule=correction.rule,
        fixes=(Fix(title, (edit,)),),
        evidence=seen,
        word=_doubted(correction, old),
        opinion=wording(text, correction.start, correction.end, correction.text),
    )


def _doubted(correction: Correction, old: str) -> str:
    """The one word that may be right though nobody knows it; none where words do not go together."""
    if _WORD.fullmatch(old) is None:
        return ""
    unknown = (correction.rule == "spelling" or correction.unrelated) and not is_word(old)
    return old if unknown or correction.rule == "capitalization" else ""


def _astray(text: str, found: list[Correction]) -> bool:
    """Whether the model rewrote the sentence rather than corrected it."""
    words = len(re.findall(r"\w+", text))
    rewritten = sum(
        max(correction.words, len(correction.text.split()))
        for correction in found
        if correction.rule
        not in {"spelling", "capitalization", "punctuation", "spacing", "repeated-word", "word-order"}
    )
    return rewritten > max(words / 2, 1)


SKILL = Skill(
    name="grammar",
    title="Spelling and grammar",
    summary="Corrects spelling and grammar in prose, comments and docstrings, sentence by sentence.",
    scopes=("sentence",),
    faces=(Face.DIAGNOSTIC, Face.QUICK_FIX),
    ask=ask,
    read=read,
    rules=RULES,
    examples=(
        Example(
            before="You will recieve a list of users.\n",
            answers=(Revision(),),
            after="You will receive a list of users.\n",
        ),
        Example(
            before="This function return a list of user.\n",
            answers=(Revision((Change(14, 20, "returns", 3.0), Change(31, 35, "users", 2.0))),),
            after="This function returns a list of users.\n",
        ),
        Example(
            before="It retuns list of users.\n",
            answers=(Revision((Change(11, 11, "a ", 2.0),)),),
            after="It returns a list of users.\n",
        ),
        Example(
            before="It returns list of users.\n",
            answers=(Revision((Change(11, 11, "a ", 2.0),)),),
            after="It returns a list of users.\n",
        ),
        Example(
            before="Pass the the name of the file.\n",
            answers=(Revision((Change(8, 12, "", 3.0),)),),
            after="Pass the name of the file.\n",
        ),
        Example(
            before='def parse(line):\n    """Parse an line of the log."""\n',
            language="python",
            answers=(Revision((Change(6, 8, "a", 3.0),)),),
            after='def parse(line):\n    """Parse a line of the log."""\n',
        ),
        Example(
            before="// Returns wether the list is empty.\nfunction isEmpty(list) {}\n",
            language="javascript",
            answers=(Revision((Change(8, 14, "whether", 5.0),)),),
            after="// Returns whether the list is empty.\nfunction isEmpty(list) {}\n",
        ),
        Example(before="The parser reads one line at a time.\n", answers=(Revision(),), after=None),
        Example(
            before="Set the timeout to 30 seconds.\n",
            answers=(Revision((Change(19, 21, "60", 6.0),)),),
            after=None,
        ),
        Example(
            before="We thank Jon Smyth for the report.\n",
            answers=(Revision((Change(13, 18, "Smith", 6.0),)),),
            after=None,
        ),
        Example(
            before="Call get_usr_name with the right argument.\n",
            answers=(Revision((Change(5, 17, "get_user_name", 6.0),)),),
            after=None,
        ),
        Example(
            before="Return how many days are left.\n",
            answers=(Revision((Change(0, 10, "How", 4.0),)),),
            after=None,
        ),
        Example(
            before="The 😀 function return a list.\n",
            answers=(Revision((Change(13, 19, "returns", 5.0),)),),
            after="The 😀 function returns a list.\n",
        ),
        Example(
            before="Press 😀 and you get a list.\n",
            answers=(Revision((Change(6, 6, "the button ", 5.0),)),),
            after=None,
        ),
        Example(
            before="Lending books: who has which book.\n",
            answers=(Revision((Change(15, 23, "", 4.0),)),),
            after=None,
        ),
        Example(
            before="Open the file before reading.\n",
            answers=(Revision((Change(0, 28, "Reading comes after a file was opened", 6.0),)),),
            after=None,
        ),
    ),
)
