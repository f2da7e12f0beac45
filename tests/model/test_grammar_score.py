"""The first fixes of the development split, corrected anew: as well as the committed figures say."""

from __future__ import annotations

import csv
import os
from contextlib import closing
from pathlib import Path

import pytest

from smallsense.cli.data import BESIDE_CHECKOUT
from smallsense.engine.catalog import Catalog
from smallsense.engine.local import open_context, revising
from smallsense.evaluation.grammar import EXCERPT, Sample, excerpt, our_outputs
from smallsense.evaluation.samples import Learner, development
from smallsense.skills.wording import MODEL

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "models" / "grammar" / "results.csv"
POINTS = 2.5
"""Machines round differently, and now and then a sentence comes out otherwise."""


def test_corrections_are_as_good_as_the_committed_figures(catalog: Catalog) -> None:
    data = Path(os.environ.get("SMALLSENSE_DATA") or ROOT / BESIDE_CHECKOUT)
    if not (data / "grammar" / "dev.jsonl").exists():
        pytest.skip(f"NO DEVELOPMENT DATA at {data}: the score of the grammar skill is not checked")
    if not RESULTS.exists():
        pytest.skip(f"NO FIGURES at {RESULTS}: write them with `smallsense eval grammar --save`")
    with RESULTS.open(encoding="utf-8", newline="") as file:
        committed = {row["system"]: row for row in csv.DictReader(file)}
    sample = Sample(development(data, EXCERPT), (), Learner((), ()))
    version = catalog.skill("grammar").sha256[:12]
    trust = catalog.trust("grammar")
    with revising(catalog, "grammar") as contexts, closing(open_context(catalog, MODEL)) as plain:
        outputs = list(our_outputs(contexts, plain, trust, version, sample, timed=0))
    for output in outputs:
        line = excerpt(output, sample)
        row = committed[line.system]
        assert row["version"] == line.version, "the figures are of another adapter: `eval grammar --save`"
        for name in ("exact", "precision", "recall"):
            assert getattr(line, name) == pytest.approx(float(row[name]), abs=POINTS), (line.system, name)
