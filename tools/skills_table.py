"""Write the table of skills into a Markdown file, between its two markers: `skills_table.py README.md`.

With `--check` nothing is written, and the exit code is 1 when the table is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from smallsense.engine.catalog import Catalog
from smallsense.skills import loader
from smallsense.skills.finding import Face
from smallsense.skills.skill import Skill, nothing

BEGIN = "<!-- skills: begin (written by `make docs`) -->"
END = "<!-- skills: end -->"

FACES = {
    Face.DIAGNOSTIC: "diagnostic",
    Face.QUICK_FIX: "quick fix",
    Face.CODE_ACTION: "code action",
    Face.INLINE_COMPLETION: "inline completion",
}


def table() -> str:
    """Return the table of our own skills, one row each."""
    catalog = Catalog.load()
    rows = ["| skill | what it does | shows as | languages | model |", "| --- | --- | --- | --- | --- |"]
    for skill in loader.own().values():
        faces = ", ".join(FACES[face] for face in skill.faces)
        languages = "all" if skill.languages is None else ", ".join(sorted(skill.languages))
        rows.append(
            f"| `{skill.name}` | {skill.summary} | {faces} | {languages} | {_model(catalog, skill)} |"
        )
    return "\n".join(rows)


def _model(catalog: Catalog, skill: Skill) -> str:
    entry = catalog.skill(skill.name)
    if skill.find is not nothing:
        return "none: a learned score"
    own = f" + {entry.size / 1e6:.0f} MB adapter" if entry.adapter else ""
    return f"{entry.base}{own}"


def filled(document: str) -> str:
    """Return the document with the current table between its markers.

    Raises:
        ValueError: the document does not have both markers, in order.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no table markers: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    old = options.document.read_text("utf-8")
    new = filled(old)
    if options.check and new != old:
        sys.exit(f"{options.document}: the table of skills is out of date: run `make docs`")
    if new != old:
        options.document.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
