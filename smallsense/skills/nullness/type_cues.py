"""What the annotations of a function say of a value being missing: checkers read them before people run it.

Cues are short words that the judge weighs; they look no further than the function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.skills.nullness.surroundings import Surroundings
from smallsense.skills.nullness.syntax import text_of

_OPTIONAL = re.compile(r"\b(None|Optional|null|undefined)\b|^\?")
_NAME = re.compile(r"[A-Za-z_]\w*")


def type_cues(path: str, origin: str, around: Surroundings, scope_node: tree_sitter.Node) -> Iterator[str]:
    """How much of the function is annotated, whether its types tell of missing values, and its own type."""
    returned = text_of(scope_node.child_by_field_name("return_type")).lstrip(": ")
    annotations = {name: parameter.annotation for name, parameter in around.parameters.items()}
    written = [bool(one) for one in annotations.values()]
    typed = ""
    if returned and all(written):
        typed = "typed"
    elif returned or any(written):
        typed = "partly typed"
    if typed:
        yield typed
        yield f"{typed} {origin.split()[0]}"
    if returned != "None" and _OPTIONAL.search(returned):
        yield "returns optional"
    if any(_OPTIONAL.search(one) for name, one in annotations.items() if name != path):
        yield "others optional"
        yield f"others optional {origin.split()[0]}"
    own = annotations.get(path, "")
    if not own:
        return
    kind = "annotated optional" if _OPTIONAL.search(own) else "annotated"
    yield kind
    if typed:
        yield f"{kind}, {typed}"
    if name := _NAME.search(own):
        yield f"{kind} {name[0]}"
