"""The names a document uses in its code: whoever writes about code writes about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import tree_sitter

SHORTEST = 3
"""Characters a part of a name needs to be a name of its own."""

_NAME = re.compile(r"[^\W\d]\w*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_CODE_SPAN = re.compile(rb"(`+)(?!`)(.{1,200}?)(?<!`)\1(?!`)")
_FENCED = re.compile(rb"^[ \t>]*(?:```+|~~~+)[^\n]*\n(.*?)^[ \t>]*(?:```|~~~)", re.MULTILINE | re.DOTALL)
# In reStructuredText: what is indented below a line that ends in two colons, or below a directive for code.
_LITERAL = re.compile(
    rb"^([ \t]*)(?:(?!\.\. )\S[^\n]*::|\.\. (?:code|code-block|sourcecode|parsed-literal)::[^\n]*)[ \t\r]*\n"
    rb"((?:\1[ \t]+[^\s][^\n]*(?:\n|\Z)|[ \t\r]*\n)+)",
    re.MULTILINE,
)
_TAKING_IN = frozenset(
    {"call_expression", "export_statement", "import_spec", "import_statement", "preproc_include"}
)


def code_symbols(root: tree_sitter.Node) -> frozenset[str]:
    """The names in code, whole and in their parts (`get_user_id`, `getUserId`: get, user), in folded case."""
    return _with_parts(_identifiers(root))


@lru_cache(maxsize=2048)
def prose_symbols(source: bytes, language: str) -> frozenset[str]:
    """The same of the code blocks and code spans in a stretch of prose.

    A keystroke leaves nearly all stretches as they were.
    """
    found = [*_FENCED.findall(source), *(match[2] for match in _CODE_SPAN.finditer(source))]
    if language == "restructuredtext":
        found += [match[2] for match in _LITERAL.finditer(source)]
    return _with_parts(name for code in found for name in _NAME.findall(code.decode("utf-8", "replace")))


def _with_parts(names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in set(names):
        found.add(name.casefold())
        found.update(part.casefold() for part in _PART.findall(name))
    return frozenset(name for name in found if len(name) >= SHORTEST)


def _taken_in(node: tree_sitter.Node) -> list[str]:
    """The names of the modules or files that code takes in: `require("left-pad")`, `import "left/pad"`."""
    if node.type != "call_expression":
        return _words_of(node.child_by_field_name("source") or node.child_by_field_name("path"))
    function = node.child_by_field_name("function")
    takes_in = function is not None and function.text in (b"require", b"import")
    return _words_of(node.child_by_field_name("arguments")) if takes_in else []


def _words_of(node: tree_sitter.Node | None) -> list[str]:
    return [] if node is None else _NAME.findall((node.text or b"").decode("utf-8", "replace"))


def _identifiers(root: tree_sitter.Node) -> Iterator[str]:
    cursor = root.walk()
    fresh = True
    while True:
        node = cursor.node
        if fresh and node is not None:
            kind = node.type
            if kind.endswith("identifier"):
                yield (node.text or b"").decode("utf-8", "replace")
            elif kind in _TAKING_IN:
                yield from _taken_in(node)
        if fresh and cursor.goto_first_child():
            continue
        fresh = cursor.goto_next_sibling()
        if not fresh and not cursor.goto_parent():
            return
