"""What the adapter of the null check says of code, with the real weights."""

from __future__ import annotations

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import Request
from smallsense.engine.local import LocalEngine
from smallsense.engine.questions import Choice
from smallsense.skills.nullness import SKILL, prompt
from smallsense.skills.nullness.judge import judgments
from smallsense.skills.opinion import said
from smallsense.text.languages import by_name
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot

pytestmark = pytest.mark.model

DOUBTFUL = """
def width(self, name):
    field = self.fields.get(name)
    return field.width * self.scale
"""


def _verdict(catalog: Catalog, source: str, value: str) -> float:
    """The log-odds (nats) that this value of a function lacks a guard."""
    language = by_name("python")
    assert language is not None
    (scope,) = scopes(Snapshot.open("file:///a.py", language, 1, source), "function")
    (suspect,) = (
        one.suspect
        for one in judgments(scope)
        if one.suspect.dereference.value.text == value.encode()
        and one.suspect.dereference.kind == "attribute"
    )
    opinion = prompt.opinion(scope, suspect, 0.5)
    assert opinion is not None
    engine = LocalEngine(catalog)
    try:
        (answer,) = engine.answer(Request(SKILL.name, (opinion.question,)))
    finally:
        engine.close()
    assert isinstance(answer, Choice)
    return dict(said(opinion, answer))[prompt.EVIDENCE]


def test_a_value_that_may_be_missing_is_doubted_more_than_what_surrounds_it(catalog: Catalog) -> None:
    assert _verdict(catalog, DOUBTFUL, "field") > _verdict(catalog, DOUBTFUL, "self.fields") + 1


def test_the_calibration_was_measured_with_this_adapter(catalog: Catalog) -> None:
    assert catalog.trust(SKILL.name).weights[prompt.EVIDENCE] > 0
