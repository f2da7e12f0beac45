"""Fingerprints: how a finding that is no problem is known again, without keeping its text."""

from __future__ import annotations

import hashlib

from smallsense.skills.finding import Finding
from smallsense.text.scope import Scope

LENGTH = 32


def fingerprint(skill: str, scope: Scope, finding: Finding) -> str:
    """A hash of rule, sentence and the words found in it; of the line in place of the sentence in code.

    It stays the same when the document changes elsewhere, when the sentence moves or is wrapped anew, and
    when the same sentence stands in another file.
    """
    snapshot = scope.snapshot
    if scope.reading is not None:
        around = scope.reading.text
    else:
        around = snapshot.slice(snapshot.line_span(snapshot.line_column(finding.span.start)[0]))
    parts = (f"{skill}/{finding.rule}", around, snapshot.slice(finding.span))
    plain = "\0".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
