"""Names and calls whose value is always there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import tree_sitter

from smallsense.skills.nullness.syntax import first, named, text_of

SELF = frozenset({"self", "this", "cls", "super"})
"""What a method is called on: it is always there."""

WELL_KNOWN = frozenset(
    {
        "os",
        "sys",
        "re",
        "json",
        "math",
        "time",
        "logging",
        "log",
        "logger",
        "datetime",
        "itertools",
        "functools",
        "collections",
        "np",
        "pd",
        "plt",
        "torch",
        "tf",
        "nn",
        "F",
        "random",
        "string",
        "types",
        "copy",
        "subprocess",
        "threading",
        "asyncio",
        "socket",
        "struct",
        "warnings",
        "traceback",
        "typing",
        "io",
        "shutil",
        "console",
        "window",
        "document",
        "module",
        "exports",
        "require",
        "process",
        "global",
        "globalThis",
        "$",
        "jQuery",
        "_",
        "angular",
        "lodash",
        "path",
        "fs",
        "util",
        "utils",
        "str",
        "int",
        "dict",
        "list",
        "set",
        "bytes",
        "type",
        "object",
        "string_types",
        "six",
        "settings",
        "gettext",
        "i18n",
        "moment",
    }
)
"""Modules and globals that code leans on without a test, where their import is out of sight."""

# Calls that give a value whatever happens, by their last word: methods of text and containers, built-in
# functions, and what makes things.
_GIVES = re.compile(
    r"(str|repr|int|float|bool|len|list|dict|set|tuple|frozenset|bytes|bytearray|sorted|reversed|enumerate|zip|map"
    r"|filter|range|open|super|type|iter|sum|abs|round|id|hash|ord|chr|hex|isinstance|vars|locals|globals|dir"
    r"|object|property|memoryview|format|input|print|strip|lstrip|rstrip|split|rsplit|splitlines|partition"
    r"|rpartition|join|replace|lower|upper|title|capitalize|encode|decode|startswith|endswith|items|keys|values"
    r"|setdefault|copy|deepcopy|dumps|abspath|dirname|basename|normpath|realpath|expanduser|splitext|getcwd"
    r"|listdir|now|utcnow|today|strftime|isoformat|getLogger|fileConfig|finditer|findall|sub|compile|namedtuple"
    r"|defaultdict|OrderedDict|Counter|deque|partial|Thread|Lock|trim|trimStart|trimEnd|toLowerCase|toUpperCase"
    r"|toString|slice|substr|substring|concat|filter|map|flatMap|forEach|reduce|sort|reverse|indexOf"
    r"|charAt|charCodeAt|padStart|padEnd|repeat|entries|assign|freeze|create|createElement|stringify|resolve"
    r"|Object|Array|String|Number|Boolean|Symbol|Promise|Date|RegExp|Error|Set|Map|require|querySelectorAll"
    r"|getElementsByTagName|getElementsByClassName|appendChild|bind|then|catch|finally|all|\$|jQuery"
    r"|describe|it|expect|objects|order_by|exclude|annotate|select_related|prefetch_related|filter_by)$"
)


def gives(callee: str) -> bool:
    """Whether a call of `callee` always gives a value: a well-known one, or a class."""
    last = re.split(r"[.?!]+", callee)[-1]
    if re.match(r"_*(Get|Find|Open|Read|Lookup|Load|Match|Parse|Fetch|Resolve|Next|First|Pop)[A-Z_]?", last):
        return False
    return (last.lstrip("_")[:1].isupper() and not last.isupper()) or _GIVES.fullmatch(last) is not None


def evident(node: tree_sitter.Node) -> frozenset[str]:
    """The names that mean a module, a class or a function, and starred parameters, in the scope `node`."""
    names = set(_starred(node))
    current: tree_sitter.Node | None = node
    while current is not None:
        if current.type in _BODIES:
            names |= _declared_in(current)
        current = current.parent
    body = node.child_by_field_name("body")
    if body is not None:
        names |= _declared_in(body)
    return frozenset(names)


@lru_cache(maxsize=64)
def _declared_in(block: tree_sitter.Node) -> frozenset[str]:
    return frozenset(name for child in block.named_children for name in _declared(child))


_BODIES = frozenset({"module", "program", "block", "statement_block"})


def _declared(node: tree_sitter.Node) -> Iterator[str]:
    """The names that a statement declares as modules, classes or functions."""
    match node.type:
        case "import_statement" | "import_from_statement":
            for child in named(node):
                if child.type == "import_clause":
                    yield from re.findall(r"[\w$]+", re.sub(r"[\w$*]+\s+as\s+", "", text_of(child)))
                elif child.type in ("dotted_name", "aliased_import"):
                    alias = child.child_by_field_name("alias")
                    yield text_of(alias) if alias is not None else text_of(child).split(".")[0]
        case "function_definition" | "class_definition" | "function_declaration" | "class_declaration":
            yield text_of(node.child_by_field_name("name"))
        case "decorated_definition" | "export_statement":
            inner = node.child_by_field_name("definition") or node.child_by_field_name("declaration")
            if inner is not None:
                yield from _declared(inner)
        case "try_statement" | "if_statement":
            # Imports that depend on the version.
            for child in named(node):
                for inner in named(child) if child.type.endswith(("block", "clause")) else ():
                    if inner.type.startswith("import"):
                        yield from _declared(inner)
        case "lexical_declaration" | "variable_declaration":
            for declarator in named(node):
                value = declarator.child_by_field_name("value")
                if value is None:
                    continue
                if value.type in _FUNCTIONS or text_of(value).startswith(("require(", "_interopRequire")):
                    yield from re.findall(r"[\w$]+", text_of(declarator.child_by_field_name("name")))
        case _:
            return


_FUNCTIONS = frozenset({"arrow_function", "function_expression", "class"})


def _starred(node: tree_sitter.Node) -> Iterator[str]:
    for parameter in named(node.child_by_field_name("parameters")):
        if parameter.type in ("list_splat_pattern", "dictionary_splat_pattern", "rest_pattern"):
            yield text_of(first(parameter))
        elif parameter.type in ("typed_parameter", "required_parameter"):
            inner = parameter.child_by_field_name("pattern") or first(parameter)
            if inner is not None and inner.type in (
                "list_splat_pattern",
                "dictionary_splat_pattern",
                "rest_pattern",
            ):
                yield text_of(first(inner))
