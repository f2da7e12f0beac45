"""`smallsense bench completion`: recorded typing sessions, with a completion asked for at every keystroke."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from statistics import median, quantiles
from typing import TYPE_CHECKING

import click

from smallsense.cli.bench.typing import Session, sessions
from smallsense.cli.main import Failure
from smallsense.cli.measure import Measure, measuring
from smallsense.engine.engine import Engine, Request
from smallsense.engine.questions import Answer, Generate

if TYPE_CHECKING:
    from smallsense.assistant.run import Assistant

REUSED, P50, P95 = 0.9, 150.0, 400.0
"""The bars: the share of prompt tokens not read again, and milliseconds until there is an answer."""


@click.command()
@click.option("--keystrokes", type=click.IntRange(min=1), help="Only the first so many of every session.")
@measuring
def completion(keystrokes: int | None) -> list[Measure]:
    """Replay recorded typing: how soon is a completion there, and how much of its prompt is read again?"""
    return _measure(keystrokes)


class Stopwatch:
    """An engine that notes for how long another was asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked = 0

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        self.asked += 1
        return self._engine.answer(request)

    def close(self) -> None:
        """See `Engine.close`."""
        self._engine.close()


class Counting:
    """An engine that answers in this process and counts the tokens of prompts, and those it reads."""

    def __init__(self) -> None:
        from smallsense.engine.catalog import Catalog
        from smallsense.engine.local import open_context

        self._context = open_context(Catalog.load(), "completion")
        self._resident: list[int] = []
        self.tokens = 0

    @property
    def reused(self) -> int:
        """Tokens of prompts that were not read again."""
        return self._context.reused

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        from smallsense.engine.generate import generate

        answers: list[Answer] = []
        for question in request.questions:
            assert isinstance(question, Generate)
            self.tokens += len(self._context.tokenize(question.prefix))
            answers.append(generate(self._context, self._resident, question, lambda: None))
        return answers

    def close(self) -> None:
        """See `Engine.close`."""
        self._context.close()


def _measure(limit: int | None) -> list[Measure]:
    from smallsense.assistant.start import start

    recorded = sessions()
    assistant = start(apart=True)
    # Whatever fails must fail here, not look like silence.
    assistant.report = _fail
    watch = Stopwatch(assistant.engine)
    assistant.engine = watch
    try:
        _replay(assistant, watch, recorded[:1], 10)
        assistant.forget()
        seconds, keystrokes, shown = _replay(assistant, watch, recorded, limit)
    finally:
        watch.close()

    counting = Counting()
    assistant = start()
    assistant.engine = counting
    try:
        _replay(assistant, Stopwatch(counting), recorded, limit)
        reused = counting.reused / counting.tokens
    finally:
        counting.close()
    p50, p95 = median(seconds) * 1e3, quantiles(seconds, n=20)[-1] * 1e3
    return [
        Measure("sessions", len(recorded), ""),
        Measure("keystrokes", keystrokes, ""),
        Measure("completions asked for", len(seconds), ""),
        Measure("completions shown", shown, ""),
        Measure("prompt tokens", counting.tokens, ""),
        Measure("prompt tokens reused", reused, "share", REUSED, reused >= REUSED),
        Measure("until the completion, p50", p50, "ms", P50, p50 <= P50),
        Measure("until the completion, p95", p95, "ms", P95, p95 <= P95),
    ]


def _replay(
    assistant: Assistant, watch: Stopwatch, recorded: Sequence[Session], limit: int | None
) -> tuple[list[float], int, int]:
    """The seconds of every completion for which a model was asked; the keystrokes; the completions shown."""
    seconds: list[float] = []
    keystrokes = shown = 0
    for session in recorded:
        for snapshot, cursor in itertools.islice(session, limit):
            keystrokes += 1
            asked, start = watch.asked, time.perf_counter()
            found = assistant.complete(snapshot, cursor)
            if watch.asked > asked:
                seconds.append(time.perf_counter() - start)
                shown += bool(found)
    return seconds, keystrokes, shown


def _fail(message: str) -> None:
    raise Failure(message)
