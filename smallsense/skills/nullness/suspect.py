"""Dereferences of values that may be missing, and which of them are worth suspecting."""

from __future__ import annotations

import re
from dataclasses import dataclass

from smallsense.skills.nullness.origin import Origin
from smallsense.text.derefs import Dereference


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """A dereference of a value that may be missing, and why."""

    dereference: Dereference
    origin: Origin


def fits(dereference: Dereference, origin: Origin) -> bool:
    """Whether the use agrees with what the value is thought to be."""
    if dereference.kind != "attribute":
        return True
    sibling = dereference.value.next_named_sibling
    name = (sibling.text or b"").decode("utf-8", "replace") if sibling is not None else ""
    if name.startswith("__") and name.endswith("__"):
        # None has most of these, too.
        return False
    return not origin.uses or name in origin.uses


def likely_missing(dereference: Dereference) -> bool:
    """Whether it is worth asking: methods are hardly ever missing, only what is handed in to be called."""
    value = dereference.value
    if dereference.kind != "call" or value.type not in ("attribute", "member_expression"):
        return True
    text = (value.text or b"").decode("utf-8", "replace")
    return _CALLABLE.search(text) is not None


_CALLABLE = re.compile(
    r"(?i)(callback|handler|hook|listener|_cb|_fn|_func|_cls|factory|_class)$"
    r"|\b(props|options|opts|config|settings|params|callbacks|handlers|hooks)\??\.\w+$|\.(cb|fn|func|on_?[A-Z_]\w*)$"
)
