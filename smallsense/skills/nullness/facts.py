"""What a document settles outside a function: fields a class always fills, calls that always give a value or
never come back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter

from smallsense.skills.nullness.evidence import gives
from smallsense.skills.nullness.syntax import CLASSES, first, line_of, named, text_of

_FUNCTIONS = frozenset({"function_definition", "function_declaration", "method_definition"})
# What stands in a function and has statements of its own.
_APART = _FUNCTIONS | CLASSES | {"lambda", "arrow_function", "function_expression"}
_FIELDS = frozenset({"field_definition", "public_field_definition"})
_TYPED = frozenset({"typed_parameter", "typed_default_parameter", "required_parameter"})
_VALUES = frozenset(
    {
        "string",
        "concatenated_string",
        "template_string",
        "integer",
        "float",
        "number",
        "true",
        "false",
        "list",
        "dictionary",
        "set",
        "tuple",
        "array",
        "object",
        "regex",
        "lambda",
        "arrow_function",
        "function_expression",
        "new_expression",
        "list_comprehension",
        "set_comprehension",
        "dictionary_comprehension",
        "generator_expression",
    }
)
_LACKING = re.compile(
    r"^Optional\[|^\W*\w[\w.\[\], ]*\|\s*(None|null|undefined)$|^\W*(None|null|undefined)\s*\|"
)
_ENDING = re.compile(r"\W*((typing|typing_extensions|t)\.)?(NoReturn|Never|never)[\"']?")
# What ends a program for certain; of methods with such names many return.
_EXIT = re.compile(r"(sys\.|os\._|process\.)?exit|quit|os\.abort|pytest\.(fail|skip)")
# With these a function comes back, or does not run when it is called.
_COMING_BACK = frozenset({"return_statement", "yield"})
_NULLABLE = re.compile(r"\b(None|null|undefined|Optional|Any|any|unknown|void|never)\b|\?")


def settled(node: tree_sitter.Node) -> frozenset[str]:
    """The paths (`self.x`, `this.x`) that hold a value in every method of the class around `node`."""
    owner = node.parent
    while owner is not None and owner.type not in CLASSES:
        owner = owner.parent
    return _filled(owner) if owner is not None else frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """Functions and own methods, as they are called: those that always return a value (`giving`), those that
    declare to return None at times (`lacking`, with the line of the declaration), and those that never return
    (`ending`).
    """

    giving: frozenset[str] = frozenset()
    lacking: Mapping[str, int] = field(default_factory=dict)
    ending: frozenset[str] = frozenset()


def known(node: tree_sitter.Node) -> Known:
    """What the module around `node`, and the class right around it, tell of their functions."""
    giving: frozenset[str] = frozenset()
    ending: frozenset[str] = frozenset()
    lacking: dict[str, int] = {}
    within = False
    while node.parent is not None:
        node = node.parent
        if node.parent is None or (node.type in CLASSES and not within):
            within = within or node.type in CLASSES
            own = _returning(node)
            giving |= own.giving
            ending |= own.ending
            lacking |= own.lacking
    return Known(giving, lacking, ending)


@lru_cache(maxsize=64)
def _filled(owner: tree_sitter.Node) -> frozenset[str]:
    filled: set[str] = set()
    emptied: set[str] = set()
    for member in _members(owner):
        if member.type in _FIELDS:
            label = member.child_by_field_name("property") or member.child_by_field_name("name")
            name = f"this.{text_of(label)}"
            kind, value = member.child_by_field_name("type"), member.child_by_field_name("value")
            if _certain(value) or (value is None and _declared(kind) and "?" not in text_of(member)[:80]):
                filled.add(name)
        elif member.type == "expression_statement":
            assignment = first(member)
            if assignment is not None and assignment.type == "assignment":
                name = f"self.{text_of(assignment.child_by_field_name('left'))}"
                value = assignment.child_by_field_name("right")
                if _certain(value) or (value is None and _declared(assignment.child_by_field_name("type"))):
                    filled.add(name)
        elif member.type in _FUNCTIONS:
            making = text_of(member.child_by_field_name("name")) in ("__init__", "constructor")
            declared = _declared_parameters(member) if making else frozenset()
            for path, value, top in _assigned(member):
                if value is None or value.type in ("none", "null", "undefined"):
                    emptied.add(path)
                elif making and top and (_certain(value) or text_of(value) in declared):
                    filled.add(path)
    return frozenset(filled - emptied)


@lru_cache(maxsize=64)
def _returning(owner: tree_sitter.Node) -> Known:
    prefix = ""
    if owner.type in CLASSES:
        prefix = "self." if owner.type == "class_definition" else "this."
    giving: set[str] = set()
    ending: set[str] = set()
    lacking: dict[str, int] = {}
    others: set[str] = set()
    for member in _members(owner):
        if member.type not in _FUNCTIONS:
            continue
        name = prefix + text_of(member.child_by_field_name("name"))
        declared = text_of(member.child_by_field_name("return_type"))
        if any(child.type == "async" for child in member.children):
            others.add(name)
        elif _LACKING.search(declared) and "=>" not in declared:
            lacking[name] = line_of(member)
        elif _never_returns(member, declared, own=bool(prefix)):
            ending.add(name)
        else:
            (giving if _always_returns(member) else others).add(name)
    # A name that is declared twice says nothing unless both say the same.
    return Known(
        frozenset(giving - others - ending - lacking.keys()),
        {name: line for name, line in lacking.items() if name not in giving | others | ending},
        frozenset(name for name in ending - giving - others - lacking.keys() if _means_one(owner, name)),
    )


def _members(owner: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    for child in named(owner.child_by_field_name("body") or owner):
        inner = child
        if child.type in ("decorated_definition", "export_statement"):
            inner = (
                child.child_by_field_name("definition") or child.child_by_field_name("declaration") or child
            )
        yield inner


def _always_returns(function: tree_sitter.Node) -> bool:
    """Whether a function declares a return type without None, or ends with a value on every path there is."""
    kind = function.child_by_field_name("return_type")
    if kind is not None:
        return _declared(kind)
    body = function.child_by_field_name("body")
    last = named(body)[-1] if body is not None and named(body) else None
    if last is None or last.type not in ("return_statement", "raise_statement", "throw_statement"):
        return False
    return all(_certain(first(node)) for node in _own(body) if node.type == "return_statement")


def _never_returns(function: tree_sitter.Node, declared: str, *, own: bool) -> bool:
    """Whether a function declares that it never returns, or shows it and declares nothing else.

    What a method of one's own class shows (`own`) is no proof: a subclass may have another. Nor is what a
    decorated function shows: it is the decorator's that is called.
    """
    if _ENDING.fullmatch(declared):
        return True
    body = function.child_by_field_name("body")
    last = named(body)[-1] if body is not None and named(body) else None
    decorated = function.parent is not None and function.parent.type == "decorated_definition"
    if own or declared or decorated or last is None or any(node.type in _COMING_BACK for node in _own(body)):
        return False
    call = first(last) if last.type == "expression_statement" else None
    if call is not None and call.type in ("call", "call_expression"):
        return _EXIT.fullmatch(text_of(call.child_by_field_name("function"))) is not None
    return last.type in ("raise_statement", "throw_statement")


def _means_one(owner: tree_sitter.Node, name: str) -> bool:
    """Whether a name is defined once in `owner` and else only called there: nothing else may bear it."""
    plain = re.escape(name.removeprefix("self.").removeprefix("this."))
    text = text_of(owner)
    defined = re.findall(rf"\b(?:def|function)\s+{plain}\s*\(", text)
    return len(defined) <= 1 and re.search(rf"(?<![\w.$]){plain}\b(?!\s*\()", text) is None


def _own(body: tree_sitter.Node | None) -> Iterator[tree_sitter.Node]:
    """The nodes of a function, but for those of functions and classes in it."""
    stack = [body] if body is not None else []
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in node.named_children if child.type not in _APART)


def _assigned(function: tree_sitter.Node) -> Iterator[tuple[str, tree_sitter.Node | None, bool]]:
    """What a method puts into `self.…` or `this.…`, and whether it does so whenever it runs."""
    body = function.child_by_field_name("body")
    for node in _own(body):
        if node.type not in ("assignment", "assignment_expression"):
            continue
        path = "".join(text_of(node.child_by_field_name("left")).split())
        if re.fullmatch(r"(self|this)\.[\w$#]+", path):
            statement = node.parent
            top = statement is not None and statement.parent == body
            yield path, node.child_by_field_name("right"), top


def _declared_parameters(function: tree_sitter.Node) -> frozenset[str]:
    """The parameters whose type has no None in it."""
    names: set[str] = set()
    for parameter in named(function.child_by_field_name("parameters")):
        if parameter.type in _TYPED and _declared(parameter.child_by_field_name("type")):
            name = parameter.child_by_field_name("name") or parameter.child_by_field_name("pattern")
            names.add(text_of(name or first(parameter)))
    return frozenset(names)


def _declared(kind: tree_sitter.Node | None) -> bool:
    """Whether a type is given and has no None in it."""
    return kind is not None and _NULLABLE.search(text_of(kind)) is None


def _certain(value: tree_sitter.Node | None) -> bool:
    """Whether an expression has a value whatever happens."""
    if value is None:
        return False
    if value.type in _VALUES:
        return True
    if value.type in ("call", "call_expression"):
        return gives(text_of(value.child_by_field_name("function")))
    if value.type in ("boolean_operator", "binary_expression"):
        operator = text_of(value.child_by_field_name("operator"))
        return operator in ("or", "||", "??") and _certain(value.child_by_field_name("right"))
    return False
