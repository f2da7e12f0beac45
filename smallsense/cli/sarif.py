"""Findings as a SARIF 2.1.0 log, for code hosts and other tools."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

import smallsense
from smallsense.assistant.settings import Severity
from smallsense.assistant.verdict import Found
from smallsense.cli.place import Place
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

_LEVELS: Mapping[Severity, str] = {
    "error": "error",
    "warning": "warning",
    "information": "note",
    "hint": "note",
}


def sarif(results: Iterable[tuple[str, Snapshot, Found]], problems: Sequence[str]) -> dict[str, Any]:
    """Return the log as plain values: one run with all findings, and the `problems` that lay in its way."""
    listed = list(results)
    rules = {f"{found.skill.name}/{found.finding.rule}": found.skill.title for _, _, found in listed}
    return {
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "smallsense",
                        "version": smallsense.__version__,
                        "rules": [
                            {"id": rule, "shortDescription": {"text": title}} for rule, title in rules.items()
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not problems,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": problem}} for problem in problems
                        ],
                    }
                ],
                "results": [_result(path, snapshot, found) for path, snapshot, found in listed],
            }
        ],
    }


def _result(path: str, snapshot: Snapshot, found: Found) -> dict[str, Any]:
    finding = found.finding
    artifact = {"uri": _uri(path)}
    result: dict[str, Any] = {
        "ruleId": f"{found.skill.name}/{finding.rule}",
        "level": _LEVELS[found.severity],
        "message": {"text": finding.message},
        "rank": round(100 * finding.confidence, 2),
        "locations": [
            {"physicalLocation": {"artifactLocation": artifact, "region": _region(snapshot, finding.span)}}
        ],
        "properties": {
            "confidence": finding.confidence,
            "applicability": finding.applicability.value,
            "severity": found.severity,
        },
    }
    if finding.fixes:
        result["fixes"] = [
            {
                "description": {"text": fix.title},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {
                                "deletedRegion": _region(snapshot, edit.span),
                                "insertedContent": {"text": edit.text},
                            }
                            for edit in fix.edits
                        ],
                    }
                ],
            }
            for fix in finding.fixes
        ]
    return result


def _region(snapshot: Snapshot, span: Span) -> dict[str, int]:
    place = Place.of(snapshot, span)
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "byteOffset": span.start,
        "byteLength": len(span),
    }


def _uri(path: str) -> str:
    return Path(path).as_uri() if os.path.isabs(path) else quote(os.fsencode(PurePath(path).as_posix()))
