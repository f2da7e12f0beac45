"""Answers of models kept on disk, so that only new questions cost time."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from smallsense.engine.engine import Engine, Request
from smallsense.engine.questions import Choice, Choose

BATCH = 32
"""Questions asked together; what is answered is on disk before the next batch."""


def answered(
    engine: Engine,
    model: str,
    identity: str,
    questions: Sequence[Choose],
    store: Path,
    progress: Callable[[int, int], None],
) -> dict[Choose, Choice]:
    """Answer `questions` by the weights called `identity`, from `store` where they were asked before.

    `progress` is told how many of how many new questions are answered.

    Raises:
        EngineError: the engine cannot answer.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(store)) as kept:
        kept.execute("CREATE TABLE IF NOT EXISTS answers (question BLOB PRIMARY KEY, probabilities TEXT)")
        known: dict[Choose, Choice] = {}
        fresh: list[Choose] = []
        for question in dict.fromkeys(questions):
            row = kept.execute(
                "SELECT probabilities FROM answers WHERE question = ?", (_key(identity, question),)
            ).fetchone()
            if row is None:
                fresh.append(question)
            else:
                known[question] = Choice(tuple(json.loads(row[0])))
        for at in range(0, len(fresh), BATCH):
            batch = fresh[at : at + BATCH]
            for question, answer in zip(batch, engine.answer(Request(model, tuple(batch))), strict=True):
                if not isinstance(answer, Choice):
                    raise TypeError(f"not an answer to a choice: {answer!r}")
                known[question] = answer
                kept.execute(
                    "INSERT INTO answers VALUES (?, ?)",
                    (_key(identity, question), json.dumps(answer.probabilities)),
                )
            kept.commit()
            progress(at + len(batch), len(fresh))
    return known


def _key(identity: str, question: Choose) -> bytes:
    return hashlib.sha256(f"{identity}\0{question!r}".encode("utf-8", "surrogatepass")).digest()
