"""Plain greedy decoding, token by token: slow, and the standard that `revise` must equal."""

from __future__ import annotations

from smallsense.engine.context import Cell, Context
from smallsense.engine.prefix import read_prefix
from smallsense.engine.revise import SPARE_TOKENS


def revise_plainly(context: Context, text: str) -> str:
    """Return the revision of `text` that plain greedy decoding writes; `text` itself where it runs away."""
    prompt = [*context.tokenize(text), context.separator]
    limit = len(prompt) + SPARE_TOKENS
    if len(prompt) + limit > context.capacity:
        return text
    try:
        logits = read_prefix(context, [], prompt, lambda: None)[None]
        written: list[int] = []
        while (token := int(logits[0].argmax())) not in context.ends:
            written.append(token)
            if len(written) > limit:
                return text
            logits = context.decode([Cell(token, len(prompt) + len(written) - 1, 0, True)])
    finally:
        context.forget(0)
    return b"".join(map(context.piece, written)).decode("utf-8", "replace")
