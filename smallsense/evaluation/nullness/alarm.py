"""An alarm: what any system says about one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from smallsense.evaluation.nullness.document import Document, Place
from smallsense.text.span import Span

Pointing = Literal["value", "use"]
"""Whether a system marks the value that may be missing, or the use of it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A system's claim that the value at `place` may be missing there; `confidence` is 0 to 1."""

    place: Place
    confidence: float = 1.0


def placed(document: Document, marked: Span, pointing: Pointing) -> Place:
    """Return the dereference that a system means by marking a span; one of its own where there is none."""
    if pointing == "value":
        for place in document.places:
            if place.value == marked:
                return place
    around = [place for place in document.places if place.use.contains(marked)]
    return min(around, key=lambda place: len(place.use), default=Place(marked, marked))


def surest(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """One alarm for each value, the surest, in the order of the document."""
    best: dict[Span, Alarm] = {}
    for alarm in alarms:
        known = best.get(alarm.place.value)
        if known is None or alarm.confidence > known.confidence:
            best[alarm.place.value] = alarm
    return tuple(sorted(best.values(), key=lambda alarm: alarm.place.value))
