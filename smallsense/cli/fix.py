"""`smallsense fix`: apply the best fix of every finding."""

from __future__ import annotations

import difflib
import io
import sys
from pathlib import Path

import click

from smallsense.cli.correction import FileChanged, choose_edits, replace_content
from smallsense.cli.sweep import Sweep, sweep_options
from smallsense.text.span import apply_edits

NOTHING, CHANGES, FAILED = 0, 1, 2


@click.command()
@click.option("--write", "writes", is_flag=True, help="Change the files; for “-”, print the corrected text.")
@click.option(
    "--min-confidence",
    "least",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="P",
    help="Fix only what is at least this sure, 0 to 1.",
)
@sweep_options
def fix(writes: bool, least: float, sweep: Sweep) -> None:
    """Show as a diff what the best fixes would change, or make the changes with --write.

    A file is replaced as a whole or left alone; a fix that would add a syntax error is left out.

    Exits with 0 for nothing to change (or all written), 1 for a diff shown, 2 when anything failed.
    """
    output = sys.stdout.buffer
    changed = 0
    for swept in sweep.run():
        edits = choose_edits(swept.snapshot, swept.found, least)
        old = swept.snapshot.source
        new = apply_edits(old, edits)
        changed += new != old
        if writes and swept.piped:
            output.write(new)
        elif writes and new != old:
            try:
                replace_content(Path(swept.path), old, new)
            except (OSError, FileChanged) as error:
                reason = error.strerror if isinstance(error, OSError) else None
                sweep.problem(f"{swept.path}: {reason or error}")
                continue
            click.echo(f"{swept.path}: {len(edits)} {'edit' if len(edits) == 1 else 'edits'}", err=True)
        else:
            output.write(unified_diff(swept.path, old, new))
        output.flush()
    click.get_current_context().exit(
        FAILED if sweep.problems else CHANGES if changed and not writes else NOTHING
    )


def unified_diff(path: str, old: bytes, new: bytes) -> bytes:
    """A diff from `old` to `new` as `patch -p0` reads it; empty where they agree."""
    name = path.encode("utf-8", "surrogateescape")
    lines: list[bytes] = []
    for line in difflib.diff_bytes(
        difflib.unified_diff, io.BytesIO(old).readlines(), io.BytesIO(new).readlines(), name, name
    ):
        lines.append(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n")
    return b"".join(lines)
