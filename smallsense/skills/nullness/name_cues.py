"""What speaks for and against a value being missing by what it is called and where it comes from.

These cues are about the expression alone; they are learned from what programmers test before they use it.
"""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter

from smallsense.skills.nullness.provenance import last_name, origin_of, words
from smallsense.skills.nullness.surroundings import CALLS, MEMBERS, SUBSCRIPTS, Surroundings, path_of
from smallsense.skills.nullness.syntax import arguments_of, is_python, text_of

_ELEMENT = frozenset({"loop", "part"})


def name_cues(node: tree_sitter.Node, around: Surroundings) -> Iterator[str]:
    """What the expression is called and where its value comes from."""
    language = "py" if is_python(node) else "js"
    yield f"language={language}"
    origin, binding = origin_of(node, around)
    yield f"origin={origin}"
    yield f"origin={origin} {language}"
    last = last_name(node)
    parts = words(last)
    for part in parts:
        yield f"word={part}"
    if parts:
        yield f"last word={parts[-1]} {origin.split()[0]}"
        yield f"name={'_'.join(parts)}"
    if node.type in MEMBERS:
        owner = node.child_by_field_name("object")
        depth = path_of(node).count(".")
        yield f"depth={min(depth, 4)}"
        if owner is not None:
            above = words(last_name(owner))
            if above:
                yield f"owner={above[-1]}"
                yield f"owner={above[-1]} {'_'.join(parts)}"
    value = binding.value if binding is not None else node
    if value is not None:
        how = "loop" if binding is not None and binding.how in _ELEMENT else "value"
        yield from _source_cues(value, how, around)
    if last.startswith("_"):
        yield "private"
    if last.isupper():
        yield "all capitals"
    if parts and parts[-1].endswith("s") and not parts[-1].endswith("ss"):
        yield "plural"
    parameter = around.parameters.get(path_of(node))
    if parameter is not None:
        if parameter.default:
            yield "default nothing" if parameter.default in ("None", "null", "undefined") else "default"
        yield f"index={min(parameter.index, 4)}"
        yield f"parameters={min(len(around.parameters), 5)}"


def _source_cues(value: tree_sitter.Node, how: str, around: Surroundings) -> Iterator[str]:
    """What a value is made from: the called function, the element's key, the attribute."""
    if value.type in ("await", "await_expression", "parenthesized_expression") and value.named_children:
        value = value.named_children[0]
        yield f"{how} awaited"
    if value.type in CALLS:
        function = value.child_by_field_name("function")
        if function is None:
            return
        called = last_name(function)
        parts = words(called)
        handed = arguments_of(value)[0]
        arguments = len(handed)
        yield f"{how} callee={'_'.join(parts)}"
        yield f"{how} callee={'_'.join(parts)} {min(arguments, 3)}"
        if parts:
            yield f"{how} verb={parts[0]}"
            yield f"{how} verb={parts[0]} {min(arguments, 3)}"
            yield f"{how} object={parts[-1]}"
        owner = function.child_by_field_name("object")
        if owner is not None:
            above = words(last_name(owner))
            yield f"{how} receiver={above[-1] if above else owner.type}"
        yield from _asked_cues(how, parts, handed[0] if handed else None, owner, around)
    elif value.type in SUBSCRIPTS:
        owner = value.child_by_field_name("value") or value.child_by_field_name("object")
        key = value.child_by_field_name("subscript") or value.child_by_field_name("index")
        yield f"{how} key={key.type if key is not None else ''}"
        if key is not None and key.type in ("integer", "number"):
            yield f"{how} index={text_of(key)[:3]}"
        if key is not None:
            yield from (f"{how} key word={word}" for word in _key_words(key))
        for part in words(last_name(owner) if owner is not None else ""):
            yield f"{how} container={part}"
    elif value.type in MEMBERS:
        for part in words(last_name(value)):
            yield f"{how} attribute={part}"


def _asked_cues(
    how: str,
    callee: list[str],
    argument: tree_sitter.Node | None,
    owner: tree_sitter.Node | None,
    around: Surroundings,
) -> Iterator[str]:
    """What a call asks for by its first argument, and whom it asks."""
    verb = callee[0] if callee else ""
    if argument is not None:
        yield f"{how} argument={argument.type}"
        yield from (f"{how} key word={word}" for word in _key_words(argument))
    asked = origin_of(owner, around)[0] if owner is not None else "nobody"
    yield f"{how} asked={asked}"
    yield f"{how} asked={asked} {verb}"


def _key_words(key: tree_sitter.Node) -> list[str]:
    """The last two words of a key: of a name, or of a text."""
    if key.type in ("string", "template_string"):
        return words(text_of(key).strip("\"'`"))[-2:]
    return words(last_name(key))[-2:] if key.type in ("identifier", *MEMBERS) else []
