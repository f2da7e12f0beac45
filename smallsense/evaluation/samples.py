"""What is measured on: mined fixes, clean sentences that trained nothing, learners with references."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from smallsense.training.corruptions import corruptions
from smallsense.training.fixes import genuine, read_variants, without_markers, word_edits
from smallsense.training.pairs import detokenize
from smallsense.training.pool import Noise, read_lexicon
from smallsense.training.rows import rows
from smallsense.training.withheld import is_withheld, read_leaks


@dataclass(frozen=True, slots=True)
class Fixed:
    """A sentence before and after somebody corrected it."""

    source: str
    target: str
    repository: str


@dataclass(frozen=True, slots=True)
class Learner:
    """Learners' sentences, tokenized, and for each of several careful readers their corrected form."""

    sources: Sequence[str]
    references: Sequence[Sequence[str]]

    @property
    def texts(self) -> list[str]:
        """The sentences as people write them."""
        return [detokenize(source) for source in self.sources]


def spread(text: str) -> bytes:
    """A key to sort texts by: the same few of many on every machine, whatever their order was."""
    return hashlib.sha256(text.encode()).digest()


def development(data: Path, count: int | None = None) -> list[Fixed]:
    """The first `count` fixes of the development split, or all of them."""
    found = islice(rows(data / "grammar" / "dev.jsonl"), count)
    return [Fixed(row["src"], row["tgt"], row["repo"]) for row in found]


def clean(data: Path, recipe: Mapping[str, Any], count: int) -> list[str]:
    """`count` clean technical sentences of sources that the recipe keeps out of training.

    Fewer where there are no more. Taken in an order that depends on nothing but the sentences.
    """
    rules = recipe["data"]
    leaks = read_leaks([data / name for name in rules.get("never", ())])
    path = next(data / source["file"] for source in rules["sources"] if source["kind"] == "clean")
    percent, salt = rules["held_out_percent"], rules["held_out_salt"]
    withheld: dict[str, bool] = {}
    found = set[str]()
    for row in rows(path):
        text, source = row["text"], row["source"]
        if source not in withheld:
            withheld[source] = is_withheld(source, percent, salt)
        if withheld[source] and row["register"] == "technical" and not leaks.holds(text, repository=source):
            found.add(text)
    return sorted(found, key=spread)[:count]


def withheld_fixes(data: Path, recipe: Mapping[str, Any], count: int) -> list[Fixed]:
    """`count` genuine fixes of repositories that the recipe keeps out of training, and of no other split."""
    rules = recipe["data"]
    leaks = read_leaks([data / name for name in rules.get("never", ())])
    variants = read_variants((data / rules["variants"]).read_text("latin-1")) if "variants" in rules else {}
    percent, salt = rules["held_out_percent"], rules["held_out_salt"]
    found: dict[str, Fixed] = {}
    for path in (data / source["file"] for source in rules["sources"] if source["kind"] == "fixes"):
        for row in rows(path):
            source, target, repository = row["src"], row["tgt"], row["repo"]
            if not is_withheld(repository, percent, salt):
                continue
            if leaks.holds(source, target, repository=repository):
                continue
            edits = word_edits(source, target)
            if 0 < len(edits) <= 4 and all(genuine(edit, variants) for edit in edits):
                source, target = without_markers(source, target)
                found[source] = Fixed(source, target, repository)
    return sorted(found.values(), key=lambda fixed: spread(fixed.source))[:count]


def spoiled(data: Path, recipe: Mapping[str, Any], sentences: Sequence[str]) -> list[Fixed]:
    """Clean sentences with many mistakes at once, by the recipe's noise of learners; seeded by each text."""
    rules = recipe["data"]
    noise = recipe["noise"]["learner"]
    table = corruptions(read_lexicon(data / rules["misspellings"], data / rules["words"]))
    learners = Noise(noise["weights"], noise["counts"], table)
    made = ((learners.spoil(text, random.Random(text)), text) for text in sentences)
    return [Fixed(source, text, spread(text).hex()[:2]) for source, text in made if source != text]


def learner(data: Path, count: int | None = None) -> Learner:
    """The first `count` sentences of the development part of JFLEG, or all of them. To be measured only."""
    folder = data / "grammar" / "jfleg-dev"
    names = ("src", "ref0", "ref1", "ref2", "ref3")
    read = [(folder / f"dev.{name}").read_text(encoding="utf-8").splitlines()[:count] for name in names]
    return Learner(read[0], read[1:])
