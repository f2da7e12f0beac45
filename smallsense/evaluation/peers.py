"""Other checkers that people install, each as it comes: what would a text look like after their first advice?

Every peer runs in its default configuration (American English where it must know) and sees one sentence at a
time. Of each piece of advice the first suggestion is taken; where two overlap, the one that begins first;
advice without a suggestion changes nothing. Advice about code, addresses and names (what we copy unread) is
left out too, as the plug-ins do through which these checkers see markup.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from smallsense.text.protection import protected_ranges

Advice = tuple[int, int, str]
"""Replace the characters `[start, end)` by the text."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A checker: its packages, and `load`, which returns what advises on one sentence.

    `load` raises ImportError where a package is absent.
    """

    name: str
    packages: tuple[str, ...]
    load: Callable[[], Callable[[str], Iterable[Advice]]]

    @property
    def version(self) -> str:
        """The versions of its packages.

        Raises:
            importlib.metadata.PackageNotFoundError: it is not installed.
        """
        return " ".join(f"{name}=={importlib.metadata.version(name)}" for name in self.packages)


def follow(text: str, advice: Iterable[Advice]) -> str:
    """`text` after all advice that can be followed together."""
    kept: list[Advice] = []
    protected = protected_ranges(text)
    for start, end, new in sorted(advice):
        free = not kept or kept[-1][1] <= start
        apart = all(end <= first or last <= start for first, last in protected)
        if free and apart and 0 <= start <= end <= len(text):
            kept.append((start, end, new))
    for start, end, new in reversed(kept):
        text = text[:start] + new + text[end:]
    return text


def _harper() -> Callable[[str], Iterable[Advice]]:
    from harper import Linter, SuggestionKind  # pyright: ignore[reportMissingImports]

    linter = Linter()

    def advise(text: str) -> Iterable[Advice]:
        for lint in linter.lint(text):
            if not lint.suggestions:
                continue
            first, start, end = lint.suggestions[0], lint.span.start, lint.span.end
            if first.kind == SuggestionKind.INSERT_AFTER:
                yield end, end, first.replacement_text
            else:
                yield start, end, "" if first.kind == SuggestionKind.REMOVE else first.replacement_text

    return advise


def _languagetool() -> Callable[[str], Iterable[Advice]]:
    import lingotweaker_data_en  # pyright: ignore[reportMissingImports]
    import lt_py  # pyright: ignore[reportMissingImports]

    engine = lt_py.Engine("en-US", data_dir=str(lingotweaker_data_en.data_dir()))

    def advise(text: str) -> Iterable[Advice]:
        raw = text.encode()
        for match in engine.check(text):
            if match["suggestions"]:
                # It counts in UTF-8 bytes.
                start, end = match["offset"], match["offset"] + match["length"]
                yield len(raw[:start].decode()), len(raw[:end].decode()), match["suggestions"][0]

    return advise


def _quire() -> Callable[[str], Iterable[Advice]]:
    import quire_grammar_model  # pyright: ignore[reportMissingImports]
    from quire_grammar import check  # pyright: ignore[reportMissingImports]

    if not quire_grammar_model.available():
        raise ImportError("the model of quire-grammar is not there")

    def advise(text: str) -> Iterable[Advice]:
        for found in check(text):
            if found.suggestions:
                yield found.start, found.end, found.suggestions[0]

    return advise


PEERS = (
    Peer("Harper", ("harper-py",), _harper),
    Peer("LanguageTool port", ("lingotweaker", "lingotweaker-data-en"), _languagetool),
    Peer("quire-grammar with model", ("quire-grammar", "quire-grammar-model"), _quire),
)
