"""Every example of every skill, ours and the template's, is played through its skill."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from smallsense.skills.loader import check, own
from smallsense.skills.rehearsal import findings, opened, rehearse
from smallsense.skills.skill import Example, Skill
from smallsense.text.span import Span

TEMPLATE = Path(__file__).parents[2] / "docs" / "template_skill.py"


def _template() -> Skill:
    spec = importlib.util.spec_from_file_location("template_skill", TEMPLATE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return check(module.SKILL)


CASES = [
    pytest.param(skill, example, id=f"{skill.name}-{number}")
    for skill in [*own().values(), _template()]
    for number, example in enumerate(skill.examples)
]


@pytest.mark.parametrize(("skill", "example"), CASES)
def test_example_comes_out_as_it_says(skill: Skill, example: Example):
    assert rehearse(skill, example) == example.after


@pytest.mark.parametrize(("skill", "example"), CASES)
def test_finding_stays_within_the_document_and_names_its_rule(skill: Skill, example: Example):
    snapshot, _ = opened(example)
    whole = Span(0, len(snapshot.source))
    for finding in findings(skill, example):
        assert whole.contains(finding.span)
        assert finding.rule in skill.rules
        assert 0 <= finding.confidence <= 1
        assert finding.message
        for fix in finding.fixes:
            assert fix.title
            assert not snapshot.adds_syntax_error(fix.edits)
