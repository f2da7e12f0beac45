"""A reading: prose as a person reads it, without the markup, and the way back to the bytes it came from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from smallsense.text.span import Edit, Span

# How far a deletion or an insertion may slide past characters equal to its own.
_FARTHEST_SLIDE = 80

_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters `[start, end)` of a reading and the bytes they stand for.

    They are a copy of those bytes, except in a `join`: one blank that stands for a line break together with
    the comment marker, quote marker or indentation after it.
    """

    start: int
    end: int
    span: Span
    join: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The `text` of one sentence, freed of comment markers, line breaks and markup.

    `protected` are the character ranges `[start, end)` of `text` that must stay as they are (code, URLs,
    paths), in order and apart from each other. How characters map to bytes is this class's own business: ask
    `span` and `edit`. `pieces` cover `text` in order; bytes between two pieces are not read: markup, or
    emoji, for which `pictures` has the places in `text`.
    """

    text: str
    protected: tuple[tuple[int, int], ...] = ()
    pieces: tuple[Piece, ...] = ()
    pictures: tuple[int, ...] = ()

    def slice(self, start: int, end: int) -> Reading:
        """The reading of the characters `[start, end)` alone."""
        pieces = tuple(
            piece
            if start <= piece.start and piece.end <= end
            else Piece(
                max(piece.start, start),
                min(piece.end, end),
                Span(self._byte(piece, max(piece.start, start)), self._byte(piece, min(piece.end, end))),
                piece.join,
            )
            for piece in self.pieces
            if piece.start < end and start < piece.end
        )
        return Reading(
            self.text[start:end],
            tuple(
                (max(first, start) - start, min(last, end) - start)
                for first, last in self.protected
                if first < end and start < last
            ),
            tuple(Piece(each.start - start, each.end - start, each.span, each.join) for each in pieces),
            tuple(picture - start for picture in self.pictures if start <= picture <= end),
        )

    def is_protected(self, start: int, end: int) -> bool:
        """Whether the characters `[start, end)` hold one that must stay; for an empty range, whether it lies
        strictly inside a protected range."""
        if start == end:
            return any(first < start < last for first, last in self.protected)
        return any(first < end and start < last for first, last in self.protected)

    def span(self, start: int, end: int) -> Span | None:
        """The bytes behind the characters `[start, end)`, or None where there is no exact counterpart.

        Line joins at either end are left out; markup and joins in between are part of the span. An empty
        range is the place before the character it precedes. None outside the text or for nothing but joins.
        """
        if not (0 <= start <= end <= len(self.text)) or not self.pieces:
            return None
        if start == end:
            at = self._after(start) if start < len(self.text) else self._before(start)
            return Span(at, at)
        while start < end and self._piece_at(start).join:
            start += 1
        while start < end and self._piece_at(end - 1).join:
            end -= 1
        return Span(self._after(start), self._before(end)) if start < end else None

    def edit(self, start: int, end: int, text: str) -> Edit | None:
        """Replace the characters `[start, end)` by `text` in the document, or None where that can't be done
        without touching markup, a comment marker, a line break or a protected range.

        Where the change as given would touch one, the same change is tried elsewhere: without the characters
        it leaves as they are, and (for a mere deletion or insertion) shifted past equal characters, so that a
        word is deleted with the blank before it when the line ends after it.

        Nothing is inserted beside a picture, which may stand for the very word that is missed.

        An insertion next to a protected range stays outside it. Next to hidden markup a word's ending goes to
        the word, anything else goes outside: a comma after `**bold**` lands behind the asterisks.
        """
        if not (0 <= start <= end <= len(self.text)) or not self.pieces or not _LINE_BREAKS.isdisjoint(text):
            return None
        for first, last, new in self._equal_changes(start, end, text):
            span = self._replaceable(first, last) if first < last else self._insertion(first, new)
            if span is not None and not (
                first < last and not new.strip() and self._fills_markup(first, last)
            ):
                return Edit(span, new)
        return None

    def _equal_changes(self, start: int, end: int, new: str) -> Iterator[tuple[int, int, str]]:
        """The change itself, then other changes that give the same text."""
        yield start, end, new
        old = self.text[start:end]
        common = 0
        while common < min(len(old), len(new)) and old[common] == new[common]:
            common += 1
        start, old, new = start + common, old[common:], new[common:]
        common = 0
        while common < min(len(old), len(new)) and old[-1 - common] == new[-1 - common]:
            common += 1
        end -= common
        new = new[: len(new) - common]
        if common or start != end:
            yield start, end, new
        if start == end:
            yield from self._slid_insertions(start, new)
        elif not new:
            yield from self._slid_deletions(start, end)

    def _slid_deletions(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        for back in range(1, min(start, _FARTHEST_SLIDE) + 1):
            if self.text[start - back] != self.text[end - back]:
                break
            yield start - back, end - back, ""
        for on in range(1, min(len(self.text) - end, _FARTHEST_SLIDE) + 1):
            if self.text[start + on - 1] != self.text[end + on - 1]:
                break
            yield start + on, end + on, ""

    def _slid_insertions(self, at: int, new: str) -> Iterator[tuple[int, int, str]]:
        rolled = new
        for back in range(1, min(at, _FARTHEST_SLIDE) + 1):
            if not rolled or rolled[-1] != self.text[at - back]:
                break
            rolled = rolled[-1] + rolled[:-1]
            yield at - back, at - back, rolled
        rolled = new
        for on in range(1, min(len(self.text) - at, _FARTHEST_SLIDE) + 1):
            if not rolled or rolled[0] != self.text[at + on - 1]:
                break
            rolled = rolled[1:] + rolled[0]
            yield at + on, at + on, rolled

    def _replaceable(self, start: int, end: int) -> Span | None:
        """The bytes of a range that is copied without a gap and not protected."""
        if self.is_protected(start, end):
            return None
        first, last = self._index_at(start), self._index_at(end - 1)
        for index in range(first, last + 1):
            piece = self.pieces[index]
            if piece.join or (index > first and self.pieces[index - 1].span.end != piece.span.start):
                return None
        return Span(self._after(start), self._before(end))

    def _insertion(self, at: int, new: str) -> Span | None:
        if self.is_protected(at, at) or self._beside_picture(at):
            return None
        before = self._before(at) if at > 0 else None
        after = self._after(at) if at < len(self.text) else None
        if before is None or after is None:
            found = after if before is None else before
            return None if found is None else Span(found, found)
        left = self.text[at - 1].isalnum()
        right = self.text[at].isalnum()
        if left and new[:1].isalnum():
            found = before
        elif right and new[-1:].isalnum():
            found = after
        else:
            found = before if right or self._piece_at(at).join else after
        return Span(found, found)

    def _beside_picture(self, at: int) -> bool:
        return any(
            at == picture or (abs(at - picture) == 1 and self.text[min(at, picture)].isspace())
            for picture in self.pictures
        )

    def _fills_markup(self, start: int, end: int) -> bool:
        """Whether the range is all that stands between two pieces of markup, which would be left empty."""
        return (
            start > 0
            and end < len(self.text)
            and self._before(start) != self._after(start)
            and self._before(end) != self._after(end)
        )

    def _index_at(self, character: int) -> int:
        return bisect_right(self.pieces, character, key=lambda piece: piece.start) - 1

    def _piece_at(self, character: int) -> Piece:
        return self.pieces[self._index_at(character)]

    def _after(self, boundary: int) -> int:
        """The byte where the character after a boundary starts."""
        return self._byte(self._piece_at(boundary), boundary)

    def _before(self, boundary: int) -> int:
        """The byte where the character before a boundary ends."""
        return self._byte(
            self.pieces[bisect_left(self.pieces, boundary, key=lambda piece: piece.start) - 1], boundary
        )

    def _byte(self, piece: Piece, boundary: int) -> int:
        if boundary == piece.end:
            return piece.span.end
        return piece.span.start + len(self.text[piece.start : boundary].encode("utf-8", "surrogatepass"))
