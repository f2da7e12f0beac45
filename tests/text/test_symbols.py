"""Names in a document's code, which its prose may use."""

from __future__ import annotations

import pytest

from smallsense.text.languages import by_name
from smallsense.text.snapshot import Snapshot


def names(text: str, language: str) -> frozenset[str]:
    found = by_name(language)
    assert found is not None
    return Snapshot.open("file:///a", found, 1, text).symbols


@pytest.mark.parametrize(
    "code",
    [
        "Look at this::\n\n    get_user(fpath)\n\n    more()\n",
        "As in ::\n\n  get_user(fpath)\n",
        ".. code-block:: python\n   :caption: No\n\n   get_user(fpath)\n",
        "- item::\n\n      get_user(fpath)\n",
        "Look at this::\r\n\r\n    get_user(fpath)",
        "Use ``get_user(fpath)`` here.\n",
    ],
)
def test_code_in_restructuredtext_tells_names_and_their_parts(code: str):
    assert {"get_user", "user", "fpath"} <= names(
        f"Title\n=====\n\n{code}\nNothing more.\n", "restructuredtext"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Look at this: fpath\n\n    fpath\n",
        "Look at this::\n\nfpath\n",
        ".. note::\n\n   The fpath is here.\n",
        "Look at this::\n\n    code()\n\nThe fpath is here.\n",
    ],
)
def test_prose_in_restructuredtext_tells_none(text: str):
    assert "fpath" not in names(text, "restructuredtext")


def test_code_in_markdown_tells_names():
    assert {"fpath", "get_user"} <= names("```python\nfpath = 1\n```\n\nUse `get_user`.\n", "markdown")
    assert names("The fpath is here.\n", "markdown") == frozenset()


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('const x = require("left-padd");\n', "javascript"),
        ('import x from "@scope/padd";\n', "javascript"),
        ('const x = await import("./padd.js");\n', "javascript"),
        ('export { x } from "padd";\n', "typescript"),
        ("#include <padd.h>\n", "c"),
        ('#include "lib/padd.hpp"\n', "cpp"),
        ('package a\n\nimport "example.org/padd"\n', "go"),
        ("import padd.thing\n", "python"),
    ],
)
def test_what_is_taken_in_is_known_by_name(code: str, language: str):
    assert "padd" in names(code, language)


def test_words_of_other_strings_are_no_names():
    assert "padd" not in names('say("padd"); const x = "padd"; // padd\n', "javascript")
