"""Pairs of wrong and right text, and clean sentences, from data files: license-checked, leak-checked."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smallsense.training.fixes import genuine, without_markers, word_edits
from smallsense.training.licenses import permissive
from smallsense.training.rows import DataError, rows
from smallsense.training.withheld import Leaks, is_withheld

_ARCHAIC = re.compile(r"\b(?:thee|thou|thy|hath|doth|ye|o'er|'tis|'twas|whilst|upon|shall)\b", re.I)
_GENERAL = re.compile(
    r"\b(?:is|are|has|have|can|may|must|should|will|do|does|need|think|know|believe|become|make|find|want)\b"
)
_STORY = re.compile(
    r"[\"“”—…!]|(?<=[a-z,;] )[A-Z](?!\b)"
    r"|\b(?i:he|she|him|his|her|hers|himself|herself|said|was|were|had|did|went|came|looked|asked|replied|cried"
    r"|mr|mrs|sir|lady|lord|captain)\b"
)
_CONTRACTED = frozenset(("m", "s", "re", "ve", "ll", "d", "nt", "n't", "'m", "'s", "'re", "'ve", "'ll", "'d"))


@dataclass(frozen=True, slots=True)
class Pair:
    """Wrong text and right text; equal where there is nothing to correct."""

    source: str
    target: str
    origin: str


@dataclass(slots=True)
class Tally:
    """How many rows were kept and why others were not."""

    counts: Counter[str] = field(default_factory=Counter)

    def __call__(self, reason: str) -> None:
        """Count one row."""
        self.counts[reason] += 1


def _check_license(row: Mapping[str, Any], default: str | None, where: Path) -> bool:
    """Whether a row may train; a file that states no license at all is an error, not a row to skip."""
    stated = row.get("licence") or row.get("license") or default
    if not stated:
        raise DataError(f"{where}: a row names no license and the recipe states none for the file")
    return permissive(stated)


@dataclass(frozen=True, slots=True)
class Rules:
    """What every reader of rows needs: what to leave out, and how."""

    leaks: Leaks
    held_percent: int
    salt: str
    variants: Mapping[str, int]

    def withheld(self, source: str) -> bool:
        """Whether a repository is held out."""
        return is_withheld(source, self.held_percent, self.salt)


def read_fixes(
    path: Path, default_license: str | None, rules: Rules, tally: Tally, rng: random.Random
) -> list[Pair]:
    """Mined fixes that correct a genuine error."""
    kept = list[Pair]()
    for row in rows(path):
        source, target = row["src"], row["tgt"]
        if not _check_license(row, default_license, path):
            tally("fixes: license")
        elif rules.leaks.holds(source, target, repository=row["repo"]) or rules.withheld(row["repo"]):
            tally("fixes: in a development or held-out split")
        else:
            edits = word_edits(source, target)
            if not 0 < len(edits) <= 4 or not all(genuine(edit, rules.variants) for edit in edits):
                tally("fixes: style, context or fact")
                continue
            if rng.random() < 0.7:
                source, target = without_markers(source, target)
            if len(target) > 4 and source != target:
                tally("fixes: kept")
                kept.append(Pair(source, target, f"fixes-{row.get('batch', 0)}"))
    return kept


def read_pairs(path: Path, default_license: str | None, rules: Rules, tally: Tally) -> list[Pair]:
    """Plain pairs of `src` and `tgt` (or `source` and `target`), taken as they are."""
    kept = list[Pair]()
    for row in rows(path):
        source, target = row.get("src", row.get("source")), row.get("tgt", row.get("target"))
        if not isinstance(source, str) or not isinstance(target, str):
            raise DataError(f"{path}: a row lacks source or target text")
        if not _check_license(row, default_license, path):
            tally(f"{path.stem}: license")
        elif rules.leaks.holds(source, target):
            tally(f"{path.stem}: in a development split")
        elif source.strip() and target.strip() and "\n" not in source + target:
            tally(f"{path.stem}: kept")
            kept.append(Pair(source.strip(), target.strip(), path.stem))
    return kept


def detokenize(text: str) -> str:
    """Undo tokenization: close up punctuation, contractions and quotes."""
    out, quoted = "", False
    for token in text.split():
        glue = not out or out.endswith(("(", "[", "“", "$")) or (out.endswith('"') and quoted)
        if token == '"':
            out += token if glue or quoted else " " + token
            quoted = not quoted
            continue
        if token in _CONTRACTED or re.fullmatch(r"[.,;:!?%)\]”…]+|'", token):
            glue = True
        out += token if glue else " " + token
    return out


def read_tokenized(path: Path, default_license: str | None, rules: Rules, tally: Tally) -> list[Pair]:
    """Tokenized pairs, detokenized."""
    found = read_pairs(path, default_license, rules, tally)
    return [Pair(detokenize(p.source), detokenize(p.target), p.origin) for p in found]


def is_reflective(text: str) -> bool:
    """Whether a sentence says what people think or do in general, as essays do, and tells no story."""
    return bool(_GENERAL.search(text)) and not _STORY.search(text)


def read_clean(path: Path, default_license: str | None, rules: Rules, tally: Tally) -> dict[str, list[str]]:
    """Clean sentences by register; those of held-out technical sources under `held out`.

    Everyday sentences that say something in general are under `reflective` as well.
    """
    kept: dict[str, list[str]] = {"technical": [], "everyday": [], "reflective": [], "held out": []}
    for row in rows(path):
        text, register = row["text"], row["register"]
        if not _check_license(row, default_license, path):
            tally("clean: license")
        elif rules.leaks.holds(text, repository=row["source"]):
            tally("clean: in a development split")
        elif register == "technical" and rules.withheld(row["source"]):
            kept["held out"].append(text)
        elif 16 <= len(text) <= 240 and not (register == "everyday" and _ARCHAIC.search(text)):
            kept[register].append(text)
            if register == "everyday" and len(text) >= 40 and is_reflective(text):
                kept["reflective"].append(text)
    for register, texts in kept.items():
        tally.counts[f"clean: {register}"] += len(texts)
    return kept
