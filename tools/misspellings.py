"""Make the list of misspellings that the grammar skill knows, from the source distribution of typos.

    python tools/misspellings.py FOLDER

FOLDER is the unpacked source distribution (`typos==1.52.0`); its list is under MIT or Apache-2.0.
"""

from __future__ import annotations

import lzma
import re
import sys
from pathlib import Path

GENERATED = "crates/typos-dict/src/word_codegen.rs"
TARGET = Path(__file__).parent.parent / "smallsense" / "skills" / "misspellings.csv.xz"
_ENTRY = re.compile(r'Str::Ascii\(\s*"([a-z]+)"\s*,?\s*\),\s*&\[([^\]]*)\]')
_WORD = re.compile(r'"([^"]+)"')


def main() -> None:
    """Read the table out of the generated source, and write it sorted and packed."""
    source = (Path(sys.argv[1]) / GENERATED).read_text(encoding="utf-8")
    entries = {wrong: _WORD.findall(right) for wrong, right in _ENTRY.findall(source)}
    lines = [",".join((wrong, *right)) for wrong, right in sorted(entries.items()) if right]
    TARGET.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(lines):,} misspellings, {TARGET.stat().st_size:,} bytes: {TARGET}")


if __name__ == "__main__":
    main()
