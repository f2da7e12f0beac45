"""`smallsense check`: show findings."""

from __future__ import annotations

import json
from typing import Any

import click

from smallsense.assistant.verdict import Found
from smallsense.cli.listing import listing
from smallsense.cli.place import Place
from smallsense.cli.sarif import sarif
from smallsense.cli.sweep import Sweep, sweep_options
from smallsense.text.snapshot import Snapshot

NOTHING, FINDINGS, FAILED = 0, 1, 2


@click.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@sweep_options
def check(style: str, sweep: Sweep) -> None:
    """Show what the skills find in files, folders or standard input (“-”, with --stdin-path or --language).

    Lines and columns count from 1, columns in characters; start and end in JSON are UTF-8 byte offsets.

    Exits with 0 for no findings, 1 for some, 2 when anything named could not be checked.
    """
    results: list[tuple[str, Snapshot, Found]] = []
    for swept in sweep.run():
        for found in swept.found:
            results.append((swept.path, swept.snapshot, found))
            if style == "text":
                click.echo(listing(swept.path, swept.snapshot, found) + "\n")
    # The two formats for machines are one document each, written when all is known.
    if style == "json":
        click.echo(json.dumps([as_json(*result) for result in results], indent=2))
    elif style == "sarif":
        click.echo(json.dumps(sarif(results, sweep.problems), indent=2))
    elif results:
        click.echo("1 finding" if len(results) == 1 else f"{len(results)} findings", err=True)
    click.get_current_context().exit(FAILED if sweep.problems else FINDINGS if results else NOTHING)


def as_json(path: str, snapshot: Snapshot, found: Found) -> dict[str, Any]:
    """The finding as plain values: offsets in UTF-8 bytes, line and column from 1, columns in characters."""
    finding = found.finding
    place = Place.of(snapshot, finding.span)
    return {
        "path": path,
        "skill": found.skill.name,
        "rule": finding.rule,
        "severity": found.severity,
        "message": finding.message,
        "start": finding.span.start,
        "end": finding.span.end,
        "line": place.line,
        "column": place.column,
        "confidence": round(finding.confidence, 4),
        "applicability": finding.applicability.value,
        "edits": [
            {"start": edit.span.start, "end": edit.span.end, "text": edit.text} for edit in finding.edits
        ],
    }
