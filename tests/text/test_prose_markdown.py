from __future__ import annotations

import pytest

from smallsense.text.languages import by_name
from smallsense.text.prose import sentences
from smallsense.text.snapshot import Snapshot


def read(source: str, language: str = "markdown") -> list[str]:
    """The sentences of a document, with guillemets around what is protected."""
    found = by_name(language)
    assert found is not None
    texts = []
    for sentence in sentences(Snapshot.open("file:///x", found, 1, source)):
        assert sentence.reading is not None
        text = sentence.reading.text
        for start, end in reversed(sentence.reading.protected):
            text = f"{text[:start]}«{text[start:end]}»{text[end:]}"
        texts.append(text)
    return texts


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("---\ntitle: The words are here\n---\n\nThe text is here.\n", ["The text is here."]),
        ("+++\ntitle = 'The words are here'\n+++\n\nThe text is here.\n", ["The text is here."]),
        ("```\nsome code is here\n```\nThe text is here.\n", ["The text is here."]),
        ("    some code is here\n\nThe text is here.\n", ["The text is here."]),
        ("<div>\nsome html is here\n</div>\n\nThe text is here.\n", ["The text is here."]),
        ("<!-- some words are here -->\n\nThe text is here.\n", ["The text is here."]),
        ("$$\nsome math is here\n$$\n\nThe text is here.\n", ["The text is here."]),
        ("The text is here.\n\n[some]: http://x.y 'words are here'\n", ["The text is here."]),
        ("![an image alone](x.png)\n\nThe text is here.\n", ["The text is here."]),
        ("::: warning\nThe text is here.\n:::\n", ["The text is here."]),
        ("{% include some words here %}\n\nThe text is here.\n", ["The text is here."]),
    ],
)
def test_what_is_no_prose_is_left_out(source, expected):
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Some *slanted* and **bold** and ~~struck~~ words.", "Some slanted and bold and struck words."),
        ("Some ***both*** and __other__ words.", "Some both and other words."),
        ("See [the *guide*](http://x.y 'title') for more.", "See the guide for more."),
        ("See [the guide][ref] for more.", "See the guide for more."),
        ("See [the guide] for more.", "See «[the guide]» for more."),
        ("See <http://x.y> for more.", "See «<http://x.y>» for more."),
        ("See http://x.y/z, for more.", "See «http://x.y/z», for more."),
        ("Call `f(x)` or ``a ` b`` then.", "Call «`f(x)`» or «``a ` b``» then."),
        ("Some \\*stars\\* are here.", "Some *stars* are here."),
        ("This &amp; that is here.", "This «&amp;» that is here."),
        ("The ![picture](x.png) shows it.", "The «![picture](x.png)» shows it."),
        ("Some <b>bold</b> words<br> here.", "Some bold words here."),
        ("Some words<br/>go on here.", "Some words go on here."),
        ("Call `f<br>(x)` or this then.", "Call «`f<br>(x)`» or this then."),
        ("Some <a name='x'></a> words [^1] are <!-- here --> too.", "Some words are too."),
        ("Use [_lxml_](http://x.y/lxml/) or [it](http://x.y/items) here.", "Use «lxml» or it here."),
        ("Read [How To Go On](#how-to-go-on) and go on.", "Read «How To Go On» and go on."),
        ('Type ":help" or (:quit!) here: now.', 'Type "«:help»" or («:quit!») here: now.'),
        ("**limits** `Limits` - It sets the limits.", "«limits» «`Limits`» - It sets the limits."),
        ("Press <kbd>Enter key</kbd> to go.", "Press «Enter key» to go."),
        ("It is $x + y$ at most.", "It is «$x + y$» at most."),
        ("As shown[^1] in it.", "As shown in it."),
        ("One line  \nand another.", "One line and another."),
        ("One line\\\nand another.", "One line and another."),
        ("One well-\nknown thing.", "One well-known thing."),
        ("One line\r\nand another.", "One line and another."),
    ],
)
def test_markup_is_not_read_and_code_is_protected(source, expected):
    assert read(source)[0] == expected


def test_headings_items_and_cells_are_prose_of_their_own():
    source = """\
The First Heading
=================

## The second *heading*

- One item that
  goes on.
- [ ] A task to do
  1. A nested item is here

> A quoted text
> that goes on.
> > And deeper
> > still it goes.

| The name   | What it is |
|------------|------------|
| First cell | A `cell` with words |
"""
    assert read(source) == [
        "The First Heading",
        "The second heading",
        "One item that goes on.",
        "A task to do",
        "A nested item is here",
        "A quoted text that goes on.",
        "And deeper still it goes.",
    ]


def test_alerts_footnotes_and_definitions_start_anew():
    source = """\
> [!NOTE]
> This is a note.

[^1]: This is a footnote.

A term here
: And its definition.
"""
    assert read(source) == ["This is a note.", "This is a footnote.", "A term here", "And its definition."]


def test_restructuredtext_without_its_machinery():
    source = """\
The Title Here
==============

A paragraph with ``some code`` and :func:`name` and *slanted words* and a
`link`_ that goes on, `to a page <http://x.y>`_, so::

    some code is here

    and here

.. note:: A note is here
   and goes on.

.. code-block:: python

   some code is here

.. warning::

   A warning is here.

.. _target: http://x.y
.. some comment is here
.. |name| replace:: some words here

- One item that
  goes on.
#. Another item here

A term here
    And its definition.

:field: The field is here.

>>> some doctest is here
some output is here

+-------+-------+
| a cell | here |
+-------+-------+

========  =========
one cell  two cells
========  =========
it is in  a table
========  =========

The |name| ends it.
"""
    assert read(source, "restructuredtext") == [
        "The Title Here",
        "A paragraph with «``some code``» and «:func:`name`» and slanted words"
        " and a «`link`_» that goes on, to a page, so«::»",
        "A note is here and goes on.",
        "A warning is here.",
        "One item that goes on.",
        "Another item here",
        "A term here",
        "And its definition.",
        "The field is here.",
        "The «|name|» ends it.",
    ]


def test_plain_text_by_its_layout():
    source = """\
A paragraph that
goes on. And ends.

    $ some command here
    some = code(here);

* One item that
  goes on.
* Another item here

---------------------

> some quoted words here
The end is here.

Signed-off-by: Some Body <some@body.org>
# Please enter the commit message for your changes.
# ------------------------ >8 ------------------------
diff --git some words here
"""
    assert read(source, "plaintext") == [
        "A paragraph that goes on.",
        "And ends.",
        "One item that goes on.",
        "Another item here",
        "The end is here.",
    ]


def test_a_byte_order_mark_is_not_read():
    assert read("\ufeffThe text is here.") == ["The text is here."]
    assert read("\ufeffThe text is here.", "plaintext") == ["The text is here."]


@pytest.mark.parametrize("language", ["markdown", "plaintext", "restructuredtext"])
@pytest.mark.parametrize("piece", ["a-", "@a", "**a ", "- ", "1. ", "`a <b ", "{{ ", ":a", "...", "a. "])
def test_what_no_one_would_write_is_got_through(language, piece):
    source = piece * (19_000 // len(piece)) + "\n\nThe text is here.\n"
    assert read(source, language)[-1] == "The text is here."


@pytest.mark.parametrize(
    "source",
    [
        "The first is here  \nAnother is there",
        "The first is here\\\nAnother is there",
        "The first is here<br>\nAnother is there",
        "The first is here<br/>Another is there",
        "> The first is here  \r\n> Another is there",
        "**The first is here**\nAnother is there",
    ],
)
def test_line_that_was_ended_on_purpose_is_apart_from_the_next(source):
    assert read(source + ".\n") == ["The first is here", "Another is there."]


@pytest.mark.parametrize(
    "source",
    [
        "The first is here  \nand goes on.\n",
        "The first is here<br>and goes on.\n",
        "The first **is here**\nand goes on.\n",
    ],
)
def test_sentence_goes_on_in_small_letters_after_a_line_that_was_ended_on_purpose(source):
    assert read(source) == ["The first is here and goes on."]


@pytest.mark.parametrize("language", ["markdown", "plaintext", "restructuredtext"])
def test_command_after_a_prompt_is_not_read(language):
    assert read("Type this now:\n$ make it so\nThen it is there.\n", language) == [
        "Type this now:",
        "Then it is there.",
    ]


@pytest.mark.parametrize("language", ["plaintext", "restructuredtext"])
def test_list_of_words_without_markers_is_not_read_as_a_sentence(language):
    listing = "red apple\ngreen apple\nyellow pear\nblue plum\n"
    assert read(f"{listing}\nThe text is here.\n", language) == ["The text is here."]


def test_short_lines_of_a_sentence_are_read():
    assert read("This is\na sentence\nthat is in\na box.\n", "plaintext") == [
        "This is a sentence that is in a box."
    ]
