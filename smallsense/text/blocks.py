"""Text that is laid out by lines: which of them are prose, and which belong together.

Serves plain text, reStructuredText, docstrings and comments, which share most of their habits: blank lines
between paragraphs, lists, fields, code that is indented, fenced or announced by a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from smallsense.text.paragraph import trim
from smallsense.text.span import Span
from smallsense.text.words import words

Style = Literal["plain", "rst", "docstring", "comment"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line without blanks and markers around it; `indent` is its column after the marker.

    `apart` tells that it stands at the margin after a blank line, and that nothing above has a say in it.
    """

    text: str
    span: Span
    indent: int
    apart: bool = False

    def blanked(self) -> Line:
        """A blank line in its place."""
        return replace(self, text="", apart=False)

    def without(self, prefix: str) -> Line:
        """The line after a prefix and the blanks that follow it."""
        rest = self.text[len(prefix) :]
        rest = rest.lstrip()
        cut = self.text[: len(self.text) - len(rest)]
        start = self.span.start + len(cut.encode("utf-8", "surrogatepass"))
        return Line(rest, Span(start, self.span.end), self.indent + len(cut))


def line_of(source: bytes, span: Span) -> Line:
    """The line that stands in a span, without the blanks around it; a tab stop is 8 columns."""
    inner = trim(source, span)
    indent = len(source[span.start : inner.start].expandtabs()) if len(inner) else 0
    return Line(source[inner.start : inner.end].decode("utf-8", "surrogatepass"), inner, indent)


_FENCE = re.compile(r"(`{3,}|~{3,})")
_SEPARATOR = re.compile(r"[\W_]+$")
_SIMPLE_TABLE = re.compile(r"=+(?:\s+=+)+$")
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]*\|\s+)?([\w:.+-]+)::\s*")
_PROSE_DIRECTIVES = words(
    "note warning tip hint important caution danger attention error seealso admonition versionadded"
    " versionchanged versionremoved deprecated topic epigraph todo"
)
_EXPLICIT = re.compile(r"(?:\.\.|__)(?:\s|$)")
_BULLET = re.compile(r"(?:[-*+•‣o]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4}|#)[.)])\s+(?:\[[ xX]\]\s+)?")
_LINE_BLOCK = re.compile(r"\|\s+(?!.*\|$)")
_QUOTE = re.compile(r">(?:\s|$)")
_HTML_BREAK = re.compile(r"</?(?:p|li|ul|ol|dl|dt|dd|br|h\d|div)\s*/?>\s*", re.IGNORECASE)
_TRAILER = re.compile(r"[A-Z][A-Za-z-]+-by:\s|(?:Change-Id|Fixes|Closes|Refs?|See-also|Cc|Link):\s")

_FIELD = re.compile(r":(?P<name>\w+)(?:[ \t][^:\n]*)?:(?:\s+|$)")
_TAG = re.compile(
    r"[@\\](?P<name>[A-Za-z]+)(?:\[[\w, ]+\])?(?!\w)"
    r"(?:\s+(?P<type>\{[^}]*\}))?\s*"
)
# Tags after which one word is a name and the rest is prose.
_NAMED = words("param params arg argument tparam throws exception throw raises raise property prop retval")
_PROSE_TAGS = _NAMED | words(
    "return returns yield yields deprecated brief short details detail note remark remarks todo"
    " warning summary description desc attention pre post invariant apinote implnote implspec fileoverview"
    " file"
)
_TAG_NAME = re.compile(r"\[?[\w$.*\[\]]+(?:=[^\]\s]*)?\]?(?:\s+[-–—:])?\s*")
_THROWN = words("throws throw exception raises raise")  # what is thrown is a name or a type in braces
_CODE_TAGS = words("example code usage verbatim")
_SECTION = re.compile(
    r"(?:Args?|Arguments?|Parameters?|Params?|Keyword Args?|Keyword Arguments|Other Parameters|Returns?"
    r"|Yields?|Raises|Throws|Warns|Attributes|Methods|Examples?|Notes?|References|See Also|Todo|Warnings?"
    r"|Usage|Panics|Errors|Safety|Tests?|Side Effects|Since|Version|Authors?|Copyright|License):$"
)
_ARGUMENT = re.compile(r"\*{0,2}[\w.]+(?:\s*\([^)]*\))?\s*:\s+|\*{0,2}[\w.]+(?:\s*\([^)]*\))?\s*:$")
_NUMPY = re.compile(r"(?:\*{0,2}\w+)(?:, \*{0,2}\w+)*\s+: \S")
# Under these headings NumPy's style has names with their types at the margin, and prose below each.
_TYPED_SECTION = re.compile(r"(?:(?:Other )?Parameters|Attributes|Returns|Yields|Receives)$")
_TYPED_NAME = re.compile(r"\*{0,2}[\w.]+(?:, ?\*{0,2}[\w.]+)*\s*:(?:\s|$)")
_UNDERLINE = re.compile(r"[-=]{3,}$")
# An option of a command, with its argument, and after two blanks what it is for.
_OPTION_NAME = r"(?:--?[A-Za-z?][\w-]*|/[A-Za-z?])(?:[ =]?(?:[A-Z][A-Z_-]*|<[^<>]+>|\[[^\[\]]+\]))?"
_OPTION = re.compile(rf"{_OPTION_NAME}(?:, ?{_OPTION_NAME})*\s{{2,}}(?=\S)")
_PROMPT = re.compile(r"\$ [a-z./~]")
_SHORTEST_COLUMN = 30
_LONG_LIST = 4

_LONGEST_CODE = 1000
_DEEPEST_ITEM = 4  # list items opened on one line: "1. - (a) text"

_CODE = re.compile(
    r"(?:\$ |% |>>> |\.\.\. |In \[\d+\]|C:\\>|#!|//)"
    r"|.*[;{}]$|[})\]]+[;,]?$"
    r"|(?:import|from [\w.]+ import|def|async def|const|let|var|public|private|protected|static|fn|func"
    r"|package|struct|enum|using|namespace|typedef|#\s*(?:include|define|ifn?def|endif|pragma))\b"
    r"(?=.*[\w)\"'>:({])(?!(?:\s+[a-z]+){4})"
    r"|(?:return|if|elif|else|for|while|switch|with|class|raise|throw|yield|await|assert|del|try|except"
    r"|catch)\b"
    r".*(?:[(\[{].*[)\]}]|[=<>]=|:$|_|\.\w)"
    r"|(?:return|break|continue|pass|else:|try:|finally:)$"
    r"|(?:self|this|[\w.\[\]\"'*&>-]+)(?:,\s*\w+)*\s*(?::\s*[\w.\[\]]+\s*)?(?:[-+*/|&:%]|<<|>>|//|\*\*)?=\s*\S"
    r"|@?[\w.:>-]+\(.*\)[,;:]?(?:\s*[#/].*)?$"
    r"|<\/?[\w-]+[^>]*>$|[\"'][\w-]+[\"']\s*:|[\w-]+:\s*[\"'\[{\d]"
)


def looks_like_code(line: str) -> bool:
    """Whether a line reads like a statement or a command rather than like words."""
    return len(line) <= _LONGEST_CODE and _CODE.match(line) is not None


def blocks(lines: Sequence[Line], style: Style) -> Iterator[list[Span]]:
    """The paragraphs among `lines`, each as the spans of its lines. A line with an empty text is blank."""
    return grouped(prose_lines(lines, style), style)


def prose_lines(lines: Iterable[Line], style: Style) -> Iterator[Line]:
    """The lines with all that is no prose blanked."""
    return _without_literals(_without_code(lines), style)


def grouped(lines: Iterable[Line], style: Style) -> Iterator[list[Span]]:
    """The paragraphs among the lines of prose, each as the spans of its lines."""
    for block in _grouped(lines, style):
        if not all(looks_like_code(line.text) for line in block) and not _is_listing(block, style):
            yield [line.span for line in block]


def _is_listing(block: Sequence[Line], style: Style) -> bool:
    """Whether each line is an entry: nobody breaks sentences so early, and no mark ends one."""
    return (
        style in ("plain", "rst")
        and len(block) >= _LONG_LIST
        and all(len(line.text) < _SHORTEST_COLUMN and line.text[-1] not in ",.;:!?" for line in block)
    )


def _without_code(lines: Iterable[Line]) -> Iterator[Line]:
    """Leave out fenced code, doctests and preformatted HTML. What is left out is blank."""
    fence = ""
    doctest = preformatted = False
    for line in lines:
        blank = line.blanked()
        opened = _FENCE.match(line.text)
        if fence:
            if opened and line.text.startswith(fence):
                fence = ""
            yield blank
        elif opened and "`" not in line.text[opened.end() :]:
            fence = opened.group()
            yield blank
        elif preformatted or line.text.lower().startswith("<pre"):
            preformatted = "</pre>" not in line.text.lower()
            yield blank
        elif doctest or line.text.startswith(">>>"):
            doctest = bool(line.text)
            yield blank
        else:
            yield line


def _without_literals(lines: Iterable[Line], style: Style) -> Iterator[Line]:
    """Leave out directives, literal blocks, indented code, tables and separators."""
    skip_beyond: int | None = None  # everything indented further than this is no prose
    announced: int | None = None  # a line ended in a double colon: what is indented further is literal
    table = code_tag = False
    base: int | None = None
    item: int | None = None  # the column of the text of the list item we are in
    typed: int | None = None  # the column of names with types in a section of NumPy's style
    above = ""
    after_blank = True
    for line in lines:
        blank = line.blanked()
        text = line.text
        if not text:
            after_blank = True
            table = False
            yield blank
            continue
        if skip_beyond is not None and line.indent > skip_beyond:
            yield blank
            continue
        skip_beyond = None
        if announced is not None and after_blank:
            if line.indent > announced:
                skip_beyond, announced = announced, None
                yield blank
                continue
            announced = None
        if style == "plain" and text.startswith("#"):
            if ">8" in text:
                return
            yield blank
            continue
        if tag := _TAG.match(text):
            code_tag = tag["name"].lower() in _CODE_TAGS
        elif code_tag:
            yield blank
            continue
        if style == "docstring":
            if _UNDERLINE.match(text):
                typed = line.indent if _TYPED_SECTION.match(above) else None
            elif typed is not None and line.indent <= typed and _TYPED_NAME.match(text):
                yield blank
                continue
            above = text
        if _SIMPLE_TABLE.match(text):
            table = True
        if (
            table
            or _SEPARATOR.match(text)
            or _PROMPT.match(text)
            or (text[0] in "|+" and text[-1] in "|+" and len(text) > 1)
        ):
            yield blank
            continue
        if style in ("rst", "docstring") and _EXPLICIT.match(text):
            directive = _DIRECTIVE.match(text)
            after_blank = True
            if directive and directive[1] in _PROSE_DIRECTIVES:
                item = None
                base = None
                rest = line.without(directive.group())
                yield rest.blanked() if directive[1].startswith(("version", "depre")) else rest
            else:
                skip_beyond = line.indent
                yield blank
            continue
        if base is None or line.indent < base:
            base = line.indent
        if bullet := _BULLET.match(text):
            item = line.indent + len(bullet.group())
        elif item is not None and line.indent < item - 1 and after_blank:
            item = None
        if (
            after_blank
            and line.indent >= (base if item is None else item) + 4
            and _indented_code(text, style)
        ):
            skip_beyond = (base if item is None else item) + 3
            yield blank
            continue
        if text.endswith("::"):
            announced = line.indent
        after_blank = False
        yield line


def _indented_code(text: str, style: Style) -> bool:
    # Docstrings indent the descriptions of arguments, reStructuredText quotations.
    return (
        style == "comment"
        or looks_like_code(text)
        or (style == "plain" and not re.search(r"\w \w+ \w+ \w", text))
    )


def _grouped(lines: Iterable[Line], style: Style) -> Iterator[list[Line]]:
    """Put lines that are read together into one list."""
    block: list[Line] = []
    item = False  # lines of a list item or field may be indented further than its first
    for line in lines:
        start, whole = _opening(line, style)
        if start is not None or whole:
            if block:
                yield block
            block, item = [], start is not None
            if start is not None and start.text:
                block = [start]
            continue
        if not block:
            block = [line]
        elif _continues(block, line, item):
            block.append(line)
        else:
            yield block
            block, item = [line], False
    if block:
        yield block


def _continues(block: list[Line], line: Line, item: bool) -> bool:
    first, last = block[0], block[-1]
    if line.indent == last.indent or (item and len(block) == 1):
        return True
    # Only a paragraph's first line may stand further in or out than the others.
    return len(block) == 1 and line.indent < first.indent and line.text[:1].islower()


def _opening(line: Line, style: Style, depth: int = 0) -> tuple[Line | None, bool]:
    """What a line opens: the line without its marker where a new paragraph starts there, and whether the line
    is no prose at all."""
    text = line.text
    if not text or depth > _DEEPEST_ITEM or (style != "rst" and _SECTION.match(text)):
        return None, True
    if style == "plain" and (_QUOTE.match(text) or _TRAILER.match(text)):
        return None, True
    if (
        (bullet := _BULLET.match(text))
        or (bullet := _LINE_BLOCK.match(text))
        or (bullet := _HTML_BREAK.match(text))
        or (bullet := _OPTION.match(text))
    ):
        inner = line.without(bullet.group())
        opened, whole = _opening(inner, style, depth + 1) if inner.text else (None, True)
        return (None, True) if whole else (opened or inner, False)
    if style == "plain":
        return None, False
    if field := _FIELD.match(text):
        return (
            (None, True)
            if field["name"] in ("type", "rtype", "vartype", "meta")
            else (line.without(field.group()), False)
        )
    if style == "rst":
        return None, False
    if (tag := _TAG.match(text)) and not text.startswith("\\\\"):
        return _tagged(line, tag)
    if style == "docstring":
        if _NUMPY.match(text):
            return None, True
        if argument := _ARGUMENT.match(text):
            return line.without(argument.group()), False
    return None, False


def _tagged(line: Line, tag: re.Match[str]) -> tuple[Line | None, bool]:
    name = tag["name"].lower()
    if name not in _PROSE_TAGS:
        return None, True
    rest = line.without(tag.group())
    nameless = name in _THROWN and tag["type"] is not None
    if name in _NAMED and not nameless and (named := _TAG_NAME.match(rest.text)):
        rest = rest.without(named.group())
    return rest, False
