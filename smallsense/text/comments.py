"""The prose in code: comments and docstrings, without what is addressed to tools or to lawyers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

import tree_sitter

from smallsense.text.blocks import Line, blocks, line_of, looks_like_code
from smallsense.text.directive_syntax import cut
from smallsense.text.language import Language
from smallsense.text.languages import query
from smallsense.text.paragraph import Markup, Paragraph, paragraph
from smallsense.text.span import Span
from smallsense.text.stretches import Stretch

_LINE_MARKER = re.compile(rb"(?:///?(?![/])!?|#+:?|//+!?)[<>]?|-- ?")
_BLOCK_OPEN = re.compile(rb"/\*+[!<]*")
_BLOCK_CLOSE = re.compile(rb"\**\*/\s*$")
_STAR = re.compile(rb"[ \t]*\*+(?!/)(?=[ \t]|$|[A-Za-z@`<{])")
_QUOTES = re.compile(rb"[a-zA-Z]{0,2}(\"\"\"|'''|\"|')")

# Languages whose documentation comments are written in Markdown.
_MARKDOWN_DOCS = frozenset({"rust", "javascript", "typescript", "tsx"})

_DIRECTIVE = re.compile(
    r"(?:noqa|nosec|nolint|NOLINT\w*|NOSONAR|IWYU|[LG]COVR?_EXCL\w*|(?:istanbul|c8|v8) ignore|noinspection)\b"
    r"|(?:type|pylint|pyright|pyrefly|basedpyright|ty|mypy|ruff|flake8|isort|fmt|yapf|pytype|bandit|doctest"
    r"|lint|revive|cspell"
    r"|language|spell-?checker|codespell|coverage|go|rustfmt|clippy|checkstyle|CHECKSTYLE|prettier|biome|pragma)[:=]\s*\S"
    r"|pragma (?:no|once|omp|pack|GCC|clang)\b"
    r"|(?:eslint|tslint|jshint|jslint|biome|prettier|stylelint)[- ](?:disable|enable|ignore|env)|jshint \w+:"
    r"|globals? \w+(?::|,|$)|@(?:ts-|jsx|flow|vite-|babel|jest-|formatter:|license|preserve|generated)"
    r"|webpack\w+:|\+build\b|export \w+$|line \S+:\d|clang-(?:format|tidy)|cppcheck-|SuppressWarnings"
    r"|keep-sorted|[#@]?\s*source(?:Mapping)?URL=|[#@]__|#?(?:end)?region(?:$|\s+[A-Z_])|MARK:|!\s*/"
    r"|-\*-|.*-\*- .* -\*-|vim?:|ex: set|Local Variables:|End:$|coding[:=]"
    r"|.*\b(?:DO NOT EDIT|Code generated)\b"
    r"|(?i:fall[- ]?(?:through|thru)\W*$)|(?:BEGIN|END)[ -][A-Z]|\$(?:Id|Rev|Date|Header)\b"
    r"|/?\s*<(?:reference|amd-)"
    r"|.*#\s*(?:noqa|type:|pragma)"
)
_DIRECTIVE_WITHIN = 300
_DECORATION = re.compile(r"(?:[-=*#~+/]{3,}|-{2,}|={2,}|#{2,})\s+(?=\w)|[-=*#~+/]{4,}(?=\w)")
_DECORATION_END = re.compile(r"(?<=\w)(?:\s+[-=*#~+/]{2,}|[-=*#~+/]{4,})$")
_LICENCE = re.compile(
    r"SPDX-License|\bcopyright\b.{0,20}(?:\d{4}|\(c\)|©|by )|\(c\) \d{4}|all rights reserved"
    r"|licensed (?:under|to .{1,60}\bunder)\b|contributor license agreement|released into the public domain"
    r"|boost software license"
    r"|permission is hereby granted|redistribution and use in source|apache license|mozilla public license"
    r"|gnu (?:lesser |affero )?general public|without warrant(?:y|ies)|use of this source code is governed",
    re.IGNORECASE,
)
# The end of a statement or block, or an assignment, and no three words in a row.
_STATEMENT = re.compile(
    r"(?!.*\b[A-Za-z]+ [a-z]+ [a-z]+\b)(?:.*[\w)\]\"'];$|.*[{}]$|[\w.\[\]]+(?:,\s*\w+)*\s*[-+*/|&:]?=\s*\S)"
)
_SHORT = re.compile(r"(?:return|raise|throw|yield|await|del|delete|goto)\s+[\w.]+;?$")
# So much of the beginning of a comment is searched for a licence: what comes later is about something else.
_LICENCE_WITHIN = 1500


# So many comments are kept as they were read; all of the longest documents have fewer.
_KEPT = 16_384


def comment_stretches(
    language: Language, source: bytes, root: tree_sitter.Node
) -> Iterator[tuple[int, Stretch]]:
    """The comments and docstrings that hold prose, in order, each with the offset of its first byte.

    To find them takes a small part of the time it takes to read them: those that are written as they were
    when last read are the very same objects.
    """
    patterns = query(language, "prose")
    if patterns is None:
        return
    captures = tree_sitter.QueryCursor(patterns).captures(root)
    docstrings = {node.id: node for node in captures.get("docstring", [])}
    groups = [*_groups(source, captures.get("comment", [])), *([each] for each in docstrings.values())]
    for group in sorted(groups, key=lambda nodes: nodes[0].start_byte):
        start = group[0].start_byte
        bounds = tuple((node.start_byte - start, node.end_byte - start) for node in group)
        text = source[start : group[-1].end_byte]
        stretch = _stretch(language, text, bounds, group[0].id in docstrings)
        if stretch.paragraphs:
            yield start, stretch


@lru_cache(maxsize=_KEPT)
def _stretch(
    language: Language, source: bytes, bounds: tuple[tuple[int, int], ...], is_docstring: bool
) -> Stretch:
    """A docstring, or comments that stand together, whose nodes have these bounds in `source`."""
    nodes = [Span(*each) for each in bounds]
    found = _docstring(source, nodes[0]) if is_docstring else _comment(source, language, nodes)
    return Stretch(len(source), tuple(found))


def _groups(source: bytes, comments: Sequence[tree_sitter.Node]) -> Iterator[list[tree_sitter.Node]]:
    """Put line comments together that stand on consecutive lines in one column."""
    group: list[tree_sitter.Node] = []
    for node in sorted(comments, key=lambda node: node.start_byte):
        if group and _follows(source, group[-1], node):
            group.append(node)
            continue
        if group:
            yield group
        group = [node]
    if group:
        yield group


def _follows(source: bytes, last: tree_sitter.Node, node: tree_sitter.Node) -> bool:
    above, here = last.start_point, node.start_point
    if above.row + 1 != here.row or above.column != here.column:
        return False
    if source.startswith(b"/*", node.start_byte) or source.startswith(b"/*", last.start_byte):
        return False
    alone = not source[node.start_byte - here.column : node.start_byte].strip()
    return alone and _marker(source, last) == _marker(source, node)


def _marker(source: bytes, node: tree_sitter.Node) -> bytes:
    """`///` and `//` are two kinds of comment, as are `//!` and `//`."""
    found = _LINE_MARKER.match(source, node.start_byte, node.end_byte)
    return found.group().rstrip(b"<> ") if found else b""


def _comment(source: bytes, language: Language, group: Sequence[Span]) -> Iterator[Paragraph]:
    lines = list(_without_directives(line for node in group for line in _comment_lines(source, node)))
    text = "\n".join(line.text for line in lines)
    if _LICENCE.search(text, 0, _LICENCE_WITHIN) or _is_code(text, language):
        return
    lines = [_silenced(line) for line in lines]
    lines = list(_without_statements(lines, language))
    opening = source[group[0].start : group[0].start + 4]
    documents = opening.startswith((b"/**", b"///", b"//!", b"/*!"))
    markup: Markup = "markdown" if documents and language.name in _MARKDOWN_DOCS else "plain"
    lines = [_undecorated(line) for line in lines]
    yield from _paragraphs(source, blocks(lines, "comment"), markup)


def _silenced(line: Line) -> Line:
    """A blank line in the place of one that is addressed to another tool."""
    return line.blanked() if _DIRECTIVE.match(line.text[:_DIRECTIVE_WITHIN]) else line


def _without_directives(lines: Iterable[Line]) -> Iterator[Line]:
    """What is addressed to smallsense is as if it weren't there: the lines around it belong together."""
    for line in lines:
        text = cut(line.text)
        if text is not None:
            end = line.span.end - len(line.text[len(text) :].encode("utf-8", "surrogatepass"))
            yield line if text == line.text else replace(line, text=text, span=Span(line.span.start, end))


def _undecorated(line: Line) -> Line:
    """A heading in a comment without the dashes around it."""
    if head := _DECORATION.match(line.text):
        line = line.without(head.group())
    if (tail := _DECORATION_END.search(line.text)) is None:
        return line
    end = line.span.end - len(tail.group().encode("utf-8", "surrogatepass"))
    return replace(line, text=line.text[: tail.start()], span=Span(line.span.start, end))


def _is_code(text: str, language: Language) -> bool:
    """Whether a comment is code someone switched off: it parses, and most of its lines look like code."""
    lines = [line for line in text.splitlines() if line.strip()]
    like_code = sum(looks_like_code(line.strip()) for line in lines)
    if not lines or like_code * 2 < len(lines):
        return False
    if like_code == len(lines) or language.grammar is None:
        return True
    tree = tree_sitter.Parser(language.grammar()).parse(text.encode("utf-8", "surrogatepass"))
    return not tree.root_node.has_error


def _without_statements(lines: Iterable[Line], language: Language) -> Iterator[Line]:
    """Blank the code that was switched off below (or above) a word about it.

    Only between sentences: code in the middle of one is part of it, and what is left would make no sense.
    What can only be a statement, with nothing below it, goes even where no mark ends the sentence above.
    """
    runs = [(alike, [line for line, _ in run]) for alike, run in groupby(_alike(lines), lambda one: one[1])]
    before = ""
    for number, (alike, run) in enumerate(runs):
        after = runs[number + 1][1][0].text if number + 1 < len(runs) else ""
        ends = before[-1:] in ("", *".:!?") or (
            not after and all(_STATEMENT.match(line.text) for line in run)
        )
        between = ends and not after[:1].islower()
        if alike and between and _are_statements(run, language):
            yield from (replace(line, text="") for line in run)
        else:
            yield from run
            before = run[-1].text


def _alike(lines: Iterable[Line]) -> Iterator[tuple[Line, bool]]:
    """Each line, and whether it looks like code; "return x" does so only below some."""
    alike = False
    for line in lines:
        alike = looks_like_code(line.text) or (alike and _SHORT.match(line.text) is not None)
        yield line, alike


def _are_statements(lines: Sequence[Line], language: Language) -> bool:
    if all(_STATEMENT.match(line.text) or _SHORT.match(line.text) for line in lines):
        return True
    if language.grammar is None:
        return False
    text = "\n".join(" " * line.indent + line.text for line in lines)
    tree = tree_sitter.Parser(language.grammar()).parse(text.encode("utf-8", "surrogatepass"))
    return not tree.root_node.has_error


def _comment_lines(source: bytes, node: Span) -> Iterator[Line]:
    start, end = node.start, node.end
    if opened := _BLOCK_OPEN.match(source, start, end):
        closed = _BLOCK_CLOSE.search(source, max(opened.end(), end - 200), end)
        end = closed.start() if closed else end
        yield from _dedented(_split(source, min(opened.end(), end), end, star=True))
        return
    if marker := _LINE_MARKER.match(source, start, end):
        start = marker.end()
    # Rust's documentation comments hold their own line break.
    end = start + len(source[start:end].rstrip(b"\r\n"))
    yield from _split(source, start, end, star=False)


def _docstring(source: bytes, node: Span) -> Iterator[Paragraph]:
    quotes = _QUOTES.match(source, node.start, node.end)
    if quotes is None:
        return
    end = node.end
    if source.endswith(quotes.group(1), quotes.end(), end):
        end -= len(quotes.group(1))
    lines = _dedented(_split(source, quotes.end(), end, star=False))
    yield from _paragraphs(source, blocks(list(lines), "docstring"), "rst")


def _split(source: bytes, start: int, end: int, *, star: bool) -> Iterator[Line]:
    """The lines of a stretch; with `star`, without the asterisk that starts the lines of a block comment."""
    at = start
    while True:
        stop = source.find(b"\n", at, end)
        last = stop < 0
        stop = end if last else stop
        begin = at
        if star and at > start and (marker := _STAR.match(source, at, stop)):
            begin = marker.end()
        yield line_of(source, Span(begin, stop))
        if last:
            return
        at = stop + 1


def _dedented(lines: Iterator[Line]) -> Iterator[Line]:
    """The first line starts behind the marker: give it the indentation of the others."""
    first = next(lines)
    rest = list(lines)
    indent = min((line.indent for line in rest if line.text), default=0)
    yield replace(first, indent=indent)
    yield from rest


def _paragraphs(source: bytes, found: Iterator[list[Span]], markup: Markup) -> Iterator[Paragraph]:
    for spans in found:
        if (each := paragraph(source, spans, markup)) is not None:
            yield each
