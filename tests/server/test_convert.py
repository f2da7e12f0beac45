from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as t

from smallsense.server.client import Client
from smallsense.server.convert import (
    Encoding,
    encoding_of,
    to_offset,
    to_position,
    to_range,
    to_span,
    to_workspace_edit,
)
from smallsense.text import languages
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


def document(text: str) -> Snapshot:
    language = languages.by_name("plaintext") or languages.all_languages()[0]
    return Snapshot("file:///d", language, 7, text.encode("utf-8", "surrogatepass"), None)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 6), ("utf-16", 4), ("utf-32", 3)])
def test_columns_count_in_the_units_agreed_on(encoding: Encoding, column: int) -> None:
    snapshot = document("x\r\na😀b|")
    at = snapshot.source.index(b"|")
    assert to_position(snapshot, at, encoding) == t.Position(1, column)
    assert to_offset(snapshot, t.Position(1, column), encoding) == at


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_lone_surrogate_is_one_character(encoding: Encoding) -> None:
    snapshot = document("\ud83d\ude00|")  # two lone surrogates, which are not an emoji
    width = {"utf-8": 6, "utf-16": 2, "utf-32": 2}[encoding]
    assert to_position(snapshot, 6, encoding) == t.Position(0, width)
    assert to_offset(snapshot, t.Position(0, width), encoding) == 6


@pytest.mark.parametrize(("encoding", "inside"), [("utf-8", 2), ("utf-8", 4), ("utf-16", 2)])
def test_a_column_inside_a_character_is_its_start(encoding: Encoding, inside: int) -> None:
    assert to_offset(document("a😀b"), t.Position(0, inside), encoding) == 1


def test_an_offset_inside_a_character_is_its_start() -> None:
    assert to_position(document("a😀b"), 3, "utf-16") == t.Position(0, 1)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_beyond_a_line_or_the_document_are_its_end(encoding: Encoding) -> None:
    snapshot = document("é\r\nb")
    assert to_offset(snapshot, t.Position(0, 99), encoding) == 2
    assert to_offset(snapshot, t.Position(99, 0), encoding) == 5


def test_a_range_the_wrong_way_round_is_put_right() -> None:
    place = t.Range(t.Position(0, 3), t.Position(0, 1))
    assert to_span(document("abcd"), place, "utf-16") == Span(1, 3)


texts = st.text(
    alphabet=st.one_of(st.sampled_from("a\r\n é😀𝒜\ud800\udc00\u2028"), st.characters()), max_size=40
)


@given(texts, st.data())
def test_every_character_has_a_position_and_finds_its_way_back(text: str, data: st.DataObject) -> None:
    snapshot = document(text)
    before = data.draw(st.integers(0, len(text)))
    offset = len(text[:before].encode("utf-8", "surrogatepass"))
    line, column = snapshot.line_column(offset)
    if (
        offset - column + len(snapshot.slice(snapshot.line_span(line)).encode("utf-8", "surrogatepass"))
        < offset
    ):
        return  # inside a line break: no position stands for it
    for encoding in ENCODINGS:
        assert to_offset(snapshot, to_position(snapshot, offset, encoding), encoding) == offset


@given(texts, st.integers(0, 6), st.integers(0, 60), st.sampled_from(ENCODINGS))
def test_any_position_is_a_place_in_the_document(
    text: str, line: int, column: int, encoding: Encoding
) -> None:
    snapshot = document(text)
    offset = to_offset(snapshot, t.Position(line, column), encoding)
    assert 0 <= offset <= len(snapshot.source)
    snapshot.source[:offset].decode("utf-8", "surrogatepass")


def test_an_edit_is_tied_to_its_version_where_the_client_can_check_it() -> None:
    snapshot = document("abc")
    edits = (Edit(Span(1, 2), "x"),)
    text_edit = t.TextEdit(to_range(snapshot, Span(1, 2), "utf-16"), "x")
    versioned = to_workspace_edit(snapshot, edits, "utf-16", Client(document_changes=True))
    assert versioned.document_changes == [
        t.TextDocumentEdit(t.OptionalVersionedTextDocumentIdentifier("file:///d", 7), [text_edit])
    ]
    plain = to_workspace_edit(snapshot, edits, "utf-16", Client())
    assert plain == t.WorkspaceEdit(changes={"file:///d": [text_edit]})


def test_a_client_that_says_nothing_counts_in_utf_16() -> None:
    assert encoding_of(None) == "utf-16"
    assert encoding_of("utf-8") == "utf-8"
    assert encoding_of(t.PositionEncodingKind.Utf32) == "utf-32"
