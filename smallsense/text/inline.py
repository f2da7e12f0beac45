"""From the content of a paragraph to its sentences: what is markup, what is protected, what is read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

import tree_sitter

from smallsense.text.english import is_english_prose
from smallsense.text.languages import markdown_inline
from smallsense.text.paragraph import Markup, Paragraph
from smallsense.text.protection import merge, protected_ranges
from smallsense.text.reading import Piece, Reading
from smallsense.text.span import Span
from smallsense.text.splitting import sentence_ranges
from smallsense.text.words import words

LONGEST_PARAGRAPH = 20_000

Ranges = list[tuple[int, int]]

_BREAK = re.compile("[\n\r\v\f\x85\u2028\u2029]")
_UNREAD = re.compile(r"(?<=[^\W\d_]-)\n(?=[^\W\d_])|\ufeff")
# A picture that stands by itself, with a blank on one side: the one that would be left over without it.
_PICTURE = (
    "(?:[\u231a\u231b\u23e9-\u23f3\u23f8-\u23fa\u2600-\u2712\u2719-\u2767\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001faff][\ufe0e\ufe0f\u200d]*)+"
)
_PICTURES = rf"{_PICTURE}(?:[ \t]+{_PICTURE})*"
_BARE_PICTURES = re.compile(rf"(?<!\S){_PICTURES}(?:\s|$)|(?<=\S)[ \t]{_PICTURES}(?=[.,;:!?)]|$)")
_RST_LINK = re.compile(r"(?<![\w`:\\])`([^`<\s][^`<]*?)\s*<[^<>`]+>`__?(?!\w)")
_RST_MARKUP = re.compile(r"(?<![\w*`\\])(\*\*|\*)(?=[^\s*])([^*\n]*[^\s*])\1(?![\w*])")

# The grammar takes time that grows with the square of the delimiters; so many of them are no prose.
_DELIMITERS = re.compile(rb"[*_\[]")
_MOST_DELIMITERS = 1000

# Nodes of Markdown's inline grammar that are copied as they stand.
_VERBATIM = words(
    "code_span uri_autolink email_autolink latex_block image entity_reference numeric_character_reference"
    " shortcut_link collapsed_reference_link"
)
_HIDDEN = frozenset({"emphasis_delimiter", "html_tag"})
# Before the code that is its type stands the name of a parameter: **limit** `number`.
_NAMED = re.compile(rb"(\*{1,3}|__?)(?P<name>[^\s*`]+)\1[ \t]+`")
# Text between these tags is code.
_CODE_TAG = re.compile(rb"<(code|kbd|samp|pre|var|tt)\b[^>]*>", re.IGNORECASE)


def sentences_of(paragraph: Paragraph, source: bytes) -> Iterator[Reading]:
    """The sentences of a paragraph, as readings with byte offsets into `source`.

    A paragraph beyond `LONGEST_PARAGRAPH` bytes is data rather than prose and has none.
    """
    if len(paragraph.span) > LONGEST_PARAGRAPH:
        return
    starts = list(accumulate((len(line) + 1 for line in paragraph.lines[:-1]), initial=0))
    for sentence in _sentences(paragraph.content(source), paragraph.markup):
        yield Reading(
            sentence.text,
            sentence.protected,
            tuple(
                Piece(each.start, each.end, _placed(each, paragraph.lines, starts), each.join)
                for each in sentence.pieces
            ),
            sentence.pictures,
        )


def _placed(piece: Piece, lines: Sequence[Span], starts: Sequence[int]) -> Span:
    index = bisect_right(starts, piece.span.start) - 1
    column = piece.span.start - starts[index]
    if piece.join and column == len(lines[index]):
        return Span(lines[index].end, lines[index + 1].start)
    start = lines[index].start + column
    return Span(start, start + len(piece.span))


# A keystroke leaves nearly every paragraph as it was: what was found in one stays true.
@lru_cache(maxsize=16384)
def _sentences(content: bytes, markup: Markup) -> tuple[Reading, ...]:
    """The sentences of a paragraph; byte offsets are those of `content`."""
    raw = content.decode("utf-8", "surrogatepass")
    if markup == "markdown":
        hidden, verbatim = _markdown(content, raw)
    elif markup == "rst":
        hidden, verbatim = _rst(raw), []
    else:
        hidden, verbatim = [], []
    pictures = _bare_pictures(raw, verbatim)
    text, pieces = _read(raw, merge(hidden + pictures + _unread(raw)))
    protected = merge(protected_ranges(text) + [_moved(each, pieces) for each in verbatim])
    left_out = tuple(_moved(each, pieces)[0] for each in pictures)
    whole = Reading(text, tuple(protected), tuple(_in_bytes(pieces, raw)), left_out)
    found = (whole.slice(start, end) for start, end in sentence_ranges(text, protected))
    return tuple(each for each in found if is_english_prose(each.text, each.protected))


# A piece in characters: its start in the reading, its start and end in the raw text, whether it is a join.
_Cut = tuple[int, int, int, bool]


def _read(raw: str, hidden: Ranges) -> tuple[str, list[_Cut]]:
    """The raw text without what is hidden and with a blank for each line break."""
    stops = [(start, end, False) for start, end in hidden]
    covered = {at for start, end in hidden for at in range(start, end)}
    stops += [
        (each.start(), each.end(), True) for each in _BREAK.finditer(raw) if each.start() not in covered
    ]
    stops.sort()
    parts: list[str] = []
    cuts: list[_Cut] = []
    at = length = 0
    for start, end, join in [*stops, (len(raw), len(raw), False)]:
        if at < start:
            cuts.append((length, at, start, False))
            parts.append(raw[at:start])
            length += start - at
        if join:
            cuts.append((length, start, end, True))
            parts.append(" ")
            length += 1
        at = end
    return "".join(parts), cuts


def _unread(raw: str) -> Ranges:
    """Line breaks that come after the hyphen of a compound, and byte order marks."""
    return [each.span() for each in _UNREAD.finditer(raw)]


def _bare_pictures(raw: str, verbatim: Ranges) -> Ranges:
    """Emoji among words, outside what is copied verbatim: to a small model they are noise."""
    if raw.isascii():
        return []
    found = [each.span() for each in _BARE_PICTURES.finditer(raw)]
    return [each for each in found if not any(each[0] < end and start < each[1] for start, end in verbatim)]


def _moved(verbatim: tuple[int, int], cuts: list[_Cut]) -> tuple[int, int]:
    """A range of the raw text as a range of the reading."""
    ends = [end for _, _, end, _ in cuts]

    def moved(position: int) -> int:
        index = bisect_right(ends, position)
        if index == len(cuts):
            start, first, last, _ = cuts[-1]
            return start + last - first
        start, first, _, _ = cuts[index]
        return start + max(0, position - first)

    return (moved(verbatim[0]), moved(verbatim[1])) if cuts else (0, 0)


def _in_bytes(cuts: list[_Cut], raw: str) -> Iterator[Piece]:
    offsets = _offsets(raw)
    for start, first, last, join in cuts:
        end = start + (1 if join else last - first)
        yield Piece(start, end, Span(offsets[first], offsets[last]), join)


def _offsets(raw: str) -> Sequence[int]:
    """The byte offset of each character, and of the end."""
    if raw.isascii():
        return range(len(raw) + 1)
    return list(
        accumulate(
            (
                1 if each < "\x80" else 2 if each < "\u0800" else 3 if each < "\U00010000" else 4
                for each in raw
            ),
            initial=0,
        )
    )


def _rst(raw: str) -> Ranges:
    """The asterisks of emphasis, and links without their words."""
    hidden: Ranges = []
    for each in _RST_LINK.finditer(raw):
        hidden += [(each.start(), each.start(1)), (each.end(1), each.end())]
    for each in _RST_MARKUP.finditer(raw):
        hidden += [each.span(1), (each.end() - len(each.group(1)), each.end())]
    return hidden


def _markdown(content: bytes, raw: str) -> tuple[Ranges, Ranges]:
    """Character ranges of the markup that is not read, and of what is copied verbatim."""
    if not re.search(rb"[*_`\[<&$~\\]", content):
        return [], []
    if len(_DELIMITERS.findall(content)) > _MOST_DELIMITERS:
        return [], [(0, len(raw))]
    hidden: Ranges = []
    verbatim: Ranges = []
    code_from: int | None = None
    stack = [tree_sitter.Parser(markdown_inline()).parse(content).root_node]
    if named := _NAMED.match(content):
        verbatim.append(named.span("name"))
    while stack:
        node = stack.pop()
        start, end = node.start_byte, node.end_byte
        if node.type == "html_tag":
            tag = content[start:end]
            if _CODE_TAG.match(tag) and code_from is None:
                code_from = end
            elif tag.startswith(b"</") and code_from is not None:
                verbatim.append((code_from, start))
                code_from = None
        footnote = node.type == "shortcut_link" and content.startswith(b"[^", start)
        if node.type in _HIDDEN or footnote:
            hidden.append((start, end))
        elif node.type in _VERBATIM:
            verbatim.append((start, end))
        elif node.type in ("backslash_escape", "hard_line_break") and content.startswith(b"\\", start):
            hidden.append((start, start + 1))
        elif node.type in ("inline_link", "full_reference_link"):
            label = next((child for child in node.children if child.type == "link_text"), None)
            if label is None:
                verbatim.append((start, end))
            else:
                hidden += [(start, label.start_byte), (label.end_byte, end)]
                if _names_its_target(content, label, end):
                    verbatim.append((label.start_byte, label.end_byte))
                stack.append(label)
        else:
            stack.extend(reversed(node.children))
    unseen = [_with_blank(content, *each) for each in merge(hidden)]
    return _in_characters(unseen, raw), _in_characters(verbatim, raw)


def _with_blank(content: bytes, start: int, end: int) -> tuple[int, int]:
    """What is hidden, with the blanks before it where one follows: nothing stands between them any more."""
    if content[end : end + 1] in (b"", b" ", b"\t", b"\n"):
        start = len(content[:start].rstrip(b" \t"))
    return start, end


def _names_its_target(content: bytes, label: tree_sitter.Node, end: int) -> bool:
    """Whether the words of a link are in its target too: [ruff](https://x.org/ruff), [To do](#to-do)."""
    words = content[label.start_byte : label.end_byte].strip(b"*_~").split()
    name = rb"(?<![^\W_])" + rb"[-_./]".join(map(re.escape, words)) + rb"(?![^\W_])"
    return bool(words) and re.search(name, content[label.end_byte : end], re.IGNORECASE) is not None


def _in_characters(ranges: Ranges, raw: str) -> Ranges:
    offsets = _offsets(raw)
    if isinstance(offsets, range):
        return ranges
    return [(bisect_right(offsets, start) - 1, bisect_right(offsets, end) - 1) for start, end in ranges]
