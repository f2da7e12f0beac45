"""Docstring: a skeleton from the signature, filled in by the model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import dedent

import tree_sitter

from smallsense.engine.questions import Answer, Generate, Generation, Question, Shape, Slot
from smallsense.skills.docstring_style import Gap, Style, gaps, render, style_of
from smallsense.skills.finding import Face, Finding, Fix
from smallsense.skills.signature import signature
from smallsense.skills.skill import Example, Skill
from smallsense.text.scope import Scope
from smallsense.text.span import Edit, Span

LANGUAGES = frozenset({"python", "javascript", "typescript", "tsx"})

MAX_SOURCE = 3000
"""Characters of the function's source that the model may see."""

_SLOT = Slot(stop=("\n", ". ", ".\n", '"""', "*/"), max_tokens=40)
_CODE = re.compile(
    r"[{}=;`\\]|\b(def|function|const|import|self\.|class)\b.*[(:.]|->|=>|\w\(\w*\)|@\w"
    r"|\breturn\b.*[+\-*/%<>\[(]|[^\x20-\x7e\xa0-\U0010ffff]"
)


_JOINTS = frozenset({"that", "which", "and"})
_DANGLING = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "if", "in", "into", "is", "of", "on", "or", "so"}
    | {"that", "the", "to", "when", "which", "with"}
)


def ask(scope: Scope) -> Iterable[Question]:
    """Ask for the words of a docstring where there is none."""
    node = scope.node
    if scope.snapshot.language.name not in LANGUAGES or node is None or node.has_error:
        return
    if not scope.name or _documented(scope, node) or _place(scope, node) is None:
        return
    _, _, wanted = _plan(scope, node)
    mark = "#" if scope.snapshot.language.name == "python" else "//"
    parts: list[str | Slot] = []
    for gap in wanted:
        # The words before the first gap end the prefix: a question begins where the model does.
        parts += [f"\n{mark} {_lead_in(scope, gap)}", _SLOT] if parts else [_SLOT]
    prefix = f"{_bounded(scope.text)}\n\n{mark} {_lead_in(scope, wanted[0])}"
    yield Generate(prefix, "", Shape(tuple(parts)))


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Offer the docstring, without the places for which the model found no words."""
    node = scope.node
    if node is None or not isinstance(question, Generate) or not isinstance(answer, Generation):
        return
    place = _place(scope, node)
    style, indent, wanted = _plan(scope, node)
    if place is None or len(answer.slots) != len(wanted):
        return
    filled: list[tuple[Gap, str]] = []
    for gap, slot in zip(wanted, answer.slots, strict=True):
        words = _clean(scope, slot, gap, question.prefix, {text.casefold() for _, text in filled})
        if words:
            filled.append((gap, words))
    if not filled or filled[0][0].section != "summary":
        return
    newline = "\r\n" if b"\r\n" in scope.snapshot.source else "\n"
    text = render(style, filled, indent)
    edit = Edit(place, _placed(scope, node, place, text, indent).replace("\n", newline))
    name = node.child_by_field_name("name")
    shown = Span(name.start_byte, name.end_byte) if name is not None else Span(place.start, place.start)
    yield Finding(
        span=shown,
        message=f"`{scope.name}` has no docstring",
        confidence=answer.confidence,
        rule="missing-docstring",
        fixes=(Fix(f"Write a docstring for `{scope.name}`", (edit,)),),
    )


def _lead_in(scope: Scope, gap: Gap) -> str:
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


def _sentence(scope: Scope, gap: Gap, words: str) -> str:
    """The words of a gap with what its lead-in said before them, as far as a docstring says it."""
    if gap.section == "parameter" and not re.match(r"(?i)(the|a|an|whether|if|how|one|each)\b", words):
        return f"the {words}"
    if gap.section == "raises":
        return f"if {re.sub(r'(?i)^(if|when) ', '', words)}"
    if gap.section == "summary" and scope.kind == "class" and not re.match(r"(?i)(the|a|an)\b", words):
        return f"{'an' if words[0] in 'aeiouAEIOU' else 'a'} {words}"
    return words


def _plan(scope: Scope, node: tree_sitter.Node) -> tuple[Style, str, list[Gap]]:
    style = style_of(scope.snapshot.text, scope.snapshot.language.name)
    indent = _indentation(scope, scope.span.start if style == "jsdoc" else _body_start(scope, node))
    return style, indent, gaps(style, signature(scope), indent)


def _documented(scope: Scope, node: tree_sitter.Node) -> bool:
    if scope.snapshot.language.name != "python":
        return scope.snapshot.source[: scope.span.start].rstrip().endswith(b"*/")
    body = node.child_by_field_name("body")
    first = next((child for child in body.named_children if child.type != "comment"), None) if body else None
    return first is not None and (
        first.type == "string"
        or (
            first.type == "expression_statement"
            and bool(first.named_children)
            and first.named_children[0].type in ("string", "concatenated_string")
        )
    )


def _place(scope: Scope, node: tree_sitter.Node) -> Span | None:
    """Where the docstring goes: a stretch that it replaces, or None where there is no fit place."""
    body = node.child_by_field_name("body")
    if body is None:
        return None
    source = scope.snapshot.source
    if scope.snapshot.language.name == "python":
        start = body.start_byte
        colon = source.rfind(b":", scope.span.start, start)
        if colon < 0:
            return None
        between = source[colon + 1 : start]
        if not between.strip() and b"\n" not in between:
            return Span(colon + 1, start)
        return Span(start, start) if _own_line(scope, start) else None
    # A function that stands inside an expression has no place of its own for a comment.
    return Span(scope.span.start, scope.span.start) if _own_line(scope, scope.span.start) else None


def _placed(scope: Scope, node: tree_sitter.Node, place: Span, text: str, indent: str) -> str:
    if scope.snapshot.language.name == "python" and len(place):
        return f"\n{indent}{text}\n{indent}"
    if (
        scope.snapshot.language.name == "python"
        and len(place) == 0
        and node.start_point.row == _row(scope, place)
    ):
        return f"\n{indent}{text}\n{indent}"
    return f"{text}\n{indent}"


def _row(scope: Scope, place: Span) -> int:
    return scope.snapshot.line_column(place.start)[0]


def _own_line(scope: Scope, offset: int) -> bool:
    line, column = scope.snapshot.line_column(offset)
    start = scope.snapshot.line_starts[line]
    return not scope.snapshot.source[start : start + column].strip()


def _body_start(scope: Scope, node: tree_sitter.Node) -> int:
    body = node.child_by_field_name("body")
    return body.start_byte if body is not None else scope.span.start


def _indentation(scope: Scope, offset: int) -> str:
    """The blanks before a place; where it is not first on its line, those of the line and four more."""
    line, column = scope.snapshot.line_column(offset)
    start = scope.snapshot.line_starts[line]
    before = scope.snapshot.source[start : start + column].decode("utf-8", "ignore")
    blanks = before[: len(before) - len(before.lstrip())]
    return before if not before.strip() else blanks + "    "


def _bounded(text: str) -> str:
    if len(text) <= MAX_SOURCE:
        return text
    return text[:MAX_SOURCE].rpartition("\n")[0] + "\n    ..."


def _clean(scope: Scope, slot: str, gap: Gap, prefix: str, said: set[str]) -> str:
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


def _code(text: str) -> str:
    return dedent(text).removeprefix("\n")


def _whole(words: str) -> str:
    """The words as far as they make sense where the model ran out of tokens: no "… for the" at the end."""
    if not words or words.split()[-1].casefold() not in _DANGLING:
        return words
    kept = words.split()
    while kept and (kept[-1].casefold() in _DANGLING or not _JOINTS.isdisjoint(kept[-2:])):
        kept.pop()
    return " ".join(kept)


def _said(*slots: str) -> tuple[Generation]:
    return (Generation("", slots, 0.7),)


SKILL = Skill(
    name="docstring",
    title="Missing docstring",
    summary="Writes a docstring: the skeleton comes from the signature, the words from the model.",
    scopes=("function", "class"),
    faces=(Face.CODE_ACTION,),
    ask=ask,
    read=read,
    languages=LANGUAGES,
    examples=(
        Example(
            before=_code("""
                def area(width, height):
                    return width * height
            """),
            language="python",
            answers=_said("Compute the area of a rectangle", "width of the rectangle", "", "The area"),
            after=_code('''
                def area(width, height):
                    """Compute the area of a rectangle.

                    Args:
                        width: The width of the rectangle.

                    Returns:
                        The area.
                    """
                    return width * height
            '''),
        ),
        Example(
            before=_code("""
                class Stack:
                    items = []
            """),
            language="python",
            answers=_said("A stack of items"),
            after=_code('''
                class Stack:
                    """A stack of items."""
                    items = []
            '''),
        ),
        Example(
            before=_code('''
                def half(number):
                    """Halve it.

                    :param number: what to halve
                    """
                    return number / 2


                def check(number):
                    if number < 0:
                        raise ValueError(number)
            '''),
            language="python",
            answers=_said("Check that a number is not negative", "The number", "If it is negative"),
            after=_code('''
                def half(number):
                    """Halve it.

                    :param number: what to halve
                    """
                    return number / 2


                def check(number):
                    """Check that a number is not negative.

                    :param number: The number.
                    :raises ValueError: If it is negative.
                    """
                    if number < 0:
                        raise ValueError(number)
            '''),
        ),
        Example(
            before=_code("""
                export function last(items) {
                  return items[items.length - 1];
                }
            """),
            language="javascript",
            answers=_said("Get the last item", "the items", "the last one"),
            after=_code("""
                /**
                 * Get the last item.
                 *
                 * @param items - The items.
                 * @returns The last one.
                 */
                export function last(items) {
                  return items[items.length - 1];
                }
            """),
        ),
        Example(
            before=_code('''
                def area(width):
                    """Compute it."""
                    return width
            '''),
            language="python",
            after=None,
        ),
        Example(
            before=_code("""
                def area(width):
                    return width
            """),
            language="python",
            answers=_said("def area(width): return width", "width", "x = 1"),
            after=None,
        ),
    ),
)
