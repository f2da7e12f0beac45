"""Answers of models to many questions, kept from one measurement to the next, with a line of progress."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from smallsense.engine.catalog import Catalog
from smallsense.engine.local import LocalEngine
from smallsense.engine.questions import Choice, Choose
from smallsense.evaluation.nullness.answers import answered


def remembered(catalog: Catalog, model: str, questions: Sequence[Choose], work: Path) -> dict[Choose, Choice]:
    """The answers of `model`; those that the folder `work` has are not asked for again.

    Raises:
        EngineError: the engine cannot answer.
    """

    def progress(done: int, total: int) -> None:
        click.echo(f"\r{done} of {total} questions", err=True, nl=done == total)

    engine = LocalEngine(catalog)
    try:
        identity = catalog.identity(model)
        return answered(engine, model, identity, questions, work / "answers.sqlite", progress)
    finally:
        engine.close()
