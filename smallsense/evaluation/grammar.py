"""Corrections by several systems, measured on one sample in one run."""

from __future__ import annotations

import importlib.metadata
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from smallsense.engine.context import Context
from smallsense.engine.trust import SENSITIVITIES, Trust
from smallsense.evaluation.corrector import Reader, ask_all, ask_one
from smallsense.evaluation.peers import Peer, follow
from smallsense.evaluation.samples import Fixed, Learner
from smallsense.evaluation.scoring import Annotate, by_words, false_alarms, gleu, score, tokenize_words
from smallsense.skills.finding import Finding
from smallsense.skills.opinion import decides

EXCERPT = 200
"""Fixes that CI measures again."""

Report = Callable[[str], None]
"""Told what happens, for people."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What all systems are measured on."""

    fixed: Sequence[Fixed]
    clean: Sequence[str]
    learner: Learner

    @property
    def texts(self) -> list[str]:
        """All sentences, in the order of the parts."""
        return [*(one.source for one in self.fixed), *self.clean, *self.learner.texts]


@dataclass(frozen=True, slots=True)
class Output:
    """What a system makes of the texts of a sample, and the seconds that single sentences took."""

    name: str
    version: str
    texts: Sequence[str]
    seconds: Sequence[float] = ()
    seconds_edited: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One system's figures: shares in percent, false alarms per 1,000 clean sentences, milliseconds.

    `ms…` are medians and 95th percentiles of a sentence alone, `…_edited` of those that were changed; 0 where
    nothing was timed.
    """

    system: str
    version: str
    precision: float
    recall: float
    f05: float
    exact: float
    false_alarms: float
    gleu: float
    ms_median: float
    ms_p95: float
    ms_edited_median: float
    ms_edited_p95: float


def copy(sample: Sample) -> Output:
    """Changes nothing."""
    return Output("copy", "", sample.texts)


def peer_output(
    peer: Peer, sample: Sample, cache_folder: Path, cached: bool, report: Report
) -> Output | None:
    """What a peer makes of the sample; None, after a loud report, where it is not installed.

    Its answers are kept in `cache_folder` by version, and taken from there if `cached`.
    """
    try:
        version = peer.version
        path = cache_folder / f"{version.replace(' ', '+')}.json"
        known: dict[str, tuple[str, float]] = {}
        if cached and path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
        missing = [text for text in sample.texts if text not in known]
        advise = peer.load() if missing else None
    except (ImportError, importlib.metadata.PackageNotFoundError) as error:
        report(f"ABSENT: {peer.name} is not measured ({error}); pip install 'smallsense[eval]'")
        return None
    for text in missing:
        assert advise is not None
        began = time.perf_counter()
        new = follow(text, advise(text))
        known[text] = (new, time.perf_counter() - began)
    if missing:
        cache_folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    timed = [(known[one.source][1], known[one.source][0] != one.source) for one in sample.fixed]
    return Output(
        peer.name,
        version,
        [known[text][0] for text in sample.texts],
        [seconds for seconds, _ in timed],
        [seconds for seconds, edited in timed if edited],
    )


def our_outputs(
    contexts: Sequence[Context], plain: Context, trust: Trust, version: str, sample: Sample, timed: int
) -> Iterator[Output]:
    """What the skill makes of the sample at each sensitivity; so many as `timed` are asked about alone.

    The `contexts` revise, and `plain`, without an adapter, is asked about wordings.
    """
    for sensitivity in SENSITIVITIES:
        glance, reader = trust.glance(sensitivity), Reader(plain, undecided(trust, sensitivity))
        answered = ask_all(contexts, sample.texts, glance, reader)
        alone = [ask_one(contexts[0], one.source, glance, reader) for one in sample.fixed[:timed]]
        shown = at(trust, sensitivity)
        yield Output(
            f"smallsense {sensitivity}",
            version,
            [one.corrected(shown) for one in answered],
            [seconds for _, seconds in alone],
            [seconds for one, seconds in alone if one.corrected(shown) != one.text],
        )


def at(trust: Trust, sensitivity: str) -> Callable[[Finding], bool]:
    """Whether a finding is shown at a sensitivity."""
    return lambda finding: (
        trust.confidence(finding.confidence, finding.evidence) >= trust.threshold(sensitivity, finding.rule)
    )


def undecided(trust: Trust, sensitivity: str) -> Callable[[Finding], bool]:
    """Whether it takes a second opinion to tell if a finding is shown at a sensitivity."""
    return lambda finding: decides(finding, trust, trust.threshold(sensitivity, finding.rule))


def line(output: Output, sample: Sample, annotate: Annotate = by_words) -> Line:
    """The figures of one system."""
    fixed, clean = len(sample.fixed), len(sample.clean)
    repaired, quiet = output.texts[:fixed], output.texts[fixed : fixed + clean]
    result = score([(one.source, one.target) for one in sample.fixed], repaired, cache(annotate))
    revised = [tokenize_words(text) for text in output.texts[fixed + clean :]]
    fluent = gleu(sample.learner.sources, revised, sample.learner.references) if revised else 0.0
    alone, edited = _percentiles(output.seconds), _percentiles(output.seconds_edited)
    return Line(
        system=output.name,
        version=output.version,
        precision=100 * result.precision,
        recall=100 * result.recall,
        f05=100 * result.f05,
        exact=100 * result.exact,
        false_alarms=false_alarms(sample.clean, quiet),
        gleu=100 * fluent,
        ms_median=alone[0],
        ms_p95=alone[1],
        ms_edited_median=edited[0],
        ms_edited_p95=edited[1],
    )


def excerpt(output: Output, sample: Sample) -> Line:
    """The figures on the first `EXCERPT` fixes alone, edits told apart by words: quick to measure again."""
    few = Sample(sample.fixed[:EXCERPT], (), Learner((), ()))
    short = Output(
        f"{output.name}: first {EXCERPT}, by words", output.version, output.texts[: len(few.fixed)]
    )
    return line(short, few)


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    if len(seconds) < 2:
        return 0.0, 0.0
    return 1e3 * statistics.median(seconds), 1e3 * statistics.quantiles(seconds, n=20)[-1]
