"""The corrected form of a document: as many fixes as can be made together, and none that breaks it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from smallsense.assistant.verdict import Found
from smallsense.skills.finding import Applicability
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit


def choose_edits(snapshot: Snapshot, found: Iterable[Found], least: float = 0.0) -> list[Edit]:
    """The edits of the best fixes of the findings, the surest first; a fix is taken whole or not at all.

    Left out are fixes for display only, those of findings less sure than `least`, those that touch a fix
    already taken, and those that would add a syntax error together with the ones before.
    """
    chosen: list[Edit] = []
    for one in sorted(found, key=lambda one: -one.finding.confidence):
        finding = one.finding
        if (
            finding.confidence < least
            or finding.applicability is Applicability.DISPLAY_ONLY
            or not finding.edits
        ):
            continue
        edits = [_with_line_ends(snapshot, edit) for edit in finding.edits]
        if any(edit.span.overlaps(other.span) for edit in edits for other in chosen):
            continue
        if not snapshot.adds_syntax_error([*chosen, *edits]):
            chosen += edits
    return sorted(chosen)


def replace_content(path: Path, old: bytes, new: bytes) -> None:
    """Replace the content `old` of a file by `new`, all at once; links stay links, and the mode stays.

    Raises:
        FileChanged: the file holds something else by now; it is left alone.
        OSError: the folder or the file cannot be written; the file is left alone.
    """
    target = path.resolve()
    if target.read_bytes() != old:
        raise FileChanged("changed while it was checked; nothing was written")
    if not os.access(target, os.W_OK):
        raise PermissionError(None, "the file is read-only", str(path))
    mode = target.stat().st_mode
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


class FileChanged(Exception):
    """Somebody else wrote the file meanwhile."""


def _with_line_ends(snapshot: Snapshot, edit: Edit) -> Edit:
    r"""New lines end as those of the document do: `\r\n` where the first line does."""
    first = snapshot.source.find(b"\n")
    if first > 0 and snapshot.source[first - 1 : first] == b"\r":
        return Edit(edit.span, edit.text.replace("\r\n", "\n").replace("\n", "\r\n"))
    return edit
