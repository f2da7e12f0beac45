"""Measure an adapter as the grammar skill would show its work: `python -m smallsense.evaluation.measure`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from smallsense.engine.engine import EngineError
from smallsense.engine.llama import LlamaContext, LlamaModel
from smallsense.engine.questions import Revise, Revision
from smallsense.engine.revise import revise
from smallsense.evaluation.scoring import by_errant, by_words, false_alarms, gleu, score, tokenize_words
from smallsense.skills import grammar
from smallsense.text.language import Language
from smallsense.text.languages import by_name
from smallsense.text.protection import protected_ranges
from smallsense.text.reading import Piece, Reading
from smallsense.text.scope import Scope
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span
from smallsense.training.pairs import DataError, detokenize, rows

THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


@dataclass(frozen=True, slots=True)
class Answered:
    """A text, the model's revision of it, and the skill's edits `(start, end, text, confidence)` in bytes."""

    text: str
    revision: Revision
    edits: tuple[tuple[int, int, str, float], ...]

    def shown(self, threshold: float) -> str:
        """The text with all edits of at least that confidence."""
        raw = self.text.encode()
        for start, end, new, confidence in sorted(self.edits, reverse=True):
            if confidence >= threshold:
                raw = raw[:start] + new.encode() + raw[end:]
        return raw.decode()


def _scope(text: str, language: Language) -> Scope:
    raw = text.encode()
    span = Span(0, len(raw))
    reading = Reading(text, tuple(protected_ranges(text)), (Piece(0, len(text), span),))
    return Scope("sentence", Snapshot("", language, 0, raw, None), span, reading=reading)


def answer(context: LlamaContext, texts: Sequence[str], chunk: int = 16) -> list[Answered]:
    """Revise `texts` and read the answers as the grammar skill does."""
    language = by_name("plaintext")
    assert language is not None
    answered: list[Answered] = []
    for start in range(0, len(texts), chunk):
        part = texts[start : start + chunk]
        scopes = [_scope(text, language) for text in part]
        questions = [Revise(s.reading.text, s.reading.protected) for s in scopes if s.reading]
        for text, scope, question, revision in zip(
            part, scopes, questions, revise(context, questions, lambda: None), strict=True
        ):
            found = grammar.read(scope, question, revision)
            edits = tuple((e.span.start, e.span.end, e.text, f.confidence) for f in found for e in f.edits)
            answered.append(Answered(text, revision, edits))
    return answered


@dataclass(frozen=True, slots=True)
class Sample:
    """What is measured on: mined fixes (source, target), clean sentences, JFLEG and its references."""

    rows: Sequence[tuple[str, str]] = ()
    clean: Sequence[str] = ()
    jfleg: Sequence[str] = ()
    references: Sequence[Sequence[str]] = ()


def read_sample(data: Path, count: int, clean: Path | None, clean_count: int, jfleg_count: int) -> Sample:
    """The first rows of each development set."""
    pairs = [(row["src"], row["tgt"]) for row in islice(rows(data / "grammar" / "dev.jsonl"), count)]
    quiet = clean.read_text(encoding="utf-8").splitlines()[:clean_count] if clean else []
    folder = data / "grammar" / "jfleg-dev"
    read = (
        [
            (folder / f"dev.{name}").read_text(encoding="utf-8").splitlines()[:jfleg_count]
            for name in ("src", "ref0", "ref1", "ref2", "ref3")
        ]
        if jfleg_count
        else [[]]
    )
    return Sample(pairs, quiet, read[0], read[1:])


def measure(
    base: Path, adapter: Path | None, sample: Sample, threads: int = 1
) -> list[dict[str, float | str]]:
    """One line of figures for each threshold of confidence, and one for the model as it is (`raw`)."""
    model = LlamaModel(base)
    context = LlamaContext(model, adapter, threads=threads)
    try:
        began = time.monotonic()
        fixed = answer(context, [source for source, _ in sample.rows])
        seconds = time.monotonic() - began
        quiet = answer(context, sample.clean)
        plain = answer(context, [detokenize(text) for text in sample.jfleg])
    finally:
        context.close()
        model.close()
    errant = by_errant()
    annotate = cache(errant or by_words)
    lines: list[dict[str, float | str]] = []
    for threshold in (None, *THRESHOLDS):

        def shown(answers: Sequence[Answered], least: float | None = threshold) -> list[str]:
            return [a.revision.apply(a.text) if least is None else a.shown(least) for a in answers]

        result = score(sample.rows, shown(fixed), annotate)
        line: dict[str, float | str] = {
            "threshold": "raw" if threshold is None else threshold,
            "exact": round(100 * result.exact, 1),
            "precision": round(100 * result.precision, 1),
            "recall": round(100 * result.recall, 1),
            "F0.5": round(100 * result.f05, 1),
            "false alarms/1000": round(false_alarms(sample.clean, shown(quiet)), 1),
        }
        if sample.jfleg:
            revised = [tokenize_words(text) for text in shown(plain)]
            line["GLEU"] = round(100 * gleu(sample.jfleg, revised, sample.references), 1)
        lines.append(line | {"edits": "errant" if errant else "words"})
    lines[0]["ms/row"] = round(1000 * seconds / max(len(sample.rows), 1), 1)
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print a table, or JSON lines."""
    parser = argparse.ArgumentParser(prog="smallsense.evaluation.measure", description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="GGUF file of the base model as served")
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("SMALLSENSE_DATA"))
    parser.add_argument(
        "--clean", type=Path, help="clean sentences, one a line (held_out.txt of the training data)"
    )
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--clean-rows", type=int, default=500)
    parser.add_argument("--jfleg-rows", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    chosen = parser.parse_args(arguments)
    if not chosen.data:
        print("error: no data folder: give --data or set SMALLSENSE_DATA", file=sys.stderr)
        return 2
    try:
        sample = read_sample(
            Path(chosen.data), chosen.rows, chosen.clean, chosen.clean_rows, chosen.jfleg_rows
        )
        lines = measure(chosen.base, chosen.adapter, sample, chosen.threads)
    except (DataError, EngineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if chosen.format == "json":
        print("\n".join(json.dumps(line) for line in lines))
    else:
        names = list(lines[0])
        print("  ".join(f"{name:>10}" for name in names))
        for line in lines:
            print("  ".join(f"{line.get(name, ''):>{max(10, len(name))}}" for name in names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
