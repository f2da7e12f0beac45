from __future__ import annotations

import pytest

from smallsense.text.languages import by_name
from smallsense.text.prose import sentences
from smallsense.text.scopes import scope_at, scopes
from smallsense.text.snapshot import TOO_LARGE, Snapshot
from smallsense.text.span import Edit, Span


def opened(language: str, source: str | bytes) -> Snapshot:
    found = by_name(language)
    assert found is not None
    return Snapshot.open("file:///x", found, 1, source)


def test_edits_refer_to_the_snapshot_they_are_made_on():
    snapshot = opened("python", "a = 1\nb = 2\n")
    after = snapshot.edited([Edit(Span(4, 5), "100"), Edit(Span(6, 7), "beta")], 2)
    assert after.text == "a = 100\nbeta = 2\n"
    assert after.version == 2
    assert snapshot.text == "a = 1\nb = 2\n"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(Span(0, 3), "x"), Edit(Span(2, 4), "y")],
        [Edit(Span(3, 99), "x")],
        [Edit(Span(1, 2), "x")],
    ],
    ids=["overlapping", "outside", "inside a character"],
)
def test_edits_that_make_no_sense_are_refused(edits):
    with pytest.raises(ValueError, match=r"overlaps|leaves|inside"):
        opened("plaintext", "é is here").edited(edits, 2)


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(ValueError, match="decode"):
        opened("python", b"\xff")


def test_columns_count_bytes():
    snapshot = opened("plaintext", "😀 is\r\nhere")
    assert snapshot.line_column(4) == (0, 4)
    assert snapshot.line_column(9) == (1, 0)
    assert snapshot.offset(1, 2) == 11
    assert snapshot.offset(0, 99) == 7
    with pytest.raises(ValueError, match="no line 2"):
        snapshot.offset(2, 0)
    with pytest.raises(ValueError, match="outside"):
        snapshot.line_column(14)


@pytest.mark.parametrize(
    ("language", "source", "edit", "adds"),
    [
        ("python", "# a comment\nx = 1\n", Edit(Span(2, 3), "the"), False),
        ("python", "# a comment\nx = 1\n", Edit(Span(2, 3), "\n("), True),
        ("python", "def f(:\n    pass\n\nx = 1\n", Edit(Span(23, 24), "2"), False),
        ("c", "/* a comment */ int x;", Edit(Span(3, 4), "*/ ("), True),
        ("javascript", "f(a);", Edit(Span(3, 4), ""), True),
        ("javascript", "f(a;", Edit(Span(3, 3), ")"), False),
        ("markdown", "anything", Edit(Span(0, 3), "`[("), False),
        ("plaintext", "anything", Edit(Span(0, 3), "`[("), False),
    ],
)
def test_an_edit_that_adds_a_syntax_error_is_told_from_one_that_does_not(language, source, edit, adds):
    assert opened(language, source).adds_syntax_error([edit]) is adds


def test_a_document_beyond_the_limit_is_kept_and_left_alone():
    snapshot = opened("python", "# A comment that is here.\n" * (TOO_LARGE // 20))
    assert snapshot.too_large
    assert snapshot.tree is None
    assert not snapshot.errors.count
    assert list(sentences(snapshot)) == []
    assert list(scopes(snapshot, "module")) == []
    assert scope_at(snapshot, 0) is None
    smaller = snapshot.edited([Edit(Span(100, len(snapshot.source)), "")], 2)
    assert not smaller.too_large
    assert smaller.tree is not None


def test_errors_are_counted_once_each():
    assert opened("javascript", "f(a);").errors.count == 0
    assert opened("javascript", "f(a;\n\ng(b;\n").errors.count == 2
