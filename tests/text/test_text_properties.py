"""Whatever a document holds: positions map back, edits do what was meant, and nothing raises."""

from __future__ import annotations

from itertools import pairwise

import tree_sitter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallsense.text.languages import all_languages, by_name
from smallsense.text.lines import line_starts
from smallsense.text.prose import paragraphs, sentences
from smallsense.text.reading import Reading
from smallsense.text.scopes import scope_at, scopes
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

LENIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

LANGUAGES = st.sampled_from(all_languages())

# What documents are made of: words, markup of every language, and the characters that break counting.
FRAGMENTS = st.sampled_from(
    [
        *(
            "The cat sat on the mat.",
            "It returns the the list!",
            "is",
            "of",
            "users",
            "e.g. this",
            "foo()",
            "noqa",
        ),
        *(
            "naïve",
            "𝒳 😀",
            "👩\u200d👩\u200d👧",
            "🚀 ",
            " ✅",
            " 🎉 ",
            "e\u0301",
            "\ud83d",
            "\udc00",
            "\ufeff",
            "\u2028",
            "\xa0",
            "—",
            "…",
        ),
        *(
            "\x0b",
            "\x0c",
            "\x85",
            "\x00",
            "\n",
            "\n\n",
            "\r\n",
            "\r\n\r\n",
            "\r",
            "\t",
            "  ",
            "    ",
            "?!",
            ";",
        ),
        *(
            "# ",
            "## ",
            "// ",
            "/// ",
            "//! ",
            "/* ",
            " * ",
            "*/",
            "/** ",
            "'''",
            '"""',
            "'",
            '"',
            "`",
            "``",
            "```",
        ),
        *(
            "```py\n",
            "*",
            "**",
            "_",
            "[",
            "](",
            "](http://x.y)",
            "![",
            "<",
            ">",
            "<b>",
            "</b>",
            "<code>",
            "</code>",
        ),
        *(
            "> ",
            "- ",
            "1. ",
            "\\",
            "\\*",
            "&amp;",
            "$",
            "$x$",
            "|",
            "| a | b |\n",
            "|---|---|\n",
            "---\n",
            "===\n",
        ),
        *(
            ".. note:: ",
            ".. code::\n\n   ",
            "::\n\n   ",
            ":param x: ",
            "@param x ",
            "@example\n",
            "Args:\n    x: ",
        ),
        *(
            ">>> ",
            "x = 1\n",
            "def f(a):\n",
            "class A:\n",
            "function f() {",
            "fn f() {",
            "func f() {",
            "}",
            "(",
            ")",
        ),
        *(
            "well-\n",
            "TODO(me): ",
            "[^1]",
            "[^1]: ",
            "~~~\n",
            "+++\n",
            "<pre>",
            "</pre>",
            "{@link x}",
            "{{",
            "}}",
        ),
        *("Copyright 2020\n", "<!-- ", "-->", "$$\n", ":::\n", "[!NOTE]\n", "-->8--\n", "int f() {", "@d\n"),
    ]
)
TEXTS = st.lists(st.one_of(FRAGMENTS, FRAGMENTS, st.text(max_size=4)), max_size=40).map("".join)
BLANKED = st.lists(FRAGMENTS, max_size=40).map(" ".join)
DOCUMENTS = st.one_of(TEXTS, BLANKED)
NEW_WORDS = st.sampled_from(["", "a", " the", "the ", "returned", ", ", ".", "users of", "é😀", "s"])


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def boundaries(text: str) -> list[int]:
    offsets, at = [0], 0
    for character in text:
        at += len(encoded(character))
        offsets.append(at)
    return offsets


def shape(tree: tree_sitter.Tree) -> list[tuple[object, ...]]:
    nodes, stack = [], [tree.root_node]
    while stack:
        node = stack.pop()
        nodes.append(
            (node.type, node.start_byte, node.end_byte, node.start_point, node.end_point, node.is_missing)
        )
        stack.extend(node.children)
    return nodes


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[Edit]:
    offsets = boundaries(text)
    cuts = sorted(draw(st.lists(st.sampled_from(offsets), max_size=6)))
    if len(cuts) % 2:
        cuts.pop()
    return [
        Edit(Span(start, end), draw(st.one_of(FRAGMENTS, st.just(""))))
        for start, end in zip(cuts[::2], cuts[1::2], strict=True)
    ]


def edited_by_hand(text: str, edits: list[Edit]) -> str:
    """Edits on the string, by character, as a check on edits by byte."""
    offsets = boundaries(text)
    for edit in sorted(edits, reverse=True):
        start, end = offsets.index(edit.span.start), offsets.index(edit.span.end)
        text = text[:start] + edit.text + text[end:]
    return text


@LENIENT
@given(LANGUAGES, DOCUMENTS)
def test_text_and_bytes_round_trip(language, text):
    snapshot = Snapshot.open("u", language, 1, text)
    assert snapshot.text == text
    assert encoded(snapshot.text) == snapshot.source


@LENIENT
@given(DOCUMENTS)
def test_every_offset_round_trips_through_line_and_column(text):
    snapshot = Snapshot.open("u", all_languages()[-1], 1, text)
    for offset in range(len(snapshot.source) + 1):
        line, column = snapshot.line_column(offset)
        start = snapshot.line_starts[line]
        assert start + column == offset
        if offset <= snapshot.line_span(line).end:
            assert snapshot.offset(line, column) == offset
        else:  # inside a line break: the nearest place is the line's end
            assert snapshot.offset(line, column) == snapshot.line_span(line).end


@LENIENT
@given(DOCUMENTS)
def test_lines_are_those_of_the_protocol(text):
    snapshot = Snapshot.open("u", all_languages()[-1], 1, text)
    expected = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [snapshot.slice(snapshot.line_span(line)) for line in range(len(snapshot.line_starts))]
    assert found == expected


@LENIENT
@given(LANGUAGES, DOCUMENTS, st.data())
def test_an_incremental_parse_equals_a_full_parse(language, text, data):
    snapshot = Snapshot.open("u", language, 1, text)
    for version in range(2, 4):
        edits = data.draw(edits_of(snapshot.text))
        assert snapshot.line_starts
        after = snapshot.edited(edits, version)
        assert after.text == edited_by_hand(snapshot.text, edits)
        assert after.line_starts == line_starts(after.source)
        if language.grammar is not None and language.name != "markdown":
            fresh = tree_sitter.Parser(language.grammar()).parse(after.source)
            assert after.tree is not None
            assert shape(after.tree) == shape(fresh)
        snapshot = after


@LENIENT
@given(LANGUAGES, DOCUMENTS, st.data())
def test_an_edit_leaves_the_snapshot_before_it_alone(language, text, data):
    snapshot = Snapshot.open("u", language, 1, text)
    before = shape(snapshot.tree) if snapshot.tree else None
    snapshot.edited(data.draw(edits_of(text)), 2)
    assert snapshot.text == text
    assert (shape(snapshot.tree) if snapshot.tree else None) == before


@LENIENT
@given(LANGUAGES, DOCUMENTS)
def test_every_character_that_is_read_stands_in_the_document(language, text):
    snapshot = Snapshot.open("u", language, 1, text)
    for sentence in sentences(snapshot):
        reading = sentence.reading
        assert reading is not None
        assert reading.text == reading.text.strip()
        assert not set(reading.text) & set("\n\r\v\f\x85\u2028\u2029")
        at = sentence.span.start
        for index, character in enumerate(reading.text):
            span = reading.span(index, index + 1)
            if span is None:
                assert character == " "  # a line join
                continue
            assert snapshot.slice(span) == character
            assert at <= span.start
            at = span.end
        assert at == sentence.span.end


@LENIENT
@given(LANGUAGES, DOCUMENTS)
def test_sentences_come_in_order_and_apart(language, text):
    snapshot = Snapshot.open("u", language, 1, text)
    at = 0
    for sentence in sentences(snapshot):
        assert at <= sentence.span.start < sentence.span.end <= len(snapshot.source)
        at = sentence.span.end


@LENIENT
@given(LANGUAGES, DOCUMENTS, st.data())
def test_sentences_within_a_stretch_are_those_that_touch_it(language, text, data):
    snapshot = Snapshot.open("u", language, 1, text)
    ends = data.draw(st.lists(st.integers(0, len(snapshot.source)), min_size=2, max_size=2))
    stretch = Span(min(ends), max(ends))
    every = [each.span for each in sentences(snapshot) if each.span.overlaps(stretch)]
    assert [each.span for each in sentences(snapshot, stretch)] == every


@LENIENT
@given(LANGUAGES, DOCUMENTS, st.data())
def test_an_edit_through_the_reading_changes_what_was_meant_and_nothing_else(language, text, data):
    snapshot = Snapshot.open("u", language, 1, text)
    for sentence in sentences(snapshot):
        reading = sentence.reading
        assert reading is not None
        ends = data.draw(st.lists(st.integers(0, len(reading.text)), min_size=2, max_size=2))
        start, end = min(ends), max(ends)
        new = data.draw(NEW_WORDS)
        edit = reading.edit(start, end, new)
        if edit is None:
            continue
        assert sentence.span.contains(edit.span)
        for hidden in markup_of(reading):
            assert edit.span.end <= hidden.start or hidden.end <= edit.span.start
        expected = reading.text[:start] + new + reading.text[end:]
        assert read_again(reading, edit) == expected
        for first, last in reading.protected:
            kept = reading.span(first, last)
            assert kept is None or edit.span.end <= kept.start or kept.end <= edit.span.start


def read_again(reading: Reading, edit: Edit) -> str:
    """The reading's text after an edit, character by character."""
    before, after = [], []
    for piece in reading.pieces:
        at = piece.span.start
        for character in reading.text[piece.start : piece.end]:
            end = piece.span.end if piece.join else at + len(encoded(character))
            if end <= edit.span.start:
                before.append(character)
            elif edit.span.end <= at:
                after.append(character)
            else:
                assert not piece.join, "the edit touches a line join"
            at = end
    return "".join([*before, edit.text, *after])


def markup_of(reading: Reading) -> list[Span]:
    """The bytes between the pieces of a reading."""
    return [
        Span(one.span.end, other.span.start)
        for one, other in pairwise(reading.pieces)
        if one.span.end < other.span.start
    ]


@LENIENT
@given(LANGUAGES, DOCUMENTS)
def test_a_paragraph_is_made_of_lines_without_blanks_around_them(language, text):
    snapshot = Snapshot.open("u", language, 1, text)
    for each in paragraphs(snapshot):
        for line in each.lines:
            data = snapshot.source[line.start : line.end]
            assert data
            assert data == data.strip(b" \t\r\n\v\f")
            assert b"\n" not in data


@LENIENT
@given(LANGUAGES, DOCUMENTS, st.data())
def test_the_innermost_scope_holds_the_cursor(language, text, data):
    snapshot = Snapshot.open("u", language, 1, text)
    offset = data.draw(st.integers(0, len(snapshot.source)))
    found = scope_at(snapshot, offset)
    assert found is not None
    assert found.cursor == offset
    assert found.span.start <= offset
    for kind in ("function", "class", "module"):
        for scope in scopes(snapshot, kind):
            assert 0 <= scope.span.start <= scope.span.end <= len(snapshot.source)


@LENIENT
@given(LANGUAGES, DOCUMENTS, st.data())
def test_asking_whether_an_edit_breaks_the_syntax_never_raises(language, text, data):
    snapshot = Snapshot.open("u", language, 1, text)
    edits = data.draw(edits_of(text))
    assert snapshot.adds_syntax_error(edits) in (True, False)
    assert not snapshot.adds_syntax_error([])


def test_a_document_of_every_language_can_be_opened_empty():
    for language in all_languages():
        snapshot = Snapshot.open("u", language, 1, "")
        assert list(sentences(snapshot)) == []
        assert by_name(language.name) is language
