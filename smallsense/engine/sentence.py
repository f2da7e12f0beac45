"""One sentence under revision: what was read of it, what the model wrote, and where the two part.

The source is its own draft: a token that the model would have written itself is verified at no further cost.
Where it departs, its own token is taken, and the rest of the source is offered again as a draft from the
place where the two are likely to meet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from smallsense.engine.context import Context, Logits
from smallsense.engine.questions import Change, Revise, Revision

SPARE_TOKENS = 24
"""A revision may be this many tokens longer than its source; beyond it the model has gone astray."""

GUESS_TOKENS = 16
"""Draft offered while it is a guess where source and revision meet again: a wrong guess wastes these."""

LIKELY_SPARE_TOKENS = 12
"""More than that, drafts included, hardly any sentence needs."""

RESUME_WINDOW = 8
"""How far behind a departure a token of the revision is searched in the source (deleted words)."""

DETOUR_TOKENS = 8
"""How many tokens may be inserted before a protected place; then the source is forced."""


@dataclass(slots=True)
class _Departure:
    """Source tokens `[start, end)` replaced by `tokens`; `end` is final once the draft was met again."""

    start: int
    end: int
    margin: float
    tokens: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Sentence:
    """`read` cells of it are in `sequence` of a context; `given` comes next, and then perhaps the `draft`.

    The model wrote `written` tokens, and source and revision run in step, or are thought to, at `pointer`.
    `locked` source tokens must stay; one that `opens` a place may have something inserted before it. `astray`
    is a model that does not find back. `doubt` is that of `Revision`, once the source was read. A `large`
    one had to be put back, and may need as many cells as any of its length.
    """

    question: Revise
    source: list[int]
    locked: list[bool]
    opens: list[bool]
    given: list[int] = field(default_factory=list)
    draft: list[int] = field(default_factory=list)
    sequence: int = 0
    read: int = 0
    written: int = 0
    pointer: int = 0
    departures: list[_Departure] = field(default_factory=list)
    open: _Departure | None = None
    done: bool = False
    astray: bool = False
    large: bool = False
    doubt: float | None = None


def cells_needed(sentence: Sentence) -> int:
    """The most cells that a context holds of it at a time, and the one that `decode_steadily` may add."""
    return 2 * len(sentence.source) + SPARE_TOKENS + 2


def cells_likely(sentence: Sentence) -> int:
    """How many cells a context will hold of it, if it gets not much longer under revision."""
    return cells_needed(sentence) if sentence.large else 2 * len(sentence.source) + LIKELY_SPARE_TOKENS


def begin(context: Context, question: Revise) -> Sentence:
    """Take up `question`; there is nothing to do where no context could hold it."""
    source = context.tokenize(question.text)
    locked, opens = _locks(context, source, question)
    sentence = Sentence(question, source, locked, opens)
    sentence.done = not source or cells_needed(sentence) > context.capacity
    restart(context, sentence)
    return sentence


def restart(context: Context, sentence: Sentence) -> None:
    """Go back to where nothing of it was read.

    If the question has a `glance`, the source is read first, and offered as a draft only if it is doubted.
    """
    sentence.given = [*sentence.source, context.separator]
    glance = sentence.question.glance > -math.inf
    sentence.draft = [] if glance else sentence.source
    sentence.read = sentence.written = sentence.pointer = 0
    sentence.open = sentence.doubt = None
    sentence.departures.clear()


def _locks(context: Context, source: Sequence[int], question: Revise) -> tuple[list[bool], list[bool]]:
    """Per source token: does it touch a protected range, and is it the first that does?"""
    if not question.protected:
        return [False] * len(source), [False] * len(source)
    ranges = [
        (
            len(question.text[:start].encode("utf-8", "replace")),
            len(question.text[:end].encode("utf-8", "replace")),
        )
        for start, end in question.protected
    ]
    locked: list[bool] = []
    opens: list[bool] = []
    at = 0
    for token in source:
        end = at + len(context.piece(token))
        touched = [r for r in ranges if r[0] < end and at < r[1]]
        locked.append(bool(touched))
        opens.append(any(at <= r[0] for r in touched))
        at = end
    return locked, opens


def advance(context: Context, sentence: Sentence, rows: Logits) -> None:
    """Verify the draft against `rows` (draft + 1, vocabulary), and plan the next pass.

    The text stands where the model, having read it, doubts it less than the `glance` of the question.
    """
    if sentence.doubt is None:
        # Nobody would write a separator or the end there: that is where training lets the model say it.
        sentence.doubt = float(rows[0][context.separator] - rows[0][context.end])
        if sentence.doubt < sentence.question.glance:
            sentence.done = True
            return
    best = rows.argmax(axis=1)
    base = sentence.read + len(sentence.given)
    source = sentence.source
    for index in range(len(sentence.draft) + 1):
        copy = source[sentence.pointer] if sentence.pointer < len(source) else context.end
        token = int(best[index])
        if token in context.ends:
            token = context.end
        if token != copy and _must_copy(context, sentence, rows[index], token, copy):
            token = copy
        if token == copy:
            if sentence.pointer >= len(source):
                _close(sentence)
                sentence.done = True
                return
            _close(sentence)
            sentence.pointer += 1
            sentence.written += 1
            if index < len(sentence.draft):
                continue
        elif token == context.end:
            # The model ends before the source does: all that is left is deleted.
            _depart(sentence, float(rows[index][token] - rows[index][copy]))
            sentence.pointer = len(source)
            _close(sentence)
            sentence.done = True
            return
        else:
            _depart(sentence, float(rows[index][token] - rows[index][copy]))
            assert sentence.open is not None
            sentence.open.tokens.append(token)
            sentence.written += 1
            sentence.pointer = _meeting_point(context, sentence, token)
        # The draft ends here: forget what was read beyond it and offer a new one.
        if sentence.written > len(source) + SPARE_TOKENS:
            sentence.done = sentence.astray = True
            return
        sentence.read = base + index
        context.forget(sentence.sequence, sentence.read)
        # No more than may be written, or it would need more cells than `cells_needed`.
        most = len(source) + SPARE_TOKENS - sentence.written
        if sentence.open is not None:
            most = min(most, GUESS_TOKENS)
        sentence.given, sentence.draft = [token], source[sentence.pointer : sentence.pointer + most]
        return


def _must_copy(context: Context, sentence: Sentence, row: Logits, token: int, copy: int) -> bool:
    """Whether the source token stands although the model prefers another."""
    at = sentence.pointer
    if token == context.end and any(sentence.locked[at:]):
        return True
    if at < len(sentence.source) and sentence.locked[at]:
        detour = len(sentence.open.tokens) if sentence.open is not None else 0
        if not sentence.opens[at] or detour >= DETOUR_TOKENS:
            return True
    # Inertia holds only while source and revision run in step: within a departure the draft is but a guess.
    return sentence.open is None and float(row[token] - row[copy]) <= sentence.question.margin


def _depart(sentence: Sentence, margin: float) -> None:
    if sentence.open is None:
        sentence.open = _Departure(sentence.pointer, sentence.pointer, margin)


def _close(sentence: Sentence) -> None:
    """Source and revision meet again at the pointer."""
    if sentence.open is not None:
        sentence.open.end = sentence.pointer
        sentence.departures.append(sentence.open)
        sentence.open = None


def _meeting_point(context: Context, sentence: Sentence, token: int) -> int:
    """Guess which source token follows once the departure wrote `token`."""
    assert sentence.open is not None
    start = sentence.open.start
    limit = start
    while limit < len(sentence.source) and not sentence.locked[limit]:
        limit += 1
    # The token stands in the source: what lies before it was deleted, or something was inserted there.
    for index in range(start, min(start + RESUME_WINDOW, limit)):
        if sentence.source[index] == token:
            return index + 1
    if len(sentence.open.tokens) > 1:
        return sentence.pointer
    # Otherwise a word was replaced: the next word follows.
    index = start + 1
    while index < limit and not _starts_word(context, sentence.source[index]):
        index += 1
    return min(index, limit)


def _starts_word(context: Context, token: int) -> bool:
    piece = context.piece(token)
    return not piece[:1].isalnum() and piece[:1] < b"\x80"


def revision(context: Context, sentence: Sentence) -> Revision:
    """What became of it: departures of tokens as changes of characters."""
    if sentence.astray or not sentence.departures:
        return Revision(doubt=sentence.doubt)
    offsets = [0]
    for token in sentence.source:
        offsets.append(offsets[-1] + len(context.piece(token)))
    text = sentence.question.text
    raw = text.encode("utf-8", "replace")
    changes: list[Change] = []
    for departure in sentence.departures:
        new = b"".join(context.piece(token) for token in departure.tokens)
        start, end = offsets[departure.start], offsets[departure.end]
        try:
            at = len(raw[:start].decode())
            old = raw[start:end].decode()
            change = _trim(Change(at, at + len(old), new.decode(), departure.margin), old)
        except UnicodeDecodeError:
            # A departure in the middle of a character has no place in the text: trust none of it.
            return Revision(doubt=sentence.doubt)
        if change is not None:
            changes.append(change)
    return Revision(tuple(changes), sentence.doubt)


def _trim(change: Change, old: str) -> Change | None:
    """Leave out the blanks that both sides share, and a change that changes nothing."""
    new = change.text
    if old == new:
        return None
    head = len(old) - len(old.lstrip())
    head = min(head, len(new) - len(new.lstrip()))
    if old[:head] != new[:head]:
        head = 0
    return Change(change.start + head, change.end, new[head:], change.margin)
