"""Stretches of a Markdown document: read apart, they give what the whole gives."""

from __future__ import annotations

import pytest
import tree_sitter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallsense.text import stretches
from smallsense.text.languages import by_name
from smallsense.text.markdown import markdown_paragraphs
from smallsense.text.paragraph import Paragraph
from smallsense.text.prose import paragraphs
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

MARKDOWN = by_name("markdown")

# What opens something that later lines may belong to, what closes it, and what begins a stretch.
BLOCKS = st.sampled_from(
    [
        *("The cat sat.", "Some words\nhere and\n\n", "users", "é😀", "\n", "\n\n", "\n\n", "\n\n"),
        *("# Head\n", "## ", "- ", "* ", "1. ", "> ", "    ", "\t", "\r\n", "\r", "===\n", "***\n", "|"),
        *("```", "```py\n", "~~~\n", "<!-- ", "-->", "<div>", "</div>", "<pre>", "</pre>", "<script>"),
        *("---\n", "---\n", "+++\n", "$$\n", "[x]:", "[x]: http://y\n", "[^1]: ", ":::\n", "<?php", "]]>"),
        "| a | b |\n|---|---|\n| c | d |\n",
    ]
)
TEXTS = st.lists(BLOCKS, max_size=40).map("".join)


def opened(text: str) -> Snapshot:
    assert MARKDOWN is not None
    return Snapshot.open("file:///a.md", MARKDOWN, 1, text)


def at_once(source: bytes) -> list[Paragraph]:
    """The paragraphs of a document that is parsed as a whole."""
    assert MARKDOWN is not None
    assert MARKDOWN.grammar is not None
    root = tree_sitter.Parser(MARKDOWN.grammar()).parse(source).root_node
    return list(markdown_paragraphs(MARKDOWN, source, root))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut wherever it is possible."""
    monkeypatch.setattr(stretches, "LEAST_SIZE", 1)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(text=TEXTS, data=st.data())
def test_whatever_is_typed_the_paragraphs_are_those_of_the_whole(tiny: None, text: str, data: st.DataObject):
    snapshot = opened(text)
    for version in range(2, 7):
        assert list(paragraphs(snapshot)) == at_once(snapshot.source)
        assert sum(each.size for each in snapshot.stretches) == len(snapshot.source)
        places = [len(snapshot.text[:at].encode()) for at in range(len(snapshot.text) + 1)]
        start, end = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2)))
        end = data.draw(st.sampled_from([start, end]))
        snapshot = snapshot.edited([Edit(Span(start, end), data.draw(BLOCKS | st.just("")))], version)


def test_what_an_edit_does_not_touch_stays_the_same_object(tiny: None):
    snapshot = opened("One is here.\n\nTwo is here.\n\nThree is\nhere.\n\nFour is here.\n")
    after = snapshot.edited([Edit(Span(38, 38), "really ")], 2)
    assert len(after.stretches) == len(snapshot.stretches) == 4
    same = [a is b for a, b in zip(snapshot.stretches, after.stretches, strict=True)]
    assert same == [True, True, False, True]


def test_an_edit_of_a_first_line_cuts_the_stretch_before_it_anew(tiny: None):
    snapshot = opened("- One is here.\n\nTwo is here.\n\nThree is here.\n")
    after = snapshot.edited([Edit(Span(16, 16), "  ")], 2)
    assert [each.size for each in after.stretches] == [32, 15]


def test_an_open_fence_swallows_what_follows_until_it_is_closed(tiny: None):
    snapshot = opened("One is here.\n\nTwo is here.\n\nThree is here.\n")
    fenced = snapshot.edited([Edit(Span(13, 13), "```\n")], 2)
    assert [each.content(fenced.source) for each in paragraphs(fenced)] == [b"One is here."]
    closed = fenced.edited([Edit(Span(31, 31), "```\n\n")], 3)
    contents = [each.content(closed.source) for each in paragraphs(closed)]
    assert contents == [b"One is here.", b"Three is here."]


def test_front_matter_that_is_closed_far_below_is_no_prose(tiny: None):
    snapshot = opened("---\ntitle: It is here\n\nOne is here.\n\nTwo is here.\n")
    assert len(list(paragraphs(snapshot))) > 1
    closed = snapshot.edited([Edit(Span(37, 37), "---\n")], 2)
    assert [each.content(closed.source) for each in paragraphs(closed)] == [b"Two is here."]


def test_stretches_are_no_smaller_than_they_need_be():
    text = "\n\n".join(f"Paragraph number {number} is here." for number in range(500))
    sizes = [each.size for each in opened(text).stretches]
    assert len(sizes) > 3
    assert all(stretches.LEAST_SIZE <= size < 2 * stretches.LEAST_SIZE for size in sizes[:-1])
