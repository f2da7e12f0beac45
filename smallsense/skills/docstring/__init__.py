"""Docstring: a skeleton from the signature, filled in by the model."""

from __future__ import annotations

from collections.abc import Iterable

import tree_sitter

from smallsense.engine.questions import Answer, Generate, Generation, Question, Shape, Slot
from smallsense.skills.docstring.examples import EXAMPLES
from smallsense.skills.docstring.place import body_start, documented, indentation, place_of, placed
from smallsense.skills.docstring.style import Gap, Style, gaps, render, style_of
from smallsense.skills.docstring.words import clean, lead_in
from smallsense.skills.finding import Face, Finding, Fix
from smallsense.skills.signature import signature
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.span import Edit, Span

LANGUAGES = frozenset({"python", "javascript", "typescript", "tsx"})


MAX_SOURCE = 3000
"""Characters of the function's source that the model may see."""

_SLOT = Slot(stop=("\n", ". ", ".\n", '"""', "*/"), max_tokens=40)


def ask(scope: Scope) -> Iterable[Question]:
    """Ask for the words of a docstring where there is none."""
    node = scope.node
    if scope.snapshot.language.name not in LANGUAGES or node is None or node.has_error:
        return
    if not scope.name or documented(scope, node) or place_of(scope, node) is None:
        return
    _, _, wanted = _plan(scope, node)
    mark = "#" if scope.snapshot.language.name == "python" else "//"
    parts: list[str | Slot] = []
    for gap in wanted:
        # The words before the first gap end the prefix: a question begins where the model does.
        parts += [f"\n{mark} {lead_in(scope, gap)}", _SLOT] if parts else [_SLOT]
    prefix = f"{_bounded(scope.text)}\n\n{mark} {lead_in(scope, wanted[0])}"
    yield Generate(prefix, "", Shape(tuple(parts)))


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Offer the docstring, without the places for which the model found no words."""
    node = scope.node
    if node is None or not isinstance(question, Generate) or not isinstance(answer, Generation):
        return
    place = place_of(scope, node)
    style, indent, wanted = _plan(scope, node)
    if place is None or len(answer.slots) != len(wanted):
        return
    filled: list[tuple[Gap, str]] = []
    for gap, slot in zip(wanted, answer.slots, strict=True):
        words = clean(scope, slot, gap, question.prefix, {text.casefold() for _, text in filled})
        if words:
            filled.append((gap, words))
    if not filled or filled[0][0].section != "summary":
        return
    newline = "\r\n" if b"\r\n" in scope.snapshot.source else "\n"
    text = render(style, filled, indent)
    edit = Edit(place, placed(scope, node, place, text, indent).replace("\n", newline))
    name = node.child_by_field_name("name")
    shown = Span(name.start_byte, name.end_byte) if name is not None else Span(place.start, place.start)
    yield Finding(
        span=shown,
        message=f"`{scope.name}` has no docstring",
        confidence=answer.confidence,
        rule="missing-docstring",
        fixes=(Fix(f"Write a docstring for `{scope.name}`", (edit,)),),
    )


def _plan(scope: Scope, node: tree_sitter.Node) -> tuple[Style, str, list[Gap]]:
    style = style_of(scope.snapshot.text, scope.snapshot.language.name)
    indent = indentation(scope, scope.span.start if style == "jsdoc" else body_start(scope, node))
    return style, indent, gaps(style, signature(scope), indent)


def _bounded(text: str) -> str:
    if len(text) <= MAX_SOURCE:
        return text
    return text[:MAX_SOURCE].rpartition("\n")[0] + "\n    ..."


SKILL = Skill(
    name="docstring",
    title="Missing docstring",
    summary="Writes a docstring: the skeleton comes from the signature, the words from the model.",
    scopes=("function", "class"),
    faces=(Face.CODE_ACTION,),
    ask=ask,
    read=read,
    languages=LANGUAGES,
    rules={"missing-docstring": "a function or class without a docstring: offered, never reported"},
    examples=EXAMPLES,
)
