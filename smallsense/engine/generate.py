"""Generate text of a given shape, reusing what was read before and drafting from what was seen before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from smallsense.engine.context import Cell, Context, Stop, log_probability
from smallsense.engine.interrupt import Interrupted
from smallsense.engine.prefix import TRUNK, read_prefix
from smallsense.engine.questions import Generate, Generation, Slot

LOOKUP_TOKENS = 3
"""So many tokens must have occurred before, in this order, for what followed them to serve as a draft."""

DRAFT_TOKENS = 3
"""Length of a draft: longer ones cost more to verify than they win on a CPU."""

LEAST_SHARE = 4
"""One part in so many of a context is the prompt's, however much there is to write."""


@dataclass(slots=True)
class _Draft:
    """The text as far as it is written: `tokens` with the prompt, of which the context holds `resident`."""

    tokens: list[int]
    resident: list[int]
    logs: list[float] = field(default_factory=list)


def generate(context: Context, resident: list[int], question: Generate, stop: Stop) -> Generation:
    """Answer `question`. `resident` are the tokens the trunk still holds (see `read_prefix`).

    A prefix too long for the context loses its beginning, at a line break where there is one; so does what
    was written, in a shape of more slots than the context could hold if all of them were filled.
    """
    budget = sum(p.max_tokens + 2 if isinstance(p, Slot) else len(p) for p in question.shape.parts)
    tokens = _cut(context, context.tokenize(question.prefix), budget)
    state = _Draft(tokens, resident)
    parts: list[str] = []
    slots: list[str] = []
    for part in question.shape.parts:
        if isinstance(part, Slot):
            state.tokens = _cut(context, state.tokens, part.max_tokens + 2)
            text = _fill(context, state, part, stop)
            text = _without_overlap(text, question.suffix) if part is question.shape.parts[-1] else text
            slots.append(text)
            # The slot was cut at its stop: the prompt goes on from the cut text, not from its tokens.
            written = text
        else:
            written = part
        parts.append(written)
        state.tokens = tokens + context.tokenize("".join(parts)) if parts else tokens
    confidence = math.exp(sum(state.logs) / len(state.logs)) if state.logs else 0.0
    return Generation("".join(parts), tuple(slots), confidence)


def _cut(context: Context, tokens: list[int], more: int) -> list[int]:
    """The last tokens that fit if so many `more` come, but no fewer than a share; from a line break on.

    The cut moves in steps of a quarter of the room, so that the prompt keeps its beginning, and with it what
    was read, while a line grows.
    """
    room = max(context.capacity - more - DRAFT_TOKENS, context.capacity // LEAST_SHARE)
    if len(tokens) <= room:
        return tokens
    step = max(room // 4, 1)
    start = -(-(len(tokens) - room) // step) * step
    for index in range(start, min(start + step // 2, len(tokens))):
        if context.piece(tokens[index]).endswith(b"\n"):
            return tokens[index + 1 :]
    return tokens[start:]


def _fill(context: Context, state: _Draft, slot: Slot, stop: Stop) -> str:
    """Write one slot; leaves `state.resident` holding what was read."""
    row = read_prefix(context, state.resident, state.tokens, stop)
    written: list[int] = []
    raw = b""
    while len(written) < slot.max_tokens:
        token = int(row.argmax())
        if token in context.ends:
            break
        drafted = [token, *_lookup([*state.tokens, *written, token])]
        position = len(state.resident)
        stop()
        if len(state.resident) < position:
            row = read_prefix(context, state.resident, [*state.tokens, *written], stop)
            continue
        try:
            logits = context.decode([Cell(t, position + i, TRUNK, True) for i, t in enumerate(drafted)])
        except Interrupted:
            continue
        accepted = 0
        for index, draft in enumerate(drafted):
            source = row if index == 0 else logits[index - 1]
            if index and int(source.argmax()) != draft:
                break
            state.logs.append(log_probability(source, draft))
            written.append(draft)
            raw += context.piece(draft)
            accepted += 1
            if _stop_at(raw, slot) is not None or len(written) >= slot.max_tokens:
                break
        state.resident += drafted[:accepted]
        row = logits[accepted - 1].copy()
        context.forget(TRUNK, len(state.resident))
        if _stop_at(raw, slot) is not None:
            break
    end = _stop_at(raw, slot)
    return raw[:end].decode("utf-8", "ignore")


def _stop_at(raw: bytes, slot: Slot) -> int | None:
    """Where the slot ends: the first place at which one of its stops begins."""
    found = [at for at in (raw.find(mark.encode()) for mark in slot.stop) if at >= 0]
    return min(found, default=None)


def _lookup(tokens: Sequence[int]) -> list[int]:
    """What followed the last time these tokens occurred: code and names repeat themselves."""
    if len(tokens) <= LOOKUP_TOKENS:
        return []
    tail = tokens[-LOOKUP_TOKENS:]
    for start in range(len(tokens) - LOOKUP_TOKENS - 1, -1, -1):
        if (
            tokens[start + LOOKUP_TOKENS - 1] == tail[-1]
            and list(tokens[start : start + LOOKUP_TOKENS]) == tail
        ):
            return list(tokens[start + LOOKUP_TOKENS : start + LOOKUP_TOKENS + DRAFT_TOKENS])
    return []


def _without_overlap(text: str, suffix: str) -> str:
    """Drop the end of `text` where it is what already follows, unless that leaves a bracket open."""
    following = suffix.split("\n", 1)[0]
    for length in range(min(len(text), len(following)), 0, -1):
        if text.endswith(following[:length]) and (_open(text[:-length]) <= 0 or _open(text) != 0):
            return text[:-length]
    return text


def _open(text: str) -> int:
    """How many more brackets `text` opens than it closes."""
    return sum(text.count(mark) for mark in "([{") - sum(text.count(mark) for mark in ")]}")
