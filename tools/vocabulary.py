"""Make the vocabulary of the grammar skill from the clean sentences that may train.

    python tools/vocabulary.py DATA

DATA is the folder of the development data. A word counts when sentences of several sources have it in lower
case; text that the recipe withholds is not read, and known misspellings are left out. What these stand for
are words as well, however rare. Each has two figures: how common it is (the binary logarithm of its count),
and by how much likelier it is in everyday text than in technical (half nats).
"""

from __future__ import annotations

import lzma
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from smallsense.skills.spelling import candidates
from smallsense.skills.vocabulary import REGISTER, unpacked
from smallsense.training.licenses import permissive
from smallsense.training.recipe import read_recipe
from smallsense.training.rows import rows
from smallsense.training.withheld import is_withheld, read_leaks

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "smallsense" / "skills" / "vocabulary.csv.xz"
FEWEST_SOURCES = 2
FEWEST = 2
DOUBTED = 5
"""Words are taken to have been seen so often more in either kind of text: rare ones tell little."""
MOST_REGISTER = 6
_WORD = re.compile(r"(?<![\w'’.@/\\-])[a-z]{2,24}(?![\w/\\@]|[-'’.]\w)")


def main() -> None:
    """Count words, keep the frequent, and write them sorted and packed."""
    data = Path(sys.argv[1])
    rules = read_recipe(ROOT / "models" / "recipes" / "grammar.toml").raw["data"]
    leaks = read_leaks([data / name for name in rules["never"]])
    technical, ordinary = Counter[str](), Counter[str]()
    sources: dict[str, set[str]] = defaultdict(set)
    for row in rows(data / "grammar" / "clean_sentences.jsonl.gz"):
        source = row["source"]
        withheld = is_withheld(source, rules["held_out_percent"], rules["held_out_salt"])
        if withheld or source in leaks.repositories or not permissive(row["licence"]):
            continue
        counts = ordinary if row["register"] == "everyday" else technical
        for word in _WORD.findall(row["text"]):
            counts[word] += 1
            if len(sources[word]) < FEWEST_SOURCES:
                sources[word].add(source)
    totals = technical + ordinary
    rate = math.log(technical.total() / ordinary.total())

    def figures(word: str) -> str:
        nats = rate + math.log((ordinary[word] + DOUBTED) / (technical[word] + DOUBTED))
        register = max(-MOST_REGISTER, min(MOST_REGISTER, round(REGISTER * nats)))
        return f"{word},{round(math.log2(totals[word]))},{register}"

    counted = {
        word
        for word, count in totals.items()
        if count >= FEWEST and len(sources[word]) >= FEWEST_SOURCES and not candidates(word)
    }
    lines = [figures(word) if word in counted else f"{word},0,0" for word in sorted(counted | _meant())]
    TARGET.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(lines):,} words, {TARGET.stat().st_size:,} bytes: {TARGET}")


def _meant() -> set[str]:
    """The words that known misspellings stand for."""
    listed = (line.split(",")[1:] for line in unpacked("misspellings.csv.xz").decode().splitlines())
    return {word for words in listed for word in words}


if __name__ == "__main__":
    main()
