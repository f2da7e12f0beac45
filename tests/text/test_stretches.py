"""Stretches of a document: read apart, they give what the whole gives."""

from __future__ import annotations

import pytest
import tree_sitter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallsense.text import stretches
from smallsense.text.blocks import blocks, line_of
from smallsense.text.languages import by_name
from smallsense.text.markdown import markdown_paragraphs
from smallsense.text.paragraph import Paragraph, paragraph
from smallsense.text.prose import paragraphs
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Edit, Span

LANGUAGES = ("markdown", "plaintext", "restructuredtext")

# What opens something that later lines may belong to, what closes it, and what begins a stretch.
BLOCKS = st.sampled_from(
    [
        *("The cat sat.", "Some words\nhere and\n\n", "users", "é😀", "\n", "\n\n", "\n\n", "\n\n"),
        *("# Head\n", "## ", "- ", "* ", "1. ", "> ", "    ", "\t", "\r\n", "\r", "===\n", "***\n", "|"),
        *("```", "```py\n", "~~~\n", "<!-- ", "-->", "<div>", "</div>", "<pre>", "</pre>", "<script>"),
        *("---\n", "---\n", "+++\n", "$$\n", "[x]:", "[x]: http://y\n", "[^1]: ", ":::\n", "<?php", "]]>"),
        "| a | b |\n|---|---|\n| c | d |\n",
        *("::\n", "Look::\n\n", "    code = 1\n", ">>> f()\n", ".. note:: ", ".. code::\n\n", ":x: "),
        *("@example\n", "@return ", "# --- >8 ---\n", "====  ===\n", "o ", "x = 1\n", "    more words\n"),
    ]
)
TEXTS = st.lists(BLOCKS, max_size=40).map("".join)


def opened(text: str, language: str = "markdown") -> Snapshot:
    found = by_name(language)
    assert found is not None
    return Snapshot.open("file:///a", found, 1, text)


def at_once(snapshot: Snapshot) -> list[Paragraph]:
    """The paragraphs of a document that is read as a whole."""
    if snapshot.language.grammar is not None and snapshot.language.name == "markdown":
        root = tree_sitter.Parser(snapshot.language.grammar()).parse(snapshot.source).root_node
        return list(markdown_paragraphs(snapshot.language, snapshot.source, root))
    style = "rst" if snapshot.language.name == "restructuredtext" else "plain"
    count = len(snapshot.line_starts)
    lines = [line_of(snapshot.source, snapshot.line_span(number)) for number in range(count)]
    found = (paragraph(snapshot.source, spans, style) for spans in blocks(lines, style))
    return [each for each in found if each is not None]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut wherever it is possible."""
    monkeypatch.setattr(stretches, "LEAST_SIZE", 1)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@pytest.mark.parametrize("language", LANGUAGES)
@given(text=TEXTS, data=st.data())
def test_whatever_is_typed_the_paragraphs_are_those_of_the_whole(
    tiny: None, language: str, text: str, data: st.DataObject
):
    snapshot = opened(text, language)
    for version in range(2, 7):
        assert list(paragraphs(snapshot)) == at_once(snapshot)
        assert sum(each.size for each in snapshot.stretches) == len(snapshot.source)
        places = [len(snapshot.text[:at].encode()) for at in range(len(snapshot.text) + 1)]
        start, end = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2)))
        end = data.draw(st.sampled_from([start, end]))
        snapshot = snapshot.edited([Edit(Span(start, end), data.draw(BLOCKS | st.just("")))], version)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_edit_does_not_touch_stays_the_same_object(tiny: None, language: str):
    snapshot = opened("One is here.\n\nTwo is here.\n\nThree is\nhere.\n\nFour is here.\n", language)
    after = snapshot.edited([Edit(Span(38, 38), "really ")], 2)
    assert len(after.stretches) == len(snapshot.stretches) == 4
    same = [a is b for a, b in zip(snapshot.stretches, after.stretches, strict=True)]
    assert same == [True, True, False, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edit_of_a_first_line_cuts_the_stretch_before_it_anew(tiny: None, language: str):
    snapshot = opened("- One is here.\n\nTwo is here.\n\nThree is here.\n", language)
    after = snapshot.edited([Edit(Span(16, 16), "  ")], 2)
    assert [each.size for each in after.stretches] == [32, 15]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_fence_swallows_what_follows_until_it_is_closed(tiny: None, language: str):
    snapshot = opened("One is here.\n\nTwo is here.\n\nThree is here.\n", language)
    fenced = snapshot.edited([Edit(Span(13, 13), "```\n")], 2)
    assert [each.content(fenced.source) for each in paragraphs(fenced)] == [b"One is here."]
    closed = fenced.edited([Edit(Span(31, 31), "```\n\n")], 3)
    contents = [each.content(closed.source) for each in paragraphs(closed)]
    assert contents == [b"One is here.", b"Three is here."]


@pytest.mark.parametrize("language", ["plaintext", "restructuredtext"])
def test_an_example_swallows_what_follows_until_the_next_tag(tiny: None, language: str):
    snapshot = opened("One is here.\n\nTwo is here.\n\nThree is here.\n", language)
    example = snapshot.edited([Edit(Span(14, 14), "@example\n")], 2)
    assert [each.content(example.source) for each in paragraphs(example)] == [b"One is here.", b"@example"]
    ended = example.edited([Edit(Span(37, 37), "@return a list.\n\n")], 3)
    contents = [each.content(ended.source) for each in paragraphs(ended)]
    assert contents == [b"One is here.", b"@example", b"@return a list.", b"Three is here."]


def test_front_matter_that_is_closed_far_below_is_no_prose(tiny: None):
    snapshot = opened("---\ntitle: It is here\n\nOne is here.\n\nTwo is here.\n")
    assert len(list(paragraphs(snapshot))) > 1
    closed = snapshot.edited([Edit(Span(37, 37), "---\n")], 2)
    assert [each.content(closed.source) for each in paragraphs(closed)] == [b"Two is here."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_stretches_are_no_smaller_than_they_need_be(language: str):
    text = "\n\n".join(f"Paragraph number {number} is here." for number in range(500))
    sizes = [each.size for each in opened(text, language).stretches]
    assert len(sizes) > 3
    assert all(stretches.LEAST_SIZE <= size < 2 * stretches.LEAST_SIZE for size in sizes[:-1])


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", '"""One is here."""\n# Two is\n# here.\nx = 1  # Three is here.\n# Four is here.\n'),
        ("rust", "//! One is here.\n/// Two is\n/// here.\nfn x() {} // Three is here.\n// Four is here.\n"),
        ("c", "/* One is here. */\n// Two is\n// here.\nint x; /* Three is here. */\n// Four is here.\n"),
    ],
)
def test_comments_that_an_edit_does_not_touch_stay_the_same_objects(language: str, code: str):
    snapshot = opened(code, language)
    at = snapshot.text.index("is\n") + 2
    after = snapshot.edited([Edit(Span(at, at), " really")], 2)
    assert len(after.prose) == len(snapshot.prose) == 4
    pairs = list(zip(snapshot.prose, after.prose, strict=True))
    assert [old is new for (_, old), (_, new) in pairs] == [True, False, True, True]
    assert [new - old for (old, _), (new, _) in pairs] == [0, 0, 7, 7]
    assert [each.content(after.source) for each in paragraphs(after)][1:] == [
        b"Two is really\nhere.", b"Three is here.", b"Four is here.",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["python", *LANGUAGES])
def test_the_stretches_within_a_span_are_all_that_touch_it(tiny: None, language: str):
    text = "# One is here.\n\nx = 1\n\n# Two is here.\n# Three.\n\ny = 2  # Four is here.\n\nz = 3\n"
    snapshot = opened(text, language)
    assert len(snapshot.prose) > 2
    for start in range(len(text) + 1):
        for end in range(start, len(text) + 1):
            span = Span(start, end)
            expected = [one for one in snapshot.prose if Span(one[0], one[0] + one[1].size).overlaps(span)]
            assert list(snapshot.stretches_within(span)) == expected
