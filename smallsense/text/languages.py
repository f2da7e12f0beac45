"""The registry of languages: by the name a client gives, by a file's path, and with their queries."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module, resources
from pathlib import PurePath
from typing import Literal

import tree_sitter

from smallsense.text.language import Language

# A language without a query of its own borrows the one of the language it extends.
_BORROWED = {"tsx": "typescript"}

# Files that end like prose and are none.
_NOT_PROSE = frozenset({"cmakelists.txt", "requirements.txt", "constraints.txt", "robots.txt", "llms.txt"})


def _grammar(module: str, function: str = "language") -> Callable[[], tree_sitter.Language]:
    @cache
    def load() -> tree_sitter.Language:
        return tree_sitter.Language(getattr(import_module(module), function)())

    return load


def _language(
    name: str,
    kind: Literal["prose", "code"],
    ids: str,
    suffixes: str,
    grammar: Callable[[], tree_sitter.Language] | None,
    names: str = "",
    *,
    comment: tuple[str, str] | None = ("// ", ""),
) -> Language:
    return Language(
        name=name,
        kind=kind,
        ids=frozenset(ids.split()),
        suffixes=frozenset(suffixes.split()),
        grammar=grammar,
        names=frozenset(names.split()),
        comment=comment,
    )


_LANGUAGES = (
    _language(
        "python", "code", "python", ".py .pyi .pyw", _grammar("tree_sitter_python"), comment=("# ", "")
    ),
    _language(
        "javascript",
        "code",
        "javascript javascriptreact",
        ".js .jsx .mjs .cjs",
        _grammar("tree_sitter_javascript"),
    ),
    _language(
        "typescript",
        "code",
        "typescript",
        ".ts .mts .cts",
        _grammar("tree_sitter_typescript", "language_typescript"),
    ),
    _language("tsx", "code", "typescriptreact", ".tsx", _grammar("tree_sitter_typescript", "language_tsx")),
    _language("java", "code", "java", ".java", _grammar("tree_sitter_java")),
    _language("go", "code", "go", ".go", _grammar("tree_sitter_go")),
    _language("rust", "code", "rust", ".rs", _grammar("tree_sitter_rust")),
    _language("c", "code", "c", ".c .h", _grammar("tree_sitter_c")),
    _language("cpp", "code", "cpp", ".cpp .cc .cxx .hpp .hh .hxx .c++ .h++", _grammar("tree_sitter_cpp")),
    _language(
        "markdown",
        "prose",
        "markdown",
        ".md .markdown .mdown .mkd",
        _grammar("tree_sitter_markdown"),
        comment=("<!-- ", " -->"),
    ),
    _language(
        "restructuredtext",
        "prose",
        "restructuredtext rst",
        ".rst .rest",
        _grammar("tree_sitter_rst"),
        comment=(".. ", ""),
    ),
    _language(
        "plaintext",
        "prose",
        "plaintext text gitcommit git-commit",
        ".txt .text",
        None,
        "readme changelog changes news todo contributing install hacking commit_editmsg merge_msg",
        comment=None,
    ),
)

# Markdown's second grammar reads what stands inside a paragraph.
markdown_inline = _grammar("tree_sitter_markdown", "inline_language")


def all_languages() -> tuple[Language, ...]:
    """Every language there is."""
    return _LANGUAGES


def by_name(name: str) -> Language | None:
    """The language of that name, as in `Language.name`."""
    return next((language for language in _LANGUAGES if language.name == name), None)


def by_id(language_id: str) -> Language | None:
    """The language an LSP client means by `language_id`."""
    folded = language_id.lower()
    return next((language for language in _LANGUAGES if folded in language.ids), None)


def by_path(path: str | PurePath) -> Language | None:
    """The language of the file at `path`, by its name alone; the file is not opened."""
    pure = PurePath(path)
    name, suffix = pure.name.lower(), pure.suffix.lower()
    if name in _NOT_PROSE:
        return None
    for language in _LANGUAGES:
        if name in language.names or (suffix and suffix in language.suffixes):
            return language
    return None


@cache
def query(language: Language, name: str) -> tree_sitter.Query | None:
    """The query `queries/<language>/<name>.scm`, or None where the language has none (or no grammar).

    Raises:
        tree_sitter.QueryError: when the query does not fit the grammar.
    """
    if language.grammar is None:
        return None
    for folder in (language.name, _BORROWED.get(language.name)):
        if folder is None:
            continue
        file = resources.files("smallsense.text") / "queries" / folder / f"{name}.scm"
        if file.is_file():
            return tree_sitter.Query(language.grammar(), file.read_text("utf-8"))
    return None
