"""Condense the table of spelling variants that the grammar skill uses, from VarCon's `varcon.txt`.

    python tools/variants.py varcon.txt

One line a word, with the spellings of each country after its letters: `U:color KCA:colour` (U: American, K:
British, C: Canadian, A: Australian). Left out are rare words (beyond level 70), possessives, and notes.
"""

from __future__ import annotations

import lzma
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parent.parent / "smallsense" / "skills" / "variants.txt.xz"
NOTICE = TARGET.with_name("variants.license.txt")
_RAREST = 70
_LEVEL = re.compile(r"\(level (\d+)\)")


def condensed(lines: list[str]) -> Iterator[str]:
    """The condensed lines."""
    level = _RAREST + 1
    for line in lines:
        if line.startswith("#"):
            found = _LEVEL.search(line)
            level = int(found[1]) if found else level
            continue
        body = line.split("|")[0].split("#")[0].strip()
        if level > _RAREST or "'" in body or " / " not in body:
            continue
        places: dict[str, dict[str, None]] = {}
        for part in body.split(" / "):
            tags, _, word = part.partition(": ")
            for tag in tags.split():
                # "v" and "." are spellings in good use; "V", "-" and "x" are only known to be meant.
                use = tag[0] if tag[1:] in ("", ".", "v") else "_"
                places.setdefault(use, {})[word.strip()] = None
        british = {**places.get("B", {}), **places.get("Z", {})}
        places = {
            "U": places.get("A", {}),
            "K": british,
            "C": places.get("C", places.get("Z", places.get("B", {}))),
            "A": places.get("D", places.get("B", {})),
            "": places.get("_", {}),
        }
        words = list(dict.fromkeys(word for each in places.values() for word in each))
        yield " ".join(
            f"{''.join(place for place in places if word in places[place])}:{word}" for word in words
        )


def main() -> None:
    """Write the table, sorted and packed."""
    lines = Path(sys.argv[1]).read_text("iso-8859-1").splitlines()
    found = sorted({line for line in condensed(lines) if len(line.split()) > 1})
    TARGET.write_bytes(lzma.compress("\n".join(found).encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(found):,} words, {TARGET.stat().st_size:,} bytes: {TARGET}; its notice is {NOTICE.name}")


if __name__ == "__main__":
    main()
