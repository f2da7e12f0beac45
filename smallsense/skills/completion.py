"""Completion: the rest of the line at the cursor, from no more than the enclosing scope."""

from __future__ import annotations

import re
from collections.abc import Iterable

from smallsense.engine.questions import Answer, Generate, Generation, Question, Shape, Slot
from smallsense.skills.finding import Face, Finding, Fix
from smallsense.skills.skill import Example, Skill
from smallsense.text.scope import Scope
from smallsense.text.scopes import scope_at
from smallsense.text.span import Edit, Span

MAX_PREFIX = 4000
"""Bytes before the cursor that the model may see, within the scope."""

MAX_MODULE_PREFIX = 1500
"""The same where the scope is a whole document."""

MAX_SUFFIX = 500
"""Bytes after the cursor that the model may see, within the scope."""

MIN_CONFIDENCE = 0.2
"""Below this mean token probability a guess disturbs more than it helps."""

MAX_TOKENS = 24

_CLOSING = re.compile(r"[\s)\]}>\"'`,;:]*")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]?(?=\s|$)")


def ask(scope: Scope) -> Iterable[Question]:
    """Ask for the rest of the line where the cursor stands at the end of what was typed."""
    if scope.cursor is None:
        return
    before, after = _around(_enclosing(scope, scope.cursor), scope.cursor)
    line_after = _first_line(after)
    line_before = before.rpartition("\n")[2]
    if not _CLOSING.fullmatch(line_after) or not before.strip():
        return
    if scope.snapshot.language.kind == "prose" and (
        not line_before.strip() or _SENTENCE_END.search(line_before[-2:])
    ):
        return
    yield Generate(before, after, Shape((Slot(stop=("\n",), max_tokens=MAX_TOKENS),)))


def read(scope: Scope, question: Question, answer: Answer) -> Iterable[Finding]:
    """Offer what the model wrote, without what stands there already."""
    if not isinstance(question, Generate) or not isinstance(answer, Generation) or scope.cursor is None:
        return
    if answer.confidence < MIN_CONFIDENCE:
        return
    text = _trimmed(answer.text, question, scope.snapshot.language.kind == "prose")
    if text:
        yield Finding(
            span=Span(scope.cursor, scope.cursor),
            message="Complete the line",
            confidence=answer.confidence,
            rule="line",
            fixes=(Fix("Insert the completion", (Edit(Span(scope.cursor, scope.cursor), text),)),),
        )


def _enclosing(document: Scope, cursor: int) -> Scope:
    """The innermost function or class around the cursor, or the document.

    The document is what the skill asks for, since the cursor may stand after the last word of a function that
    is still being written: the skill itself sees to it that the model gets no more than the function.
    """
    snapshot = document.snapshot
    probe = cursor
    line = snapshot.line_span(snapshot.line_column(cursor)[0])
    typed = snapshot.source[line.start : cursor]
    if snapshot.language.name == "python" and typed.strip():
        # A Python function ends with its last word, and the blank typed after it belongs to it all the same.
        probe = line.start + len(typed.rstrip())
    return scope_at(snapshot, probe) or document


def _around(scope: Scope, cursor: int) -> tuple[str, str]:
    """What the model may see before and after the cursor: whole lines, as many as fit."""
    source = scope.snapshot.source
    limit = MAX_MODULE_PREFIX if scope.kind == "module" else MAX_PREFIX
    first = scope.snapshot.line_starts[scope.snapshot.line_column(scope.span.start)[0]]
    if source[first : scope.span.start].strip():
        first = scope.span.start
    start = max(first, cursor - limit)
    if start > first:
        line_end = source.find(b"\n", start, cursor)
        start = line_end + 1 if line_end >= 0 else start
    end = max(cursor, min(scope.span.end, cursor + MAX_SUFFIX))
    # A function may end where the cursor is; what follows on its line still decides whether to speak.
    line_end = source.find(b"\n", cursor)
    end = max(end, min(line_end if line_end >= 0 else len(source), cursor + MAX_SUFFIX))
    # Limits may fall inside a character: leave out its pieces.
    return source[start:cursor].decode("utf-8", "ignore"), source[cursor:end].decode("utf-8", "ignore")


def _first_line(text: str) -> str:
    return text.partition("\n")[0].rstrip("\r")


def _trimmed(text: str, question: Generate, prose: bool) -> str:
    """What of `text` is worth inserting; empty where nothing is."""
    text = _first_line(text).rstrip()
    line_before = question.prefix.rpartition("\n")[2]
    if line_before[-1:].isspace() or not line_before:
        text = text.lstrip()
    if prose and (end := _SENTENCE_END.search(text)):
        text = text[: end.end()]
    text = _before(text, _first_line(question.suffix).strip())
    if not text.strip() or not re.search(r"\w|[)\]}]", text):
        return ""
    lines = [line.strip() for line in question.suffix.split("\n")[1:] if line.strip()]
    if lines and (line_before + text).strip() == lines[0]:
        return ""
    # The line just above once more is what a small model says when it has nothing to say.
    above = [line.strip() for line in question.prefix.split("\n")[:-1] if line.strip()]
    if above and (line_before + text).strip() == above[-1] and len(above[-1]) > 3:
        return ""
    return text


def _before(text: str, following: str) -> str:
    """Return `text` without the end that `following` repeats, and with its own brackets closed before it."""
    if not following:
        return text
    if not _CLOSING.fullmatch(following):
        for length in range(min(len(text), len(following)), 0, -1):
            if text.endswith(following[:length]):
                return text[:-length].rstrip()
        return text
    kept: list[str] = []
    open_brackets: list[str] = []
    for character in text:
        if character in _CLOSERS.values():
            if not open_brackets or open_brackets.pop() != character:
                break
        elif character in _CLOSERS:
            open_brackets.append(_CLOSERS[character])
        kept.append(character)
    closed = "".join(kept).rstrip() + "".join(reversed(open_brackets))
    marks = following[: len(following) - len(following.lstrip("\"'`;,:"))]
    return closed.removesuffix(marks) if marks else closed


def _said(text: str, confidence: float = 0.8) -> tuple[Generation]:
    return (Generation(text, (text,), confidence),)


SKILL = Skill(
    name="completion",
    title="Line completion",
    summary="Completes the line at the cursor, seeing no more than the enclosing scope.",
    scopes=("module",),
    faces=(Face.INLINE_COMPLETION,),
    ask=ask,
    read=read,
    rules={"line": "the rest of a line: offered, never reported"},
    examples=(
        Example(
            before="def area(width, height):\n    return width<CURSOR>\n",
            language="python",
            answers=_said(" * height"),
            after="def area(width, height):\n    return width * height\n",
        ),
        Example(
            before="def shout(words):\n    print(words.<CURSOR>)\n",
            language="python",
            answers=_said("upper())"),
            after="def shout(words):\n    print(words.upper())\n",
        ),
        Example(
            before="function last(list) {\n  return list[<CURSOR>];\n}\n",
            language="javascript",
            answers=_said("list.length - 1];"),
            after="function last(list) {\n  return list[list.length - 1];\n}\n",
        ),
        Example(
            before="The server listens on <CURSOR>\n",
            answers=_said("port 8080. It is written in Python"),
            after="The server listens on port 8080.\n",
        ),
        Example(before="def f(width):\n    wid<CURSOR>th = 1\n", language="python", after=None),
        Example(before="x = <CURSOR>compute(1)\n", language="python", after=None),
        Example(before="<CURSOR>\n", language="python", after=None),
        Example(
            before="def f(a):\n    total = <CURSOR>\n",
            language="python",
            answers=_said("a", confidence=0.05),
            after=None,
        ),
        Example(
            before="def f(a):\n    b = a<CURSOR>\n    b = a + 1\n    return b\n",
            language="python",
            answers=_said(" + 1"),
            after=None,
        ),
    ),
)
