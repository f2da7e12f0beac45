"""What the annotations of a function say of a value being missing: checkers read them before people run it.

Cues are short words that the judge weighs; they look no further than the function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smallsense.skills.nullness.surroundings import Surroundings

_OPTIONAL = re.compile(r"\b(None|Optional|null|undefined)\b|^\?")
_NAME = re.compile(r"[A-Za-z_]\w*")


def type_cues(path: str, around: Surroundings) -> Iterator[str]:
    """How much of the function is annotated, whether its types tell of missing values, and its own type."""
    annotations = {name: parameter.annotation for name, parameter in around.parameters.items()}
    written = [bool(one) for one in annotations.values()]
    typed = ""
    if around.returns and all(written):
        typed = "typed"
    elif around.returns or any(written):
        typed = "partly typed"
    if typed:
        yield typed
    if around.returns != "None" and _OPTIONAL.search(around.returns):
        yield "returns optional"
    if any(_OPTIONAL.search(one) for name, one in annotations.items() if name != path):
        yield "others optional"
    own = annotations.get(path, "")
    if not own:
        return
    kind = "annotated optional" if _OPTIONAL.search(own) else "annotated"
    yield kind
    if typed:
        yield f"{kind}, {typed}"
    if name := _NAME.search(own):
        yield f"{kind} {name[0]}"
