"""Guards for a suspect, in the style of the code around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from smallsense.skills.finding import Fix
from smallsense.skills.nullness.site import Site, path_like
from smallsense.skills.nullness.syntax import first, named, text_of
from smallsense.skills.signature import own_nodes
from smallsense.text.span import Edit, Span


def guards(site: Site) -> Iterator[Fix]:
    """Ways to guard the value, best first; whether one silences the suspect is for others to see."""
    chains = () if site.python else tuple(_chain(site))
    likes_chains = "?." in site.scope.text
    if likes_chains or not site.always:
        yield from chains
    yield from _conjunction(site)
    yield from _exits(site)
    yield from _default(site)
    if not likes_chains and site.always:
        yield from chains
    yield from _ternary(site)


def _exits(site: Site) -> Iterator[Fix]:
    """Leave the round, the function or the program before the statement, when the value is missing."""
    if site.statement is None or not site.always:
        return
    name = text_of(site.value)
    edits: tuple[Edit, ...] = ()
    lead = ""
    if not path_like(site.value):
        name = _new_name(site)
        declared = (
            f"{name} = {text_of(site.value)}"
            if site.python
            else f"const {name} = {text_of(site.value)}{_semi(site)}"
        )
        lead = declared + site.newline + site.indent
        edits = (Edit(Span(site.value.start_byte, site.value.end_byte), name),)
    at = Span(site.statement.start_byte, site.statement.start_byte)
    for title, leave in _ways_out(site, name):
        guard = lead + _guard(site, name, leave) + site.newline + site.indent
        yield Fix(title.format(f"`{name}` is {site.suspect.origin.missing}"), (Edit(at, guard), *edits))


def _guard(site: Site, name: str, leave: str) -> str:
    inner = site.newline + site.indent + site.unit + leave
    if site.python:
        return f"if {name} is None:{inner}"
    return f"if ({_js_missing(site, name)}) {{{inner}{_semi(site)}{site.newline}{site.indent}}}"


def _js_missing(site: Site, name: str) -> str:
    origin = site.suspect.origin
    if re.search(r"if \(![\w.]+\)", site.scope.text):
        return f"!{name}"
    both = origin.kind in ("unknown", "checked") or (
        origin.kind in ("annotation", "chain") and "null" in origin.source
    )
    return f"{name} == null" if both else f"{name} === {origin.missing}"


def _ways_out(site: Site, name: str) -> Iterator[tuple[str, str]]:
    """Titles and statements, best first, by what the function does elsewhere."""
    function = site.scope.node
    body = function.child_by_field_name("body") if function is not None else None
    nodes = list(own_nodes(body)) if body is not None and site.scope.kind == "function" else []
    error = _error(site, name)
    if site.in_loop:
        yield "Skip this round if {}", "continue"
    if not nodes:
        yield "Raise an error if {}" if site.python else "Throw an error if {}", error
        return
    raising = any(node.type in ("raise_statement", "throw_statement") for node in nodes)
    values = {text_of(v) for node in nodes if node.type == "return_statement" for v in named(node)}
    yielding = any(node.type in ("yield", "yield_expression") for node in nodes)
    nothing = "None" if site.python else "null"
    leave = "return" if not values or yielding else f"return {_returned(values, nothing)}"
    promised = _promises(function) or site.scope.name in ("__init__", "constructor")
    early = ("Return early if {}", leave)
    loud = ("Raise an error if {}" if site.python else "Throw an error if {}", error)
    yield from (loud, early) if promised or (raising and nothing not in values) else (early, loud)


def _returned(values: set[str], nothing: str) -> str:
    """What the function returns where it has nothing to return."""
    for empty in (nothing, "undefined", "False", "false", "[]", "{}", '""', "''"):
        if empty in values:
            return empty
    return nothing


def _promises(function: tree_sitter.Node | None) -> bool:
    """Whether the function is annotated to return a value that is not optional."""
    declared = function.child_by_field_name("return_type") if function is not None else None
    text = text_of(declared)
    return declared is not None and not re.search(
        r"\b(None|Optional|null|undefined|void|Any|any|object)\b", text
    )


def _error(site: Site, name: str) -> str:
    text = site.scope.snapshot.text
    quote = "'" if text.count("'") > text.count('"') else '"'
    message = f"{quote}{name} is {site.suspect.origin.missing}{quote}"
    return f"raise ValueError({message})" if site.python else f"throw new Error({message})"


def _semi(site: Site) -> str:
    statements = [
        node for node in _siblings(site) if node.type in ("expression_statement", "lexical_declaration")
    ]
    return ";" if not statements or any(text_of(node).endswith(";") for node in statements) else ""


def _siblings(site: Site) -> list[tree_sitter.Node]:
    parent = site.statement.parent if site.statement is not None else None
    return named(parent)


def _new_name(site: Site) -> str:
    """A fresh name for a value that has none yet."""
    source = site.suspect.origin.source.lower()
    first = (
        "match"
        if re.search(r"\.(re)?(match|search|fullmatch|exec)\(", source)
        else "element"
        if re.search(r"queryselector|getelementbyid|closest|\.find\(|select_one", source)
        else "row"
        if "fetchone" in source
        else "value"
    )
    text = site.scope.snapshot.text
    for name in (
        first,
        f"found_{first}" if site.python else f"found{first.title()}",
        *(f"{first}{n}" for n in range(2, 99)),
    ):
        if not re.search(rf"\b{name}\b", text):
            return name
    return f"{first}_"


def _condition(site: Site) -> tree_sitter.Node | None:
    """The operand around the value before which `… and` can be put: a test, or a part of one."""
    node = site.value
    while node.parent is not None and node != site.statement:
        parent = node.parent
        operator = parent.child_by_field_name("operator")
        joins = parent.type == "boolean_operator" or (
            parent.type == "binary_expression" and operator is not None and operator.type in ("&&", "||")
        )
        tests = parent.child_by_field_name("condition") == node and parent.type not in (
            "ternary_expression",
            "for_statement",
        )
        if (joins or tests or parent.type == "if_clause") and node.type != "parenthesized_expression":
            return node
        if node.type in ("parenthesized_expression",) and tests:
            return first(node)
        if parent.type in ("lambda", "conditional_expression"):
            return None
        node = parent
    return None


def _conjunction(site: Site) -> Iterator[Fix]:
    """Ask for the value first, in the same test."""
    if not path_like(site.value):
        return
    operand = _condition(site)
    if operand is None or operand.type in (
        "conditional_expression",
        "named_expression",
        "lambda",
        "ternary_expression",
        "assignment_expression",
        "sequence_expression",
        "boolean_operator",
    ):
        return
    operator = operand.child_by_field_name("operator")
    if operand.type == "binary_expression" and operator is not None and operator.type in ("&&", "||", "??"):
        return
    name = text_of(site.value)
    check = f"{name} is not None and " if site.python else f"{name} && "
    yield Fix(f"Check `{name}` first", (Edit(Span(operand.start_byte, operand.start_byte), check),))


def _chain(site: Site) -> Iterator[Fix]:
    """Optional chaining."""
    use = site.value.parent
    if use is None or site.suspect.dereference.kind not in ("attribute", "subscript", "call"):
        return
    if _assigned(use):
        return
    at = Span(site.value.end_byte, site.value.end_byte)
    if use.type == "member_expression":
        dot = next((child for child in use.children if child.type == "."), None)
        if dot is not None:
            yield Fix("Use `?.`", (Edit(Span(dot.start_byte, dot.end_byte), "?."),))
    elif use.type in ("subscript_expression", "call_expression"):
        yield Fix("Use `?.`", (Edit(at, "?."),))


def _assigned(node: tree_sitter.Node) -> bool:
    """Whether the chain is written to or constructed, where `?.` is not allowed."""
    while node.parent is not None and node.parent.type in (
        "member_expression",
        "subscript_expression",
        "call_expression",
        "non_null_expression",
    ):
        node = node.parent
    parent = node.parent
    if parent is None:
        return False
    left = parent.child_by_field_name("left") or parent.child_by_field_name("constructor")
    return parent.type in ("update_expression", "new_expression", "for_in_statement") or (
        left == node
        and parent.type
        in (
            "assignment_expression",
            "augmented_assignment_expression",
        )
    )


def _default(site: Site) -> Iterator[Fix]:
    """Go through nothing where there is nothing to go through."""
    parent = site.value.parent
    if parent is None or parent.type not in ("for_statement", "for_in_statement", "for_in_clause"):
        return
    if site.value.type not in ("identifier", "attribute", "member_expression", "call", "call_expression"):
        return
    text = " or ()" if site.python else " ?? []"
    title = f"Go through nothing if `{text_of(site.value)}` is {site.suspect.origin.missing}"
    yield Fix(title, (Edit(Span(site.value.end_byte, site.value.end_byte), text),))


def _ternary(site: Site) -> Iterator[Fix]:
    """Take None where the value is missing: Python, for what is assigned or returned."""
    if not site.python or not path_like(site.value) or site.statement is None or not site.always:
        return
    whole = site.statement
    if whole.type == "expression_statement" and whole.named_child_count == 1:
        whole = whole.named_children[0]
    result = whole.child_by_field_name("right") if whole.type == "assignment" else None
    if whole.type == "return_statement":
        result = first(whole)
    if result is None or result.type in (
        "expression_list",
        "yield",
        "assignment",
        "lambda",
        "boolean_operator",
    ):
        return
    if not (result.start_byte <= site.value.start_byte and site.value.end_byte <= result.end_byte):
        return
    name = text_of(site.value)
    text = f" if {name} is not None else None"
    yield Fix(f"Use None if `{name}` is None", (Edit(Span(result.end_byte, result.end_byte), text),))
