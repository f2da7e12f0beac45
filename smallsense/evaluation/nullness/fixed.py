"""Real fixes: functions into which somebody put a guard, as they were before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from smallsense.evaluation.nullness.document import Document, Place, document
from smallsense.text.span import Span
from smallsense.training.mined import UNDECIDED, Row, read_mined

# What the data says about every function; the need for a guard shows in the function only with other cues.
_NO_CUES = frozenset({"self_attr", "path", "param"})


@dataclass(frozen=True, eq=False)
class Fixed:
    """A function that lacked a guard.

    `needed` is the dereference that the guard protects: the whole expression, or the value alone where it is
    `bare` (iterated over, say). `left_out` are places of which nobody can say. `origin` tells what kind of
    value it is, `evidence` what in the function shows that it may be missing.
    """

    document: Document
    needed: Span
    bare: bool
    left_out: frozenset[Span]
    origin: str
    evidence: frozenset[str]

    @property
    def has_cue(self) -> bool:
        """Whether the function itself shows that the value may be missing."""
        return bool(self.evidence - _NO_CUES)

    def hit(self, place: Place) -> bool:
        """Whether `place` is the one the guard protects."""
        return self.needed == (place.value if self.bare else place.use) and self.bare == place.bare

    def ignored(self, place: Place) -> bool:
        """Whether nobody can say if an alarm at `place` is right."""
        return place.use in self.left_out


def read_fixed(path: Path) -> Iterator[Fixed]:
    """Read the functions of a file of mined fixes.

    Of a function that several fixes mended, what one of them mended is no false alarm in the row of another.

    Raises:
        DataError: the file is missing or broken.
    """
    for row, others in read_mined(path):
        yield _fixed(row, others)


def _fixed(row: Row, others: Sequence[Row]) -> Fixed:
    code = document(row["path"], row["repo"], row["lang"], row["before"])

    def span(listed: Sequence[int]) -> Span:
        return Span(listed[0] + code.frame, listed[1] + code.frame)

    listed = [one for key in UNDECIDED for one in row[key]]
    return Fixed(
        code,
        span([row["deref_start"], row["deref_end"]]),
        row["deref_kind"] not in ("attr", "subscript", "call"),
        frozenset(map(span, [*listed, *([one["deref_start"], one["deref_end"]] for one in others)])),
        row["origin"],
        frozenset(row["evidence"]),
    )
