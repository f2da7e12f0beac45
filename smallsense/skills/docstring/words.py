"""The words around a gap: what the model is given to go on from, and what of its answer is fit to stand."""

from __future__ import annotations

import re

from smallsense.skills.docstring.style import Gap
from smallsense.text.scope import Scope

_CODE = re.compile(
    r"[{}=;`\\]|\b(def|function|const|import|self\.|class)\b.*[(:.]|->|=>|\w\(\w*\)|@\w"
    r"|\breturn\b.*[+\-*/%<>\[(]|[^\x20-\x7e\xa0-\U0010ffff]"
)

_JOINTS = frozenset({"that", "which", "and"})

_DANGLING = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "if", "in", "into", "is", "of", "on", "or", "so"}
    | {"that", "the", "to", "when", "which", "with"}
)


def lead_in(scope: Scope, gap: Gap) -> str:
    """The beginning of the sentence a gap asks for: a small model completes prose better than a form."""
    match gap.section:
        case "summary":
            return (
                f"The class {scope.name} is a"
                if scope.kind == "class"
                else f"The function {scope.name} is used to"
            )
        case "parameter":
            return f"The parameter {gap.name.lstrip('*')} is the"
        case "returns" | "yields":
            return f"The function {gap.section}"
        case "raises":
            return f"It raises {gap.name} if"


def clean(scope: Scope, slot: str, gap: Gap, prefix: str, said: set[str]) -> str:
    """One tidy sentence, or nothing where the slot holds no sentence."""
    words = (
        " ".join(re.split(r'"""|\*/|\n', slot)[0].replace("'''", "").split()).strip("\"'*- ").rstrip(".,:; ")
    )
    words = _whole(words)
    if gap.name and words.casefold().startswith(gap.name.casefold() + ":"):
        words = words[len(gap.name) + 1 :].strip()
    if not re.search(r"[A-Za-z]{2}", words) or _CODE.search(words):
        return ""
    if gap.section == "summary" and len(words.split()) < 2:
        return ""
    # What stands in the prompt word for word is an echo, unless it is but a word or two.
    if len(words.split()) > 3 and words.casefold() in prefix.casefold():
        return ""
    if words.casefold() in {gap.name.casefold(), "none", "todo"} or words.casefold() + "." in said:
        return ""
    tokens = words.casefold().split()
    if len(tokens) >= 6 and len(set(tokens)) <= len(tokens) // 2:
        return ""
    if re.match(
        r"(?i)(the )?(passed|used|parameter|input parameter|name of the (parameter|function))\b", words
    ):
        return ""
    words = _sentence(scope, gap, words)
    if not words.split()[0].isupper() or len(words.split()[0]) == 1:
        words = words[0].upper() + words[1:]
    return words + "."


def _sentence(scope: Scope, gap: Gap, words: str) -> str:
    """The words of a gap with what its lead-in said before them, as far as a docstring says it."""
    if gap.section == "parameter" and not re.match(r"(?i)(the|a|an|whether|if|how|one|each)\b", words):
        return f"the {words}"
    if gap.section == "raises":
        return f"if {re.sub(r'(?i)^(if|when) ', '', words)}"
    if gap.section == "summary" and scope.kind == "class" and not re.match(r"(?i)(the|a|an)\b", words):
        return f"{'an' if words[0] in 'aeiouAEIOU' else 'a'} {words}"
    return words


def _whole(words: str) -> str:
    """The words as far as they make sense where the model ran out of tokens: no "… for the" at the end."""
    if not words or words.split()[-1].casefold() not in _DANGLING:
        return words
    kept = words.split()
    while kept and (kept[-1].casefold() in _DANGLING or not _JOINTS.isdisjoint(kept[-2:])):
        kept.pop()
    return " ".join(kept)
