"""`smallsense bench keystroke`: what a keystroke in a long document costs the server, model aside."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import click

from smallsense.cli.measure import Measure, measuring
from smallsense.engine.engine import Request
from smallsense.engine.questions import Answer, Change, Revise, Revision

SIZES = (1_000, 5_000, 50_000)
"""Words in the documents."""

GROWTH = 1.5
"""So many times the cost in the shortest document still counts as no growth: the noise of a busy machine."""

MISTAKES = 10
"""In every document, however long, and far from where one types: the protocol has a server send all
diagnostics anew each time, so that their number is a cost of its own."""

WORDS_TO_A_MISTAKE = 250
"""In the documents that show that cost."""

MISTAKE, CORRECTION = "recieve", "receive"

_WORDS = """
the a each every server client document editor reader writer reads keeps writes sends shows finds line page
word of in with from before after while quickly again slowly short long open known last next
""".split()  # noqa: SIM905
_URI = "file:///long"


@click.command()
@click.option(
    "--strokes", type=click.IntRange(min=5), default=60, show_default=True, help="Keystrokes to a document."
)
@click.option(
    "--language",
    type=click.Choice(["markdown", "plaintext", "restructuredtext", "python"]),
    default="markdown",
    show_default=True,
    help="The language of the documents.",
)
@measuring
def keystroke(strokes: int, language: str) -> list[Measure]:
    """Type in documents of 1,000 to 50,000 words: what is asked, and what does it cost besides the model?"""
    return asyncio.run(_measure(strokes, language))


class Canned:
    """An engine that corrects one word at once, and counts."""

    def __init__(self) -> None:
        self.asked = 0

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        self.asked += len(request.questions)
        return [_revised(question.text) for question in request.questions if isinstance(question, Revise)]

    def close(self) -> None:
        """See `Engine.close`."""


class Typist:
    """A client within the process: what it sends goes through the whole server, what comes back is JSON."""

    def __init__(self, engine: Canned) -> None:
        from smallsense.assistant.run import Assistant
        from smallsense.engine.catalog import Catalog
        from smallsense.server.app import create_server
        from smallsense.skills import loader

        self._server = create_server(Assistant(engine, Catalog.load(), loader.own()))
        self._server.protocol.set_writer(self)  # type: ignore[arg-type]  # all it needs is `write`
        self._versions = itertools.count(2)
        self._shown: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def write(self, data: bytes) -> None:
        """Take what the server says."""
        body = data.partition(b"\r\n\r\n")[2]
        if b'"textDocument/publishDiagnostics"' in body:
            self._shown.put_nowait(json.loads(body)["params"])

    async def open(self, text: str, language: str) -> None:
        """Open a document, and wait until it was read."""
        self._send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, number=1)
        self._send("initialized", {})
        self._server.diagnostics.debounce = 0.0
        document = {"uri": _URI, "languageId": language, "version": 1, "text": text}
        self._send("textDocument/didOpen", {"textDocument": document})
        # What is found early is shown early: the check is done when its findings are all known.
        (snapshot,) = self._server.documents
        while self._server.diagnostics.found(snapshot) is None:
            await self._shown.get()

    async def type(self, line: int, column: int, text: str) -> float:
        """Insert some text, and wait for the diagnostics of the new version.

        Returns the seconds of processor time it took: a busy machine makes everything wait.
        """
        version = next(self._versions)
        while not self._shown.empty():
            self._shown.get_nowait()
        place = {"line": line, "character": column}
        change = {"range": {"start": place, "end": place}, "text": text}
        document = {"uri": _URI, "version": version}
        start = time.process_time()
        self._send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        while (await self._shown.get()).get("version") != version:
            pass
        return time.process_time() - start

    def close(self) -> None:
        """Stop the server."""
        self._server.rest()
        self._server.shutdown()

    def _send(self, method: str, params: Any, *, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        protocol: Any = self._server.protocol
        protocol.handle_message(protocol.structure_message(json.loads(json.dumps(message))))


async def _measure(strokes: int, language: str) -> list[Measure]:
    measures: list[Measure] = []
    for growing, suffix in ((False, ""), (True, f", a mistake every {WORDS_TO_A_MISTAKE} words")):
        texts = [
            document(size, size // WORDS_TO_A_MISTAKE if growing else MISTAKES, language) for size in SIZES
        ]
        typed = await _typed(texts, language, strokes)
        for size, (asked, cost) in zip(SIZES, typed, strict=True):
            if not growing:
                name = f"questions a keystroke, {size:,} words"
                measures.append(Measure(name, asked, "", 1.0, asked <= 1.0))
            measures.append(Measure(f"a keystroke, {size:,} words{suffix}", cost * 1e3, "ms"))
        ratio = typed[-1][1] / typed[0][1]
        # Code is looked through as a whole for what stands in comments and for missing guards.
        bar = None if growing or language == "python" else GROWTH
        name = f"cost in {SIZES[-1]:,} words against {SIZES[0]:,}{suffix}"
        measures.append(Measure(name, ratio, "ratio", bar, None if bar is None else ratio <= bar))
    return measures


async def _typed(texts: Sequence[str], language: str, strokes: int) -> list[tuple[float, float]]:
    """Questions and seconds (median) for each letter typed in the middle of each document.

    The documents take turns, so that whatever else the machine does slows them alike.
    """
    engines = [Canned() for _ in texts]
    typists = [Typist(engine) for engine in engines]
    try:
        places: list[tuple[int, int]] = []
        for typist, text in zip(typists, texts, strict=True):
            await typist.open(text, language)
            lines = text.split("\n")
            line = next(n for n in range(len(lines) // 2, len(lines)) if len(lines[n].split()) > 7)
            places.append((line, lines[line].index(" ", len(lines[line]) // 2) + 1))
            await typist.type(*places[-1], " ")
        before = [engine.asked for engine in engines]
        costs: list[list[float]] = [[] for _ in texts]
        for number, letter in zip(range(strokes), itertools.cycle("word by word "), strict=False):
            for typist, (line, column), cost in zip(typists, places, costs, strict=True):
                cost.append(await typist.type(line, column + number, letter))
        asked = [(engine.asked - first) / strokes for engine, first in zip(engines, before, strict=True)]
        return list(zip(asked, map(median, costs), strict=True))
    finally:
        for typist in typists:
            typist.close()


def document(words: int, mistakes: int, language: str = "markdown") -> str:
    """A document of prose of so many words, always the same; `mistakes` are wrong in its last quarter."""
    draw = random.Random(words)
    if language == "python":
        return _module(document(words, mistakes, "plaintext"))
    blocks: list[str] = []
    count = made = 0
    while count < words:
        sentences: list[str] = []
        for _ in range(4):
            chosen = draw.choices(_WORDS, k=draw.randint(8, 16))
            if made < mistakes and made * words <= (4 * count - 3 * words) * mistakes:
                chosen[-2] = MISTAKE
                made += 1
            count += len(chosen)
            sentences.append(" ".join(chosen).capitalize() + ".")
        kind = len(blocks) % 7
        if kind == 0:
            title = " ".join(draw.choices(_WORDS, k=4)).capitalize()
            blocks.append(f"## {title}" if language == "markdown" else f"{title}\n{'-' * len(title)}")
        mark = "- " if kind in (3, 4) else ""
        blocks.append("\n".join(f"{mark}{sentence}" for sentence in sentences))
    return "\n\n".join(blocks) + "\n"


def _module(prose: str) -> str:
    """Python with this prose in comments, about ten lines of code to each paragraph."""
    parts: list[str] = []
    for number, block in enumerate(prose.strip().split("\n\n")):
        comment = "\n".join(f"    # {line}" for line in block.split("\n"))
        body = "\n".join(f"    total = total * {n} + count" for n in range(8))
        parts.append(f"def step_{number}(total, count):\n{comment}\n{body}\n    return total")
    return "\n\n\n".join(parts) + "\n"


def _revised(text: str) -> Revision:
    at = text.find(MISTAKE)
    return Revision((Change(at, at + len(MISTAKE), CORRECTION, 8.0),) if at >= 0 else ())
