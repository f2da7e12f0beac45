"""A reading: prose as a person reads it, without the markup, and the way back to the bytes it came from."""

from __future__ import annotations

from dataclasses import dataclass

from smallsense.text.span import Edit, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The `text` of one sentence, freed of comment markers, line breaks and markup.

    `protected` are the character ranges `[start, end)` of `text` that must stay as they are (code, URLs,
    paths). How characters map to bytes is this class's own business: ask `span` and `edit`.
    """

    text: str
    protected: tuple[tuple[int, int], ...] = ()

    def span(self, start: int, end: int) -> Span | None:
        """The bytes behind the characters `[start, end)`, or None where there is no exact counterpart."""
        raise NotImplementedError

    def edit(self, start: int, end: int, text: str) -> Edit | None:
        """Replace the characters `[start, end)` by `text` in the document, or None where that can't be done
        without touching markup, a comment marker or a protected range."""
        raise NotImplementedError
