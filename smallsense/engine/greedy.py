"""Plain greedy decoding, token by token: slow, and the standard that `revise` must equal."""

from __future__ import annotations

from smallsense.engine.context import Cell, Context, decode_steadily
from smallsense.engine.prefix import read_prefix
from smallsense.engine.sentence import SPARE_TOKENS


def revise_plainly(context: Context, text: str, *, steady: bool) -> str:
    """Return the revision of `text` that plain greedy decoding writes; `text` itself where it runs away.

    `steady` reads each token with the kernels that `revise` uses (see `decode_steadily`), for comparing
    texts; without it each token is read alone, as fast as can be, for comparing times.
    """
    prompt = [*context.tokenize(text), context.separator]
    limit = len(prompt) + SPARE_TOKENS
    if len(prompt) + limit > context.capacity:
        return text
    try:
        row = read_prefix(context, [], prompt, lambda: None)
        written: list[int] = []
        while (token := int(row.argmax())) not in context.ends:
            written.append(token)
            if len(written) > limit:
                return text
            cells = [Cell(token, len(prompt) + len(written) - 1, 0, True)]
            row = (decode_steadily(context, cells) if steady else context.decode(cells))[0]
    finally:
        context.forget(0)
    return b"".join(map(context.piece, written)).decode("utf-8", "replace")
