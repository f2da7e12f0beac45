"""Write the tables of skills and rules into Markdown files, between their markers.

`skills_table.py README.md docs/rules.md`: each file has the markers of one of the tables, or of both.

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

FACES = {
    Face.DIAGNOSTIC: "diagnostic",
    Face.QUICK_FIX: "quick fix",
    Face.CODE_ACTION: "code action",
    Face.INLINE_COMPLETION: "inline completion",
}


def skills_table() -> str:
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
    own = f"{entry.base} + {entry.size / 1e6:.0f} MB adapter" if entry.adapter else entry.base
    return own if skill.find is nothing else f"a learned score; {own}"


def rules_table() -> str:
    """Return the table of our own skills' rules, one row each."""
    rows = ["| rule | what breaks it |", "| --- | --- |"]
    for skill in loader.own().values():
        rows += [f"| `{skill.name}/{rule}` | {what} |" for rule, what in sorted(skill.rules.items())]
    return "\n".join(rows)


TABLES = {"skills": skills_table, "rules": rules_table}


def filled(document: str) -> str:
    """Return the document with the current tables between their markers.

    Raises:
        ValueError: the document does not have both markers of any table, in order.
    """
    found = False
    for name, table in TABLES.items():
        begin, end = f"<!-- {name}: begin (written by `make docs`) -->", f"<!-- {name}: end -->"
        before, opened, rest = document.partition(begin)
        _, closed, after = rest.partition(end)
        if opened and closed:
            document, found = f"{before}{begin}\n{table()}\n{end}{after}", True
    if not found:
        raise ValueError("no markers of a table")
    return document


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path, nargs="+")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for document in options.documents:
        old = document.read_text("utf-8")
        new = filled(old)
        if options.check and new != old:
            sys.exit(f"{document}: a table is out of date: run `make docs`")
        if new != old:
            document.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
