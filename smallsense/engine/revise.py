"""Revise by aggressive decoding: the text is its own draft.

The model reads `source <separator> source` in one pass. Wherever it would have written the next source token
itself, that token is verified at no further cost; where it departs, its own token is taken, and the rest of
the source is offered again as a draft from the place where the two are likely to meet. The result is that of
plain greedy decoding; only the number of passes differs.

Source of the idea: Sun et al., "Instantaneous Grammatical Error Correction with Shallow Aggressive Decoding"
(ACL 2021), with immediate resynchronization at word starts instead of a search for a unique suffix match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from smallsense.engine.context import Cell, Context, Logits, Stop, decode_in_chunks
from smallsense.engine.questions import Change, Revise, Revision

SPARE_TOKENS = 24
"""A revision may be this many tokens longer than its source; beyond it the model has gone astray."""

GUESS_TOKENS = 16
"""Draft offered while it is a guess where source and revision meet again: a wrong guess wastes these."""

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
class _Sentence:
    """One sentence under revision, in `sequence` of the context."""

    question: Revise
    source: list[int]
    locked: list[bool]
    opens: list[bool]
    sequence: int = 0
    read: int = 0
    written: int = 0
    pointer: int = 0
    given: list[int] = field(default_factory=list)
    draft: list[int] = field(default_factory=list)
    departures: list[_Departure] = field(default_factory=list)
    open: _Departure | None = None
    done: bool = False
    astray: bool = False


def revise(context: Context, questions: Sequence[Revise], stop: Stop) -> list[Revision]:
    """Answer `questions`, several sentences to a pass.

    A sentence too long for the context, or one in which the model goes astray, comes back without changes.
    """
    sentences = [_begin(context, question) for question in questions]
    waiting = [s for s in sentences if not s.done]
    # Sentences of like length share a wave, so that none waits long for the others.
    waiting.sort(key=lambda s: len(s.source))
    while waiting:
        wave: list[_Sentence] = []
        room = context.capacity
        while waiting and len(wave) < context.sequences - 1 and _cells(waiting[0]) <= room:
            sentence = waiting.pop(0)
            sentence.sequence = len(wave)
            room -= _cells(sentence)
            wave.append(sentence)
        try:
            _run_wave(context, wave, stop)
        finally:
            for sentence in wave:
                context.forget(sentence.sequence)
    return [_revision(context, sentence) for sentence in sentences]


def _cells(sentence: _Sentence) -> int:
    return 2 * len(sentence.source) + SPARE_TOKENS + GUESS_TOKENS + 2


def _begin(context: Context, question: Revise) -> _Sentence:
    source = context.tokenize(question.text)
    locked, opens = _locks(context, source, question)
    sentence = _Sentence(question, source, locked, opens)
    sentence.done = not source or _cells(sentence) > context.capacity
    return sentence


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


def _run_wave(context: Context, wave: Sequence[_Sentence], stop: Stop) -> None:
    for sentence in wave:
        sentence.given, sentence.draft = [*sentence.source, context.separator], sentence.source
    while active := [s for s in wave if not s.done]:
        # Together the drafts fill one chunk: the more sentences share a pass, the less each risks to have
        # read in vain behind a departure; the last ones left are offered all they have.
        most = max(1, min(context.chunk // len(active), context.outputs) - 1)
        batch: list[_Sentence] = []
        cells: list[Cell] = []
        wanted = 0
        for sentence in active:
            stop()
            _feed_ahead(context, sentence, stop)
            draft = sentence.draft[: min(most, context.batch - len(sentence.given))]
            pending = [*sentence.given, *draft]
            if len(cells) + len(pending) > context.batch or wanted + len(draft) + 1 > context.outputs:
                continue  # the next round takes it
            sentence.draft = draft
            batch.append(sentence)
            first_wanted = len(sentence.given) - 1
            for index, token in enumerate(pending):
                cells.append(Cell(token, sentence.read + index, sentence.sequence, index >= first_wanted))
            wanted += len(draft) + 1
        logits = decode_in_chunks(context, cells, stop)
        row = 0
        for sentence in batch:
            rows = logits[row : row + len(sentence.draft) + 1]
            row += len(sentence.draft) + 1
            _advance(context, sentence, rows)


def _feed_ahead(context: Context, sentence: _Sentence, stop: Stop) -> None:
    """Read so much of a long prompt in passes of its own that the rest fits one pass."""
    excess = max(len(sentence.given) - context.batch, 0)
    ahead = -(-excess // context.chunk) * context.chunk
    if ahead:
        cells = [Cell(sentence.given[i], sentence.read + i, sentence.sequence, False) for i in range(ahead)]
        decode_in_chunks(context, cells, stop)
        sentence.read += ahead
        del sentence.given[:ahead]
        stop()


def _advance(context: Context, sentence: _Sentence, rows: Logits) -> None:
    """Verify the draft against `rows` (draft + 1, vocabulary), and plan the next pass."""
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
        rest = source[sentence.pointer :]
        sentence.given, sentence.draft = [token], rest if sentence.open is None else rest[:GUESS_TOKENS]
        return


def _must_copy(context: Context, sentence: _Sentence, row: Logits, token: int, copy: int) -> bool:
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


def _depart(sentence: _Sentence, margin: float) -> None:
    if sentence.open is None:
        sentence.open = _Departure(sentence.pointer, sentence.pointer, margin)


def _close(sentence: _Sentence) -> None:
    """Source and revision meet again at the pointer."""
    if sentence.open is not None:
        sentence.open.end = sentence.pointer
        sentence.departures.append(sentence.open)
        sentence.open = None


def _meeting_point(context: Context, sentence: _Sentence, token: int) -> int:
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


def _revision(context: Context, sentence: _Sentence) -> Revision:
    """Turn token departures into character changes."""
    if sentence.astray or not sentence.departures:
        return Revision()
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
            return Revision()
        if change is not None:
            changes.append(change)
    return Revision(tuple(changes))


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
