"""What is measured of guards put into real code."""

from __future__ import annotations

from smallsense.evaluation.nullness.document import document
from smallsense.evaluation.nullness.fixed import Fixed
from smallsense.evaluation.nullness.guards import Guarded, guarded
from smallsense.skills.finding import Fix
from smallsense.text.span import Edit, Span

METHOD = "    def f(self, key):\n        row = self.rows.get(key)\n        return row.name\n"


def _offered(text: str, needed: str) -> tuple[Guarded, ...]:
    code = document("x.py", "r", "python", text)
    start = code.snapshot.source.index(needed.encode())
    row = Fixed(code, Span(start, start + len(needed)), False, frozenset(), "local", frozenset())
    (offered,) = guarded([row], 1)
    return offered


def test_every_fix_at_the_place_in_need_is_tried() -> None:
    offered = _offered(METHOD, "row.name")
    assert any("if row is None:" in one.after.text for one in offered)
    assert all(one.parses and one.silent and one.only_adds and one.aligned for one in offered)


def test_a_fix_that_breaks_a_promise_is_noticed() -> None:
    sound = _offered(METHOD, "row.name")[0]
    place = sound.document.snapshot.source.index(b"return")
    at = Span(place, place)

    def spoiled(text: str, span: Span = at) -> Guarded:
        fix = Fix("x", (Edit(span, text),))
        after = sound.document.snapshot.edited(fix.edits, 2)
        return Guarded(sound.document, sound.scope, sound.suspect, fix, after)

    assert not spoiled("if row is None\n").parses
    assert not spoiled("pass\n        ").silent
    assert spoiled("pass\n        ").aligned
    assert not spoiled("pass\n    ").aligned
    assert not spoiled("pass\r\n        ").aligned
    assert not spoiled("give", Span(place, place + len("return"))).only_adds
