from __future__ import annotations

import pytest

from smallsense.text.languages import by_name
from smallsense.text.prose import sentences
from smallsense.text.reading import Reading
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import apply_edits


def read(language: str, source: str) -> tuple[Snapshot, Reading]:
    found = by_name(language)
    assert found is not None
    snapshot = Snapshot.open("file:///x", found, 1, source)
    (sentence,) = sentences(snapshot)
    assert sentence.reading is not None
    return snapshot, sentence.reading


def changed(language: str, source: str, old: str, new: str, count: int = 1) -> str | None:
    """The document after replacing the `count`-th `old` of its only sentence by `new`."""
    snapshot, reading = read(language, source)
    start = -1
    for _ in range(count):
        start = reading.text.index(old, start + 1)
    edit = reading.edit(start, start + len(old), new)
    return None if edit is None else apply_edits(snapshot.source, [edit]).decode()


@pytest.mark.parametrize(
    ("language", "source", "old", "new", "expected"),
    [
        ("markdown", "This 😀 return a list.", "return", "returns", "This 😀 returns a list."),
        ("markdown", "This **return** a list.", "return", "returns", "This **returns** a list."),
        (
            "markdown",
            "See [the guides](http://x.y) for more.",
            "guides",
            "guide",
            "See [the guide](http://x.y) for more.",
        ),
        ("python", "# This return\n# a list.\n", "return", "returns", "# This returns\n# a list.\n"),
        ("python", "# This return\r\n# a list.\r\n", "return", "returns", "# This returns\r\n# a list.\r\n"),
        ("c", "/*\n * This return\n * a list.\n */", "a", "the", "/*\n * This return\n * the list.\n */"),
        ("rust", "/// This *return*\n/// a list.\n", "a list", "lists", "/// This *return*\n/// lists.\n"),
    ],
)
def test_a_word_is_replaced_where_it_stands(language, source, old, new, expected):
    assert changed(language, source, old, new) == expected


@pytest.mark.parametrize(
    ("source", "old", "count", "expected"),
    [
        ("# Returns the\n# the list of users.\n", "the ", 1, "# Returns\n# the list of users.\n"),
        ("# Returns the\n# the list of users.\n", " the", 2, "# Returns\n# the list of users.\n"),
        ("# Returns the the\n# list of users.\n", "the ", 2, "# Returns the\n# list of users.\n"),
        ("# Returns a list of\n# of all users.\n", "of ", 2, "# Returns a list of\n# all users.\n"),
        ("# Returns just\r\n# the list of users.\r\n", "just ", 1, "# Returns\r\n# the list of users.\r\n"),
        ("# Returns\n# just the list of users.\n", " just", 1, "# Returns\n# the list of users.\n"),
    ],
)
def test_a_word_next_to_a_line_break_is_deleted_with_the_blank_on_its_other_side(
    source, old, count, expected
):
    assert changed("python", source, old, "", count) == expected


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        ("# Runs the code\n# twice.\n", "code twice", "program again"),
        ("# Runs `code` twice here.\n", "`code`", "code"),
        ("# Runs `code` twice here.\n", "code", "program"),
        ("# Runs it twice here.\n", "twice", "twice\n"),
        ("# Runs it twice here.\n", "twice", "twice\u2028"),
    ],
    ids=["line break", "protected", "inside protected", "new line", "new line separator"],
)
def test_what_must_not_be_touched_is_not(source, old, new):
    assert changed("python", source, old, new) is None


def test_markup_is_not_left_empty_nor_cut_through():
    assert changed("markdown", "This is **very** good text.", "very", "") is None
    assert changed("markdown", "This is **very** good text.", "very good", "fine") is None


def test_a_change_that_reaches_over_a_line_break_without_changing_it_is_made_smaller():
    assert (
        changed("python", "# Runs the\n# codes twice.\n", "the codes", "the code")
        == "# Runs the\n# code twice.\n"
    )
    assert (
        changed("python", "# Runs teh\n# code twice.\n", "teh code", "the code")
        == "# Runs the\n# code twice.\n"
    )


@pytest.mark.parametrize(
    ("source", "before", "new", "expected"),
    [
        ("Call `code` then go on.", " then", ",", "Call `code`, then go on."),
        ("Call `code` then go on.", "`code`", "the ", "Call the `code` then go on."),
        ("Some **bold** words here.", " words", ",", "Some **bold**, words here."),
        ("Some **bold** words here.", " words", "er", "Some **bolder** words here."),
        ("Some **bold** words here.", "bold", "very ", "Some very **bold** words here."),
        ("Some **bold** words here.", "bold", "un", "Some **unbold** words here."),
        ("See [the guide](x.md) for more.", " for", ",", "See [the guide](x.md), for more."),
        ("See [the guide](x.md) for more.", " for", "s", "See [the guides](x.md) for more."),
        ("Some words\nare here.", " are", ",", "Some words,\nare here."),
        ("> Some words\n> are here.", "are", "now ", "> Some words\n> now are here."),
        ("Some words\nare here.", " are", " now", "Some words now\nare here."),
    ],
)
def test_an_insertion_lands_on_the_right_side_of_markup(source, before, new, expected):
    snapshot, reading = read("markdown", source)
    at = reading.text.index(before)
    edit = reading.edit(at, at, new)
    assert edit is not None
    assert apply_edits(snapshot.source, [edit]).decode() == expected


def test_an_insertion_inside_a_protected_range_is_refused():
    _, reading = read("markdown", "Call `some code` then go on.")
    assert reading.edit(reading.text.index("code"), reading.text.index("code"), "x") is None


def test_an_insertion_at_the_ends_of_a_sentence_is_possible():
    snapshot, reading = read("markdown", "some words are here")
    first, last = reading.edit(0, 0, "Well, "), reading.edit(len(reading.text), len(reading.text), ".")
    assert first is not None
    assert last is not None
    assert apply_edits(snapshot.source, [first, last]).decode() == "Well, some words are here."


def test_a_span_leaves_out_line_joins_at_its_ends_and_keeps_those_between():
    snapshot, reading = read("python", "# Some wörds\n# are here.\n")
    assert reading.text == "Some wörds are here."
    join = reading.text.index(" are")
    assert reading.span(join, join + 1) is None
    for start, end, expected in [
        (join, join + 4, "are"),
        (5, join + 1, "wörds"),
        (5, join + 4, "wörds\n# are"),
        (0, 4, "Some"),
    ]:
        span = reading.span(start, end)
        assert span is not None
        assert snapshot.slice(span) == expected


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 999)])
def test_ranges_outside_the_text_have_no_counterpart(start, end):
    _, reading = read("markdown", "Some words are here.")
    assert reading.span(start, end) is None
    assert reading.edit(start, end, "x") is None


def test_a_slice_reads_like_a_part_of_the_whole():
    snapshot, reading = read("markdown", "Some **bold `code`** words\nare here.")
    part = reading.slice(5, len(reading.text))
    assert part.text == "bold `code` words are here."
    assert part.protected == ((5, 11),)
    for index in range(len(part.text)):
        assert part.span(index, index + 1) == reading.span(index + 5, index + 6)
    whole = part.span(0, len(part.text))
    assert whole is not None
    assert snapshot.slice(whole) == "bold `code`** words\nare here."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("The 😀 function returns a list.", "The function returns a list."),
        ("🚀 This is the release.", "This is the release."),
        ("The build is done 🎉🎉 at last!", "The build is done at last!"),
        ("The build is done ❤️.", "The build is done."),
        ("The build is done 👩\u200d👩\u200d👧 🎉", "The build is done"),
        ("The build\n✅ is done now.", "The build is done now."),
        ("Press `a 😀 b` and wait here.", "Press `a 😀 b` and wait here."),
        ("It maps a → b and marks it ✓ then.", "It maps a → b and marks it ✓ then."),
        ("The list (😀) is fine here.", "The list (😀) is fine here."),
    ],
)
def test_bare_pictures_are_not_read(source: str, text: str) -> None:
    assert read("markdown", source)[1].text == text


@pytest.mark.parametrize(("at", "new"), [(5, " the button"), (6, "the button "), (6, "the ")])
def test_no_word_is_inserted_beside_a_picture(at: int, new: str) -> None:
    _, reading = read("markdown", "Press 😀 and you get a list.")
    assert reading.edit(at, at, new) is None
    assert reading.edit(9, 9, " then") is not None


def test_text_around_a_picture_is_mended_and_the_picture_stays() -> None:
    source = "This 😀 return **a** 🎉 list 🚀."
    assert changed("markdown", source, "return", "returns") == "This 😀 returns **a** 🎉 list 🚀."
    assert changed("markdown", source, "list", "lists") == "This 😀 return **a** 🎉 lists 🚀."
