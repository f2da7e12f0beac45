from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as t

from smallsense.server.convert import Encoding, to_range
from smallsense.server.documents import Documents
from smallsense.text.span import Span

URI = "file:///notes.md"


def partial(start: tuple[int, int], end: tuple[int, int], text: str) -> t.TextDocumentContentChangePartial:
    return t.TextDocumentContentChangePartial(t.Range(t.Position(*start), t.Position(*end)), text)


def whole(text: str) -> t.TextDocumentContentChangeWholeDocument:
    return t.TextDocumentContentChangeWholeDocument(text)


@pytest.fixture
def documents() -> Documents:
    documents = Documents()
    documents.open(URI, "markdown", 1, "One line.\nAnother line.\n")
    return documents


def text(documents: Documents, uri: str = URI) -> str:
    snapshot = documents.get(uri)
    assert snapshot is not None
    return snapshot.text


def test_follows_changes_each_of_which_refers_to_the_text_after_the_one_before(documents: Documents) -> None:
    snapshot = documents.change(
        URI,
        2,
        [partial((0, 0), (0, 3), "A 😀\n"), partial((1, 1), (1, 5), "row"), partial((0, 4), (0, 4), "!")],
    )
    assert snapshot is not None
    assert text(documents) == "A 😀!\n row.\nAnother line.\n"
    assert snapshot.version == 2


def test_a_change_without_range_replaces_the_text(documents: Documents) -> None:
    documents.change(URI, 2, [partial((0, 0), (0, 3), "x"), whole("Anew."), partial((0, 4), (0, 5), "!")])
    assert text(documents) == "Anew!"


def test_a_snapshot_is_current_until_the_next_change(documents: Documents) -> None:
    first = documents.get(URI)
    assert first is not None
    assert documents.is_current(first)
    documents.change(URI, 1, [whole("other")])
    assert not documents.is_current(first)


def test_versions_out_of_order_are_logged_and_applied(
    documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    documents.change(URI, 5, [whole("five")])
    documents.change(URI, 3, [whole("three")])
    assert text(documents) == "three"
    assert "version 3 came after version 5" in caplog.text


def test_a_change_of_a_document_never_opened_is_logged(
    documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    assert documents.change("file:///other.md", 2, [partial((0, 0), (0, 0), "x")]) is None
    assert "not open" in caplog.text
    assert text(documents).startswith("One line")


def test_a_whole_text_of_a_document_never_opened_is_taken_over(documents: Documents) -> None:
    documents.change("file:///other.md", 2, [whole("Text"), partial((0, 0), (0, 1), "t")])
    assert text(documents, "file:///other.md") == "text"


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (partial((99, 0), (99, 5), "end"), "One line.\nAnother line.\nend"),
        (partial((1, 99), (50, 0), "!"), "One line.\nAnother line.!"),
        (partial((0, 3), (0, 0), "A"), "A line.\nAnother line.\n"),
    ],
)
def test_a_range_that_does_not_fit_is_put_right(
    documents: Documents, change: t.TextDocumentContentChangePartial, after: str
) -> None:
    documents.change(URI, 2, [change])
    assert text(documents) == after


def test_a_saved_text_puts_a_document_right(documents: Documents, caplog: pytest.LogCaptureFixture) -> None:
    assert documents.save(URI, "One line.\nAnother line.\n") is None
    assert documents.save(URI, "One line.\r\nAnother line.\r\n") is None
    assert documents.save(URI, None) is None
    assert documents.save(URI, "Something else.") is not None
    assert text(documents) == "Something else."
    assert "out of step" in caplog.text


def test_an_unknown_language_is_logged_once_and_its_documents_ignored(
    caplog: pytest.LogCaptureFixture,
) -> None:
    documents = Documents()
    for uri in ("file:///a.kl", "file:///b.kl"):
        assert documents.open(uri, "klingon", 1, "nuqneH") is None
        assert documents.change(uri, 2, [whole("Qapla'")]) is None
        documents.close(uri)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "klingon" in caplog.text


def test_a_document_too_large_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    documents = Documents()
    documents.open(URI, "markdown", 1, "x" * 3_000_000)
    documents.change(URI, 2, [partial((0, 0), (0, 0), "y")])
    assert caplog.text.count("are too many") == 1
    assert text(documents).startswith("yx")


def test_opening_twice_and_closing_twice_do_no_harm(documents: Documents) -> None:
    documents.open(URI, "markdown", 9, "newer")
    assert text(documents) == "newer"
    documents.close(URI)
    documents.close(URI)
    assert documents.get(URI) is None


characters = st.text(alphabet="ab \n\r😀é\ud800\udc00", max_size=12)


@given(
    characters, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), characters), max_size=5), st.data()
)
def test_any_edits_in_any_units_lead_to_the_clients_text(
    start: str, edits: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    encoding: Encoding = data.draw(st.sampled_from(("utf-8", "utf-16", "utf-32")))
    together = data.draw(st.booleans())
    documents = Documents(encoding)
    snapshot = documents.open(URI, "markdown", 0, start)
    mirror = Documents(encoding)
    mirror.open(URI, "markdown", 0, start)
    expected, changes = start, []
    for version, (a, b, new) in enumerate(edits, 1):
        first, last = sorted((min(a, len(expected)), min(b, len(expected))))
        current = mirror.get(URI)
        assert current is not None
        # No client can point between the two halves of a line break.
        if any(expected[at - 1 : at + 1] == "\r\n" for at in (first, last) if at):
            continue
        span = Span(*(len(expected[:at].encode("utf-8", "surrogatepass")) for at in (first, last)))
        change = t.TextDocumentContentChangePartial(to_range(current, span, encoding), new)
        expected = expected[:first] + new + expected[last:]
        mirror.change(URI, version, [whole(expected)])
        changes.append(change)
        if not together:
            snapshot = documents.change(URI, version, [change])
    if together and changes:
        snapshot = documents.change(URI, 9, changes)
    assert snapshot is not None
    assert snapshot.text == expected
    fresh = Documents(encoding).open(URI, "markdown", 0, expected)
    assert fresh is not None
    assert str(snapshot.tree and snapshot.tree.root_node) == str(fresh.tree and fresh.tree.root_node)
