"""A second opinion on a correction: is the corrected wording likelier English than the one that stands?

The adapter that wrote a correction was trained to find mistakes; a model that was trained to read has no such
eye, and disagrees about other things. How much likelier it holds the new words is evidence of its own.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from smallsense.engine.questions import Answer, Choice, Choose
from smallsense.engine.trust import Trust
from smallsense.skills.finding import Finding

MODEL = "wording"
"""Who is asked: no skill has this name, so it is the default base without an adapter."""

EVIDENCE = "likelier wording"
"""The name that a calibration knows the answer by."""

MOST = 10.0
"""Nats either way; beyond them it says no more."""

LEAST = -2.0
"""New words are hardly ever less likely than that where all else speaks for them: then nobody is asked."""

WORDS = 6
"""So many words after the correction are compared: farther on, both go on alike."""

_TAIL = re.compile(rf"\S*(?:\s+\S+){{0,{WORDS}}}")


def wording(text: str, start: int, end: int, new: str) -> Choose | None:
    """Ask which is likelier: `text`, or `text` with `new` for the characters `[start, end)`.

    None where one of them would be empty.
    """
    # Tokens begin with the blank before a word.
    begin = max(text.rfind(" ", 0, start), 0)
    tail = _TAIL.match(text, end)
    stop = tail.end() if tail else end
    candidates = text[begin:stop], text[begin:start] + new + text[end:stop]
    if not all(candidate.strip() for candidate in candidates) or candidates[0] == candidates[1]:
        return None
    return Choose("\n" + text[:begin], candidates)


def decides(finding: Finding, trust: Trust, threshold: float) -> bool:
    """Whether the answer to its question may decide that a finding is at least as sure as `threshold`."""
    if finding.wording is None or EVIDENCE not in trust.weights:
        return False
    least, most = sorted(
        trust.confidence(finding.confidence, (*finding.evidence, (EVIDENCE, value)))
        for value in (LEAST, MOST)
    )
    return least < threshold <= most


def heard(finding: Finding, answer: Answer | None) -> Finding:
    """The finding with the answer to its question as evidence; as it is where there was none."""
    if not isinstance(answer, Choice) or len(answer.probabilities) != 2:
        return finding
    stands, new = (math.log(max(one, 1e-9)) for one in answer.probabilities)
    value = max(-MOST, min(MOST, new - stands))
    return replace(finding, evidence=(*finding.evidence, (EVIDENCE, value)))
