"""The names a document uses in its code: whoever writes about code writes about them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.text.language import Language

SHORTEST = 3
"""Characters a part of a name needs to be a name of its own."""

_NAME = re.compile(r"[^\W\d]\w*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_CODE_SPAN = re.compile(rb"(`+)(?!`)(.{1,200}?)(?<!`)\1(?!`)")
_FENCED = re.compile(rb"^[ \t>]*(?:```+|~~~+)[^\n]*\n(.*?)^[ \t>]*(?:```|~~~)", re.MULTILINE | re.DOTALL)


def symbols(source: bytes, language: Language, tree: tree_sitter.Tree | None) -> frozenset[str]:
    """The names in code, whole and in their parts (`get_user_id`, `getUserId`: get, user), in folded case.

    In a document of prose these are the names in its code blocks and code spans.
    """
    found: set[str] = set()
    for name in set(_names(source, language, tree)):
        found.add(name.casefold())
        found.update(part.casefold() for part in _PART.findall(name))
    return frozenset(name for name in found if len(name) >= SHORTEST)


def _names(source: bytes, language: Language, tree: tree_sitter.Tree | None) -> Iterator[str]:
    if language.kind == "code":
        if tree is not None:
            yield from _identifiers(tree.root_node)
        return
    for code in (*_FENCED.findall(source), *(match[2] for match in _CODE_SPAN.finditer(source))):
        yield from _NAME.findall(code.decode("utf-8", "replace"))
    stack = [] if tree is None else [tree.root_node]
    while stack:
        node = stack.pop()
        if node.type == "literal_block":
            yield from _NAME.findall((node.text or b"").decode("utf-8", "replace"))
        else:
            stack.extend(node.children)


def _identifiers(root: tree_sitter.Node) -> Iterator[str]:
    cursor = root.walk()
    fresh = True
    while True:
        node = cursor.node
        if fresh and node is not None and node.type.endswith("identifier"):
            yield (node.text or b"").decode("utf-8", "replace")
        if fresh and cursor.goto_first_child():
            continue
        fresh = cursor.goto_next_sibling()
        if not fresh and not cursor.goto_parent():
            return
