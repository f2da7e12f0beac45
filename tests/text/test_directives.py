"""What the comments of each language say about what to ignore, and that it is not read as prose."""

from __future__ import annotations

import pytest

from smallsense.text.directives import directives
from smallsense.text.languages import all_languages, by_name
from smallsense.text.prose import sentences
from smallsense.text.snapshot import Snapshot


def opened(language: str, source: str) -> Snapshot:
    found = by_name(language)
    assert found is not None
    return Snapshot.open("file:///x", found, 1, source)


def silenced(language: str, source: str) -> list[int]:
    """The lines (from 0) on which a word `wrong` is silenced for the rule grammar/spelling."""
    snapshot = opened(language, source)
    found = directives(snapshot)
    lines = []
    at = -1
    while (at := snapshot.source.find(b"wrong", at + 1)) >= 0:
        if any(one.silences(at, "grammar", "spelling") for one in found):
            lines.append(snapshot.line_column(at)[0])
    return lines


@pytest.mark.parametrize(
    ("language", "source", "lines"),
    [
        ("python", "wrong = 1  # smallsense: ignore\nwrong = 2\n", [0]),
        ("python", "# smallsense: ignore\nwrong = 1\nwrong = 2\n", [1]),
        ("python", "# A wrong word. # smallsense: ignore[spelling] as in the paper\n# wrong\n", [0]),
        ("python", "# smallsense: ignore[grammar]\nwrong = 1\n", [1]),
        ("python", "# smallsense: ignore[grammar/spelling, nullness]\nwrong = 1\n", [1]),
        ("python", "# smallsense: ignore[nullness]\nwrong = 1\n", []),
        ("python", "wrong = 1\n# smallsense: ignore-file[spelling]\nwrong = 2\n", [0, 2]),
        ("python", "wrong = '# smallsense: ignore'\n", []),
        ("python", 'def f():\n    """wrong\n\n    wrong"""  # smallsense: ignore\n    wrong\n', [1, 3]),
        ("python", 'def f():\n    """wrong smallsense: ignore\n    """\n', []),
        ("python", "# smallsense: ignored\nwrong = 1\n", []),
        ("javascript", "// smallsense: ignore\nwrong();\nwrong();\n", [1]),
        ("javascript", "/* smallsense: ignore[spelling] */ wrong();\nwrong();\n", [0]),
        ("javascript", "/**\n * A wrong word. smallsense: ignore\n * wrong\n */\n", [1]),
        ("typescript", "/* smallsense: ignore */\nwrong();\n", [1]),
        ("tsx", "const a = <b>{/* smallsense: ignore */} wrong</b>;\n", [0]),
        ("java", "// smallsense: ignore\nclass wrong {}\n", [1]),
        ("go", "package a // smallsense: ignore-file\n\nvar wrong = 1\n", [2]),
        ("rust", "/// A wrong word. smallsense: ignore\nfn wrong() {}\n", [0]),
        ("c", "int wrong; /* smallsense: ignore */\nint wrong2;\n", [0]),
        ("cpp", "// smallsense: ignore\r\nint wrong;\r\nint wrong2;\r\n", [1]),
        ("markdown", "This wrong. <!-- smallsense: ignore -->\nThat wrong.\n", [0]),
        ("markdown", "<!-- smallsense: ignore -->\n\nThis wrong,\nthat wrong.\n\nOnce more wrong.\n", [2, 3]),
        ("markdown", "# wrong <!-- smallsense: ignore -->\n\n- wrong\n", [0]),
        ("markdown", "| a | b |\n|---|---|\n| wrong | c <!-- smallsense: ignore --> |\n| wrong | d |\n", [2]),
        ("markdown", "A wrong `<!-- smallsense: ignore-file -->`.\n", []),
        ("markdown", "```html\n<!-- smallsense: ignore-file -->\n```\n\nA wrong word.\n", []),
        ("markdown", "A wrong word, smallsense: ignore.\n", []),
        (
            "restructuredtext",
            ".. smallsense: ignore[spelling]\n\nThis wrong,\nthat wrong.\n\nwrong\n",
            [2, 3],
        ),
        ("restructuredtext", "wrong\n\n.. smallsense: ignore-file\n", [0]),
        ("restructuredtext", "::\n\n   .. smallsense: ignore-file\n\nwrong\n", []),
        ("plaintext", "wrong smallsense: ignore\n# smallsense: ignore-file\n", []),
    ],
)
def test_a_directive_silences_where_it_stands(language: str, source: str, lines: list[int]) -> None:
    assert silenced(language, source) == lines


@pytest.mark.parametrize(
    ("language", "source", "words"),
    [
        ("python", "# smallsense: words Frobnicate naïveté\n", ("Frobnicate", "naïveté")),
        ("c", "/* smallsense: words foo, bar */ int a;\n", ("foo", "bar")),
        ("markdown", "<!-- smallsense: words foo bar -->\n\nText.\n", ("foo", "bar")),
        ("restructuredtext", ".. smallsense: words foo\n\nText.\n", ("foo",)),
    ],
)
def test_a_document_lists_its_words(language: str, source: str, words: tuple[str, ...]) -> None:
    (found,) = directives(opened(language, source))
    assert (found.verb, found.names) == ("words", words)


@pytest.mark.parametrize(
    ("language", "source", "read"),
    [
        (
            "python",
            "# The first line\n# smallsense: ignore\n# goes on here.\n",
            ["The first line goes on here."],
        ),
        ("python", "# One sentence here.  # smallsense: ignore[x] why\n", ["One sentence here."]),
        (
            "javascript",
            "/**\n * One sentence. smallsense: ignore\n * And more.\n */\n",
            ["One sentence.", "And more."],
        ),
        ("markdown", "One word <!-- smallsense: ignore -->\nand more.\n", ["One word and more."]),
        ("restructuredtext", ".. smallsense: ignore because of this\n\nAnd more.\n", ["And more."]),
    ],
)
def test_a_directive_is_not_read(language: str, source: str, read: list[str]) -> None:
    found = [one.reading.text for one in sentences(opened(language, source)) if one.reading]
    assert found == read


def test_documents_without_a_directive_have_none() -> None:
    for language in all_languages():
        assert directives(Snapshot.open("u", language, 1, "All is well here.\n")) == ()
