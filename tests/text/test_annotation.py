"""Directives as they are written into documents."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smallsense.text.annotation import file_word, ignore_file, ignore_line
from smallsense.text.directives import directives
from smallsense.text.languages import all_languages, by_name
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import apply_edits

RULE = "grammar/spelling"


def opened(language: str, source: str) -> Snapshot:
    found = by_name(language)
    assert found is not None
    return Snapshot.open("file:///x", found, 1, source)


def line_ignored(language: str, source: str, rule: str = RULE) -> str | None:
    """The document after the first `wrong` is ignored on its line."""
    snapshot = opened(language, source)
    edit = ignore_line(snapshot, snapshot.source.index(b"wrong"), rule)
    return None if edit is None else apply_edits(snapshot.source, [edit]).decode()


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        ("python", "wrong = 1\n", "wrong = 1  # smallsense: ignore[grammar/spelling]\n"),
        ("python", "# wrong\nx = 1\n", "# wrong  # smallsense: ignore[grammar/spelling]\nx = 1\n"),
        ("python", "x = 1  # wrong", "x = 1  # wrong  # smallsense: ignore[grammar/spelling]"),
        (
            "python",
            'def f():\n    """wrong\n\n    x.\n    """\n    x = 1\n',
            'def f():\n    """wrong\n\n    x.\n    """  # smallsense: ignore[grammar/spelling]\n    x = 1\n',
        ),
        (
            "python",
            'def f():\n    """A wrong."""\n',
            'def f():\n    """A wrong."""  # smallsense: ignore[grammar/spelling]\n',
        ),
        (
            "python",
            'x = f(wrong, """a\nb""")\n',
            'x = f(wrong, """a\nb""")  # smallsense: ignore[grammar/spelling]\n',
        ),
        ("python", "x = wrong + \\\n    1\n", None),
        ("javascript", "wrong();\r\n", "wrong();  // smallsense: ignore[grammar/spelling]\r\n"),
        (
            "javascript",
            "/* A wrong. */ f();\n",
            "/* A wrong. */ f();  // smallsense: ignore[grammar/spelling]\n",
        ),
        (
            "javascript",
            "/** A wrong. */\nf();\n",
            "/** A wrong. smallsense: ignore[grammar/spelling] */\nf();\n",
        ),
        (
            "typescript",
            "/**\n * A wrong.\n * B\n */\n",
            "/**\n * A wrong. smallsense: ignore[grammar/spelling]\n * B\n */\n",
        ),
        (
            "rust",
            "/// A wrong.\nfn f() {}\n",
            "/// A wrong.  // smallsense: ignore[grammar/spelling]\nfn f() {}\n",
        ),
        ("markdown", "A wrong\nword.\n", "A wrong <!-- smallsense: ignore[grammar/spelling] -->\nword.\n"),
        (
            "markdown",
            "- a\n  - wrong  \n",
            "- a\n  - wrong <!-- smallsense: ignore[grammar/spelling] -->  \n",
        ),
        (
            "markdown",
            "| wrong | b |\n|---|---|\n| c | d |\n",
            "| wrong | b <!-- smallsense: ignore[grammar/spelling] --> |\n|---|---|\n| c | d |\n",
        ),
        (
            "restructuredtext",
            "One.\n\nTwo\nis wrong.\n",
            "One.\n\n.. smallsense: ignore[grammar/spelling]\n\nTwo\nis wrong.\n",
        ),
        (
            "restructuredtext",
            "- One.\n\n  Two is wrong.\n",
            "- One.\n\n  .. smallsense: ignore[grammar/spelling]\n\n  Two is wrong.\n",
        ),
        ("plaintext", "A wrong word.\n", None),
    ],
)
def test_a_line_is_ignored_by_a_comment(language: str, source: str, expected: str | None) -> None:
    assert line_ignored(language, source) == expected


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        (
            "python",
            "wrong = 1  # smallsense: ignore[x]\n",
            "wrong = 1  # smallsense: ignore[x, grammar/spelling]\n",
        ),
        (
            "markdown",
            "wrong <!-- smallsense: ignore[x] -->\n",
            "wrong <!-- smallsense: ignore[x, grammar/spelling] -->\n",
        ),
        (
            "restructuredtext",
            ".. smallsense: ignore[x]\n\nA wrong.\n",
            ".. smallsense: ignore[x, grammar/spelling]\n\nA wrong.\n",
        ),
    ],
)
def test_a_rule_joins_those_ignored_already(language: str, source: str, expected: str) -> None:
    assert line_ignored(language, source) == expected


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        (
            "python",
            "#!/bin/python\n# coding: utf-8\nx = 1\n",
            "#!/bin/python\n# coding: utf-8\n# D\n\nx = 1\n",
        ),
        ("python", "", "# D\n"),
        ("go", "package a\n", "// D\n\npackage a\n"),
        ("rust", "#![allow(x)]\n", "// D\n\n#![allow(x)]\n"),
        ("markdown", "---\ntitle: x\n---\n\n# T\n", "---\ntitle: x\n---\n<!-- D -->\n\n# T\n"),
        ("markdown", "# T\r\n", "<!-- D -->\r\n\r\n# T\r\n"),
        ("restructuredtext", "Title\n=====\n", ".. D\n\nTitle\n=====\n"),
        ("plaintext", "Text.\n", None),
    ],
)
def test_a_file_is_spoken_for_at_its_top(language: str, source: str, expected: str | None) -> None:
    snapshot = opened(language, source)
    for edit, directive in (
        (ignore_file(snapshot, RULE), "smallsense: ignore-file[grammar/spelling]"),
        (file_word(snapshot, "naïve"), "smallsense: words naïve"),
    ):
        after = None if edit is None else apply_edits(snapshot.source, [edit]).decode()
        assert after == (None if expected is None else expected.replace("D", directive))


def test_words_and_rules_join_those_of_the_file() -> None:
    snapshot = opened("markdown", "<!-- smallsense: words foo -->\n<!-- smallsense: ignore-file[x] -->\n")
    word, rule = file_word(snapshot, "bar"), ignore_file(snapshot, RULE)
    assert word is not None
    assert rule is not None
    assert apply_edits(snapshot.source, [word, rule]).decode() == (
        "<!-- smallsense: words foo bar -->\n<!-- smallsense: ignore-file[x, grammar/spelling] -->\n"
    )


FRAGMENTS = st.sampled_from(
    [
        "wrong ",
        "\n",
        "\r\n",
        "    ",
        "# ",
        "// ",
        "/* ",
        " */",
        '"""',
        "`",
        "```\n",
        "| a | b |\n",
        "|---|---|\n",
        *(
            "- ",
            "def f():\n",
            "x = 1\n",
            "smallsense: ignore[x]",
            "<!-- ",
            " -->",
            ".. ",
            "===\n",
            "é😀",
            "\\\n",
            "---\n",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(all_languages()), st.lists(FRAGMENTS, max_size=25).map("".join), st.data())
def test_whatever_the_document_a_directive_is_offered_only_where_it_works(language, source, data) -> None:
    snapshot = Snapshot.open("u", language, 1, source)
    starts = [at for at in range(len(snapshot.source)) if snapshot.source.startswith(b"wrong", at)] or [0]
    offset = data.draw(st.sampled_from(starts))
    edit = ignore_line(snapshot, offset, RULE)
    if edit is not None:
        after = snapshot.edited([edit], 2)
        moved = offset + (len(edit.text.encode()) if edit.span.start <= offset else 0)
        assert any(one.silences(moved, "grammar", "spelling") for one in directives(after))
        assert after.errors.count <= snapshot.errors.count
    for edit in (ignore_file(snapshot, RULE), file_word(snapshot, "word")):
        assert edit is None or snapshot.edited([edit], 2).source != snapshot.source
