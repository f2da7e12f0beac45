"""Calls and attributes of well-known libraries whose value may be missing. This file is data."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """When `names` matches the callee, the value may be missing.

    `names` is matched against the whole callee: a dotted function, or `.method` for a method of anything.
    `receiver` must match the last word of what the method is called on, `not_receiver` must not.
    `arguments` are the numbers of positional arguments that fit. `first` must match the code of the first
    argument, `not_first` must not.
    """

    names: re.Pattern[str]
    reason: str
    prior: float
    arguments: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    receiver: re.Pattern[str] | None = None
    not_receiver: re.Pattern[str] | None = None
    first: re.Pattern[str] | None = None
    not_first: re.Pattern[str] | None = None
    uses: frozenset[str] = frozenset()

    def fits(self, callee: str, arguments: list[str]) -> bool:
        """Whether a call of `callee` with these positional arguments is one of the rule's."""
        receiver = re.split(r"[^\w$]+", callee.rpartition(".")[0].rstrip("()[]?."))[-1]
        first = arguments[0] if arguments else ""
        return (
            self.names.fullmatch(callee) is not None
            and len(arguments) in self.arguments
            and (self.receiver is None or self.receiver.search(receiver) is not None)
            and (self.not_receiver is None or self.not_receiver.search(receiver) is None)
            and (self.first is None or self.first.match(first) is not None)
            and (self.not_first is None or self.not_first.match(first) is None)
        )


def _rule(
    names: str,
    reason: str,
    prior: float,
    arguments: str = "",
    *,
    receiver: str = "",
    not_receiver: str = "",
    first: str = "",
    not_first: str = "",
    uses: str = "",
) -> Rule:
    def pattern(text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str] | None:
        return re.compile(text, flags) if text else None

    return Rule(
        re.compile(names, re.DOTALL),
        reason,
        prior,
        frozenset(map(int, arguments.split())) if arguments else frozenset(range(8)),
        pattern(receiver, re.IGNORECASE),
        pattern(not_receiver, re.IGNORECASE),
        pattern(first),
        pattern(not_first),
        frozenset(uses.split()),
    )


_MATCH = "group groups groupdict start end span string re pos endpos lastindex lastgroup expand"
_REGEX = r"re$|regexp?|rx$|pattern|matcher"
_HTTP = (
    r"requests?$|session|client|http|api|axios|router|app$|\$$|fetch|server|agent|queue|objects|redis"
    r"|driver|page"
)

PYTHON_CALLS = (
    _rule(r"(re|regex)\.(match|search|fullmatch)", "when there is no match", 0.6),
    _rule(
        r".+\.(match|search|fullmatch)", "when there is no match", 0.5, "1 2 3", receiver=_REGEX, uses=_MATCH
    ),
    _rule(r"re\.compile\(.*\)\.(match|search|fullmatch)", "when there is no match", 0.6),
    _rule(r"os\.environ\.get|environ\.get", "when the variable is not set", 0.6, "1"),
    _rule(r"os\.getenv|getenv", "when the variable is not set", 0.6, "1"),
    _rule(
        r".+\.get",
        "when there is no such key",
        0.35,
        "1",
        not_receiver=_HTTP,
        # What no dictionary takes as a key is a default: of a context variable, say.
        not_first=r"""[rf]?["'](/|https?:)|url|[\[{]""",
    ),
    _rule(r"shutil\.which", "when there is no such program", 0.6),
    _rule(r"inspect\.getmodule", "when the module cannot be told", 0.5),
    _rule(r"inspect\.(getdoc|getcomments)|ast\.get_docstring", "when there is none", 0.6),
    _rule(r"inspect\.currentframe", "where frames are not supported", 0.15),
    _rule(
        r"importlib\.util\.(find_spec|spec_from_file_location|spec_from_loader)", "when nothing is found", 0.4
    ),
    _rule(r"ctypes\.util\.find_library", "when there is no such library", 0.5),
    _rule(r"pkgutil\.(get_data|get_loader|find_loader)", "when it cannot be found", 0.4),
    # What else typeshed declares as a function of the standard library that may return None.
    _rule(
        r"ast\.get_source_segment|codeop\.compile_command|dbm\.whichdb|imaplib\.Internaldate2tuple"
        r"|(importlib\.)?metadata\.files|inspect\.(getmodulename|getsourcefile)"
        r"|logging\.getHandlerByName|mimetypes\.(guess_extension|read_mime_types)"
        r"|(multiprocessing\.)?parent_process|os\.(confstr|device_encoding)|pydoc\.(safeimport|synopsis)"
        r"|signal\.strsignal|sys\.(exception|getprofile|gettrace)|threading\.(getprofile|gettrace)"
        r"|tracemalloc\.get_object_traceback|wsgiref\.util\.shift_path_info",
        "when there is none",
        0.4,
    ),
    _rule(r".+\.fetchone", "when there is no row", 0.35, "0"),
    _rule(r".+\.find_one", "when no document matches", 0.45),
    _rule(r".+\.(one_or_none|scalar_one_or_none|get_or_none)", "when there is none", 0.55),
    _rule(r".+\.first", "when there is no result", 0.35, "0"),
    _rule(
        r".+\.(select_one|find_parent|find_next_sibling|find_previous_sibling)", "when nothing matches", 0.4
    ),
    _rule(
        r".+\.find",
        "when nothing matches",
        0.3,
        "1 2",
        receiver=r"(soup|tree|root|node|elem|element|el|tag|xml|html|doc|table|row|div|body|item|entry|parent|child)$",
    ),
)

PYTHON_ATTRIBUTES = {
    "__doc__": ("where there is no docstring", 0.35),
    "lastgroup": ("where no named group matched", 0.15),
}

JAVASCRIPT_CALLS = (
    _rule(r".+\.querySelector", "when nothing matches", 0.45, "1"),
    _rule(r".+\.getElementById", "when there is no such element", 0.4, "1", receiver="document|doc|svg|root"),
    _rule(r".+\.closest", "when no ancestor matches", 0.45, "1", not_first=r"[^\"'`]", not_receiver=r"\$"),
    _rule(
        r".+\.match",
        "when there is no match",
        0.5,
        "1",
        first=r"/|new RegExp|\w*(re|regex|RE|REGEX|[pP]attern)$",
    ),
    _rule(r"(/.*|.*(re|regexp?|rx|pattern))\.exec", "when there is no match", 0.5, "1"),
    _rule(r".+\.exec", "when there is no match", 0.5, "1", receiver=_REGEX),
    _rule(
        r".+\.(find|findLast)",
        "when nothing matches",
        0.45,
        "1",
        first=r"(async\s+)?(\w+|\([^()]*\))\s*=>|function",
    ),
    _rule(
        r".+\.get",
        "when there is no such key",
        0.35,
        "1",
        receiver=r"map$|registry|lookup|searchParams|^params$",
    ),
    _rule(r"(window\.)?(localStorage|sessionStorage)\.getItem", "when there is no such item", 0.5, "1"),
    _rule(r".+\.getAttribute", "when there is no such attribute", 0.4, "1"),
    _rule(r".+\.headers\.get|headers\.get", "when there is no such header", 0.45, "1"),
    _rule(r".+\.getContext", "when the context is not supported", 0.15),
    _rule(r".+\.findOne", "when nothing matches", 0.35, not_receiver=r"repository$"),
)

JAVASCRIPT_ATTRIBUTES = {
    "process.env.": ("when the variable is not set", 0.5),
}

# Calls that do not return, by their last word or as a whole.
NEVER = re.compile(
    r"(sys\.|os\._|process\.)?exit|quit|os\.abort|(pytest|self|test|this)\.(fail|skip|skipTest)|skipTest"
    r"|(\w+\.)?(assert_never|assertNever|unreachable|abort|notFound|panic)|(arg_?)?parser\.(error|exit)|ctx\.(fail|exit|abort)"
)

# Calls that return only where their arguments hold.
DEMAND = re.compile(
    r"(assert|invariant|ensure|require|expect|verify|check|must)(_?[A-Z_]\w*|_\w*|s|d)?$", re.IGNORECASE
)


def origin_rule(rules: tuple[Rule, ...], callee: str, arguments: list[str]) -> Rule | None:
    """The first rule that fits a call."""
    return next((rule for rule in rules if rule.fits(callee, arguments)), None)
