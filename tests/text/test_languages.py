from __future__ import annotations

import pytest

from smallsense.text.languages import all_languages, by_id, by_name, by_path, query


@pytest.mark.parametrize("language", all_languages(), ids=lambda language: language.name)
def test_every_language_is_found_by_each_of_its_ids_suffixes_and_names(language):
    assert by_name(language.name) is language
    for language_id in language.ids:
        assert by_id(language_id) is language
    for suffix in language.suffixes:
        assert by_path(f"some/dir/file{suffix}") is language
    for name in language.names:
        assert by_path(f"some/dir/{name}") is language


@pytest.mark.parametrize("language", all_languages(), ids=lambda language: language.name)
def test_every_code_language_has_queries_that_fit_its_grammar(language):
    for name in ("scopes", "prose"):
        assert (query(language, name) is not None) == (
            language.kind == "code" or (language.name, name) == ("markdown", "prose")
        )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("README", "plaintext"),
        ("README.md", "markdown"),
        (".git/COMMIT_EDITMSG", "plaintext"),
        ("component.JSX", "javascript"),
        ("page.tsx", "tsx"),
        ("CMakeLists.txt", None),
        ("requirements.txt", None),
        ("Makefile", None),
        ("archive.zip", None),
        ("", None),
    ],
)
def test_a_path_tells_the_language(path, name):
    found = by_path(path)
    assert (found.name if found else None) == name


def test_an_unknown_id_is_no_language():
    assert by_id("cobol") is None
    assert by_name("cobol") is None


def test_a_commit_message_is_plain_text():
    commit = by_id("gitcommit")
    assert commit is not None
    assert commit.name == "plaintext"


def test_an_unknown_query_is_none():
    python = by_name("python")
    assert python is not None
    assert query(python, "nonsense") is None
