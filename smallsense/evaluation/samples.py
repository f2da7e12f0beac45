"""What is measured on: mined fixes, clean sentences that trained nothing, learners with references."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
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
    percent, salt = rules["held_out_percent"], rules["held_out_salt"]
    withheld = cache(lambda source: is_withheld(source, percent, salt))
    return _clean(data, recipe, "technical", withheld)[:count]


def everyday(data: Path, recipe: Mapping[str, Any], count: int) -> list[str]:
    """`count` clean sentences of everyday text, as `clean` takes technical ones.

    No source of these is kept out of training: about one in four has been read in one form or another.
    """
    whole = (text for text in _clean(data, recipe, "everyday", lambda _: True) if 16 <= len(text) <= 240)
    return list(islice(whole, count))


def _clean(data: Path, recipe: Mapping[str, Any], register: str, taken: Callable[[str], bool]) -> list[str]:
    """All clean sentences of the `register`, of sources that are `taken`."""
    rules = recipe["data"]
    leaks = read_leaks([data / name for name in rules.get("never", ())])
    path = next(data / source["file"] for source in rules["sources"] if source["kind"] == "clean")
    found = {
        row["text"]
        for row in rows(path)
        if row["register"] == register
        and taken(row["source"])
        and not leaks.holds(row["text"], repository=row["source"])
    }
    return sorted(found, key=spread)


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


def spoiled(
    data: Path, recipe: Mapping[str, Any], sentences: Sequence[str], noise: str = "learner"
) -> list[Fixed]:
    """Clean sentences with many mistakes at once, by a noise of the recipe; seeded by each text."""
    rules, chosen = recipe["data"], recipe["noise"][noise]
    table = corruptions(read_lexicon(data / rules["misspellings"], data / rules["words"]))
    writer = Noise(chosen["weights"], chosen["counts"], table)
    made = ((writer.spoil(text, random.Random(text)), text) for text in sentences)
    return [Fixed(source, text, spread(text).hex()[:2]) for source, text in made if source != text]


def learner(data: Path, count: int | None = None) -> Learner:
    """The first `count` sentences of the development part of JFLEG, or all of them. To be measured only."""
    folder = data / "grammar" / "jfleg-dev"
    names = ("src", "ref0", "ref1", "ref2", "ref3")
    read = [(folder / f"dev.{name}").read_text(encoding="utf-8").splitlines()[:count] for name in names]
    return Learner(read[0], read[1:])
