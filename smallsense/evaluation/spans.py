"""Is what must stay left alone? Code spans, addresses and identifiers in real paragraphs and comments.

What must stay is told here by rules of its own, not by those that protect it. It is put to the test twice:
with what the model says, and with an adversary that is sure of a change inside each such place.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from smallsense.engine.context import Context
from smallsense.engine.questions import Change, Revise, Revision
from smallsense.engine.revise import revise
from smallsense.evaluation.corrector import BATCH
from smallsense.evaluation.samples import spread
from smallsense.skills import grammar
from smallsense.text.languages import by_name
from smallsense.text.prose import sentences
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import apply_edits

MOST_PER_FILE = 25
_LONGEST = 1500

_STAYS = re.compile(
    r"``[^`\n]+``|`[^`\n]+`"
    r"|https?://[^\s<>\"'`)\]]*[^\s<>\"'`)\].,;:!?*_]"
    r"|(?<![\w.-])(?:[A-Za-z]\w*_\w+|[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Za-z_]\w*(?:\.[A-Za-z_]\w+)*\(\))(?![\w-])"
)
_COMMENT = re.compile(r"^[ \t]*#(?![!:%]) .*(?:\n[ \t]*# .*)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of Markdown, or a comment with its markers, out of a real file."""

    content: str
    language: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many texts were tested, how many attacks were made on them, and where something changed."""

    texts: int
    attacks: int
    changed: tuple[tuple[str, str], ...]


def places(text: str) -> list[str]:
    """What must stay in a text, in order."""
    return _STAYS.findall(text)


def paragraphs(count: int) -> list[Text]:
    """`count` Markdown paragraphs with something that must stay, out of documentation on this machine.

    Fewer where there are no more.
    """
    found = (text for path in _files("*.md", "METADATA", "README") for text in _paragraphs_of(path))
    return _some(found, count, "markdown")


def comments(count: int) -> list[Text]:
    """`count` Python comments with something that must stay, out of the packages on this machine."""
    found = (text for path in _files("*.py") for text in _comments_of(path))
    return _some(found, count, "python")


def attack(texts: Sequence[Text]) -> Outcome:
    """Let an adversary change each place that must stay, in turn and very sure of itself."""
    attacks = 0
    changed: list[tuple[str, str]] = []
    for text in texts:
        for scope, question in _asked(text):
            for match in _STAYS.finditer(question.text):
                middle = (match.start() + match.end()) // 2
                for change in (
                    Change(middle, middle + 1, "", 20.0),
                    Change(match.start(), match.end(), "something", 20.0),
                ):
                    attacks += 1
                    changed += _changed(text, [(scope, question, Revision((change,)))])
    return Outcome(len(texts), attacks, tuple(changed))


def ask(contexts: Sequence[Context], texts: Sequence[Text]) -> Outcome:
    """Let the model correct the texts, and make every correction, however unsure."""
    asked = [(text, scope, question) for text in texts for scope, question in _asked(text)]
    context, *beside = contexts
    answers: list[Revision] = []
    for start in range(0, len(asked), BATCH):
        questions = [question for _, _, question in asked[start : start + BATCH]]
        answers += revise(context, questions, _go_on, beside=beside)
    by_text: dict[Text, list[tuple[Scope, Revise, Revision]]] = {}
    for (text, scope, question), answer in zip(asked, answers, strict=True):
        by_text.setdefault(text, []).append((scope, question, answer))
    changed = [pair for text, answered in by_text.items() for pair in _changed(text, answered)]
    return Outcome(len(texts), sum(bool(answer.changes) for answer in answers), tuple(changed))


def _asked(text: Text) -> list[tuple[Scope, Revise]]:
    language = by_name(text.language)
    assert language is not None
    scopes = sentences(Snapshot.open("", language, 0, text.content))
    return [(s, question) for s in scopes for question in grammar.ask(s) if isinstance(question, Revise)]


def _changed(text: Text, answered: Sequence[tuple[Scope, Revise, Revision]]) -> list[tuple[str, str]]:
    edits = [
        edit
        for scope, question, answer in answered
        for finding in grammar.read(scope, question, answer)
        for edit in finding.edits
    ]
    corrected = apply_edits(text.content.encode(), edits).decode()
    return [] if places(corrected) == places(text.content) else [(text.content, corrected)]


def _some(found: Iterator[str], count: int, language: str) -> list[Text]:
    """So many of the texts, those of many files rather than of few."""
    texts = {text for text in islice(found, 12 * count) if len(text) <= _LONGEST and places(text)}
    return [Text(text, language) for text in sorted(texts, key=spread)[:count]]


def _files(*patterns: str) -> Iterator[Path]:
    """Readable files of packages and documentation, in a fixed order."""
    packages = {sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")}
    folders = [*packages, *(path for path in sys.path if path.endswith("-packages"))]
    folders += ["/usr/lib/node_modules", "/usr/share/doc"]
    seen = set[Path]()
    for folder in sorted({Path(folder).resolve() for folder in folders}):
        for pattern in patterns:
            for path in sorted(folder.rglob(pattern)):
                if path.is_file() and path not in seen:
                    seen.add(path)
                    yield path


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _paragraphs_of(path: Path) -> Iterator[str]:
    text = _read(path)
    if path.name == "METADATA":  # the description, which most packages write in Markdown
        head, _, text = text.partition("\n\n")
        if "markdown" not in head:
            return
    text = re.sub(r"(?ms)^(```|~~~).*?^\1", "", text)
    blocks = (block.strip("\n") for block in re.split(r"\n\s*\n", text))
    prose = (b for b in blocks if re.match(r"(?:[-*] |\d+\. )?[A-Z`\[]", b) and b.count(" ") > 4)
    yield from islice(prose, MOST_PER_FILE)


def _comments_of(path: Path) -> Iterator[str]:
    found = (match.group() for match in _COMMENT.finditer(_read(path)))
    yield from islice((f"{comment}\n" for comment in found if comment.count(" ") > 5), MOST_PER_FILE)


def _go_on() -> None:
    """Never stops."""
