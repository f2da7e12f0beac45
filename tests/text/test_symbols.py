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
