"""Make the list of words that names in code are made of: terms, no misspellings to the grammar skill.

    python tools/terms.py FOLDER

Reads the packages of the recipe of the null check, all of them under a permissive license; those that FOLDER
lacks are fetched. A word counts when names in several packages have it; known misspellings and words that
prose has anyway are left out.
"""

from __future__ import annotations

import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from smallsense.skills.spelling import candidates
from smallsense.skills.vocabulary import is_word
from smallsense.text.languages import by_path
from smallsense.training.fetch import fetched
from smallsense.training.structure import read_plan
from smallsense.training.uses import LANGUAGES, MOST_BYTES

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "smallsense" / "skills" / "terms.txt.xz"
FEWEST_PACKAGES = 3
SHORTEST = 4
_NAME = re.compile(r"[A-Za-z_]\w*")
_WORD = re.compile(r"[A-Z]?[a-z]{2,24}(?![a-z])")


def words(root: Path) -> set[str]:
    """The words, in lower case, of all names in the code below a folder."""
    names = {name for code in _code(root) for name in _NAME.findall(code)}
    return {word.casefold() for name in names for word in _WORD.findall(name)}


def _code(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*")):
        language = by_path(path.name)
        known = language is not None and language.name in LANGUAGES
        if known and ".min." not in path.name and path.is_file() and path.stat().st_size <= MOST_BYTES:
            yield path.read_text("utf-8", "replace")


def main() -> None:
    """Count packages by word, keep what several have, and write it sorted and packed."""
    folder = Path(sys.argv[1])
    plan = read_plan(ROOT / "models" / "recipes" / "nullness-structure.toml")
    packages: Counter[str] = Counter()
    for package in (*plan.packages, *plan.donors):
        packages.update(words(fetched(package, folder)))
    kept = sorted(
        word
        for word, count in packages.items()
        if count >= FEWEST_PACKAGES and len(word) >= SHORTEST and not is_word(word) and not candidates(word)
    )
    TARGET.write_bytes(lzma.compress("\n".join(kept).encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(kept):,} words, {TARGET.stat().st_size:,} bytes: {TARGET}")


if __name__ == "__main__":
    main()
