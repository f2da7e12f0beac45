"""A function's text as a document of its own."""

from __future__ import annotations

from smallsense.text.languages import by_name
from smallsense.text.snapshot import Snapshot
from smallsense.training.rows import DataError


def wrapped(source: str, language: str) -> tuple[Snapshot, int]:
    """A function's text as a document, and how many bytes were put before it: a method needs a class.

    Raises:
        DataError: the language is unknown.
    """
    syntax = by_name(language)
    if syntax is None:
        raise DataError(f"no such language: {language!r}")
    snapshot = Snapshot.open("fix", syntax, 1, source)
    if language != "python" and snapshot.tree is not None and snapshot.tree.root_node.has_error:
        for before, after in (("class _ {\n", "\n}"), ("x = {\n", "\n}")):
            whole = Snapshot.open("fix", syntax, 1, f"{before}{source}{after}")
            if whole.tree is not None and not whole.tree.root_node.has_error:
                return whole, len(before)
    return snapshot, 0
