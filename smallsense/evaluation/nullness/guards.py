"""Guards put into real code at many places, whether or not they need one: what becomes of the code?"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from smallsense.evaluation.nullness.document import Document, place_of
from smallsense.evaluation.nullness.fixed import Fixed
from smallsense.skills.finding import Fix
from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.fixes import fixes
from smallsense.skills.nullness.suspect import Suspect
from smallsense.skills.nullness.syntax import text_of
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span


@dataclass(frozen=True, eq=False)
class Guarded:
    """A fix at one place, and the document after it."""

    document: Document
    scope: Scope
    suspect: Suspect
    fix: Fix
    after: Snapshot

    @property
    def silent(self) -> bool:
        """Whether what is left of the document, read afresh, has no candidate at that place any more."""
        value = self.suspect.dereference.value
        start = value.start_byte
        moved = start + sum(
            len(edit.text.encode()) - len(edit.span) for edit in self.fix.edits if edit.span.end <= start
        )
        names = {text_of(value), *(edit.text for edit in self.fix.edits if edit.span.start == start)}
        after = self.after
        afresh = Snapshot.open(after.uri, after.language, 1, after.source)
        return not any(
            one.dereference.value.start_byte == moved and text_of(one.dereference.value) in names
            for scope in scopes(afresh, "function")
            if scope.span.start == self.scope.span.start
            for one in candidates_of(scope)
        )

    @property
    def parses(self) -> bool:
        """Whether a parser other than ours has no more to say than before: Python's own, for Python."""
        if self.document.language == "python" and _compiles(self.document.snapshot):
            return _compiles(self.after)
        return self.after.errors.count <= self.document.snapshot.errors.count

    @property
    def only_adds(self) -> bool:
        """Whether all code that was there is still there, but for the value moved and a dot."""
        source = self.document.snapshot.source
        value = self.suspect.dereference.value
        moved = Span(value.start_byte, value.end_byte)
        replaced = [edit.span for edit in self.fix.edits if len(edit.span)]
        inside = all(self.scope.span.contains(edit.span) for edit in self.fix.edits)
        return inside and all(span == moved or source[span.start : span.end] == b"." for span in replaced)

    @property
    def aligned(self) -> bool:
        """Whether every new line is indented as the code around it and ends as the file's lines do."""
        source = self.document.snapshot.source
        ending = "\r\n" if b"\r\n" in source else "\n"
        for edit in self.fix.edits:
            if "\n" not in edit.text:
                continue
            if set(edit.text.replace(ending, "")) & {"\r", "\n"}:
                return False
            line, column = self.document.snapshot.line_column(edit.span.start)
            start = self.document.snapshot.line_starts[line]
            indent = source[start : start + column].decode()
            lines = edit.text.split(ending)
            tabs = "\t" in indent
            for text in lines[1:]:
                own = text[: len(text) - len(text.lstrip())]
                if not own.startswith(indent) or (tabs and " " in own[len(indent) :]):
                    return False
            if indent.strip() or lines[-1] != indent:
                return False
        return True


def guarded(fixed: Iterable[Fixed], sites: int, seed: int = 20261122) -> Iterator[tuple[Guarded, ...]]:
    """Return the fixes offered at so many dereferences: those that were guarded, then others by chance."""
    needed: list[tuple[Document, Span]] = []
    others: list[tuple[Document, Span]] = []
    for one in fixed:
        for place in one.document.places:
            (needed if one.hit(place) else others).append((one.document, place.value))
    random.Random(seed).shuffle(others)
    done = 0
    for document, value in [*needed, *others]:
        if done == sites:
            return
        offered = _offered(document, value)
        if offered is not None:
            done += 1
            yield offered


def _offered(document: Document, value: Span) -> tuple[Guarded, ...] | None:
    """The fixes at one place; None where it is no candidate: it is guarded already."""
    around = [
        scope
        for scope in scopes(document.snapshot, "function")
        if scope.span.contains(value) and scope.node is not None
    ]
    if not around:
        return None
    scope = min(around, key=lambda one: len(one.span))
    for suspect in candidates_of(scope):
        if place_of(suspect.dereference).value == value:
            return tuple(
                Guarded(document, scope, suspect, fix, document.snapshot.edited(fix.edits, 2))
                for fix in fixes(scope, suspect)
            )
    return None


def _compiles(snapshot: Snapshot) -> bool:
    try:
        ast.parse(snapshot.source)
    except (SyntaxError, ValueError):
        return False
    return True
