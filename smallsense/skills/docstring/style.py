"""How docstrings are written: Google, NumPy and reST in Python, JSDoc in JavaScript and TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from smallsense.skills.signature import Signature

Style = Literal["google", "numpy", "rest", "jsdoc"]
Section = Literal["summary", "parameter", "returns", "yields", "raises"]

_NUMPY = re.compile(r"^[ \t]*(Parameters|Returns|Raises|Yields)[ \t]*\r?\n[ \t]*-{3,}", re.MULTILINE)
_REST = re.compile(r"^[ \t]*:(param|returns?|raises?|type|rtype)\b[^:\n]*:", re.MULTILINE)
_GOOGLE = re.compile(r"^[ \t]+(Args|Returns|Raises|Yields|Attributes):[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Gap:
    """One place of a docstring that needs words: `lead` is the forced text before it."""

    section: Section
    name: str
    lead: str


def style_of(text: str, language: str) -> Style:
    """Return the docstring style of a document: the one it shows most, else Google."""
    if language != "python":
        return "jsdoc"
    counts: dict[Style, int] = {
        "google": len(_GOOGLE.findall(text)),
        "numpy": len(_NUMPY.findall(text)),
        "rest": len(_REST.findall(text)),
    }
    return max(counts, key=counts.__getitem__)


def gaps(style: Style, signature: Signature, indent: str) -> list[Gap]:
    """Return the places to fill, in order; each line begins with `indent`."""
    found = [Gap("summary", "", "")]
    result: Section = "yields" if signature.yields else "returns"
    sections: tuple[tuple[Section, tuple[str, ...]], ...] = (
        ("parameter", signature.parameters),
        (result, ("",) if signature.yields or signature.returns else ()),
        ("raises", signature.raises),
    )
    for section, names in sections:
        for index, name in enumerate(names):
            found.append(Gap(section, name, _lead(style, section, name, indent, first=index == 0)))
    return found


def render(style: Style, filled: list[tuple[Gap, str]], indent: str) -> str:
    """Return the docstring with quotes or comment marks, without the first line's indentation.

    Gaps that nothing fills are not in `filled`; a section all of whose gaps are missing has no heading.
    """
    body = "".join(_leads(style, filled, indent))
    if style == "jsdoc":
        if "\n" not in body:
            return f"/** {body} */"
        return f"/**\n{indent} * {body}\n{indent} */"
    return f'"""{body}\n{indent}"""' if "\n" in body else f'"""{body}"""'


def _leads(style: Style, filled: list[tuple[Gap, str]], indent: str) -> Iterator[str]:
    previous = ""
    for gap, words in filled:
        if gap.section == "summary":
            yield words
        else:
            yield _lead(style, gap.section, gap.name, indent, first=gap.section != previous) + words
        previous = gap.section


_HEADINGS = {"parameter": "Args", "returns": "Returns", "yields": "Yields", "raises": "Raises"}


def _lead(style: Style, section: str, name: str, indent: str, *, first: bool) -> str:
    deep = indent + "    "
    match style:
        case "google":
            heading = f"\n\n{indent}{_HEADINGS[section]}:" if first else ""
            return f"{heading}\n{deep}{name}: " if name else f"{heading}\n{deep}"
        case "numpy":
            title = {"parameter": "Parameters"}.get(section, _HEADINGS[section])
            heading = f"\n\n{indent}{title}\n{indent}{'-' * len(title)}" if first else ""
            return f"{heading}\n{indent}{name}\n{deep}" if name else f"{heading}\n{deep}"
        case "rest":
            field = {
                "parameter": f"param {name}",
                "returns": "return",
                "yields": "yield",
                "raises": f"raises {name}",
            }
            blank = "\n" if first and section == "parameter" else ""
            return f"{blank}\n{indent}:{field[section]}: "
        case "jsdoc":
            tag = {"parameter": f"param {name}", "returns": "returns", "yields": "yields"}
            field_text = tag.get(section, f"throws {{{name}}}")
            blank = f"\n{indent} *" if first and section == "parameter" else ""
            dash = " - " if section == "parameter" else " "
            return f"{blank}\n{indent} * @{field_text}{dash}"
