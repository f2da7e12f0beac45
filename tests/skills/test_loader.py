from __future__ import annotations

import logging
from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from smallsense.skills import loader
from smallsense.skills.grammar import SKILL as GRAMMAR
from smallsense.skills.loader import GROUP, InvalidSkillError, check, load, own


def _offer(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    """Pretend that installed packages offer these values as skills; an exception is raised on import."""

    class Offered(EntryPoint):
        def load(self):
            value = values[self.name]
            if isinstance(value, BaseException):
                raise value
            return value

    points = [Offered(name, f"stranger.{name}:SKILL", GROUP) for name in values]
    monkeypatch.setattr(loader, "entry_points", lambda group: points if group == GROUP else [])


def test_our_skills_are_discovered():
    assert set(own()) >= {"grammar", "nullness", "docstring", "completion"}


def test_every_skill_of_ours_keeps_the_rules():
    for name, skill in own().items():
        assert check(skill).name == name


def test_third_party_skill_is_added(monkeypatch: pytest.MonkeyPatch):
    _offer(monkeypatch, tone=replace(GRAMMAR, name="tone"))
    assert load()["tone"].name == "tone"


def test_broken_third_party_skill_is_skipped_with_a_message(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    _offer(monkeypatch, broken=ImportError("no module named tea"), not_one=42)
    with caplog.at_level(logging.ERROR):
        skills = load()
    assert set(skills) == set(own())
    assert "no module named tea" in caplog.text
    assert "not int" in caplog.text


def test_third_party_skill_cannot_take_the_place_of_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    _offer(monkeypatch, grammar=replace(GRAMMAR, title="Mine"))
    with caplog.at_level(logging.ERROR):
        assert load()["grammar"] is GRAMMAR
    assert "taken" in caplog.text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": "My Skill"}, "lower-case"),
        ({"title": ""}, "must not be empty"),
        ({"summary": "two\nlines"}, "one line"),
        ({"scopes": ("paragraph",)}, "paragraph"),
        ({"scopes": ()}, "at least one scope"),
        ({"faces": ()}, "at least one scope and one face"),
        ({"examples": tuple(e for e in GRAMMAR.examples if e.after is not None)}, "silent"),
        ({"examples": tuple(e for e in GRAMMAR.examples if e.after is None)}, "speaking"),
    ],
)
def test_rule_breaking_skill_is_refused(change: dict[str, object], complaint: str):
    with pytest.raises(InvalidSkillError, match=complaint):
        check(replace(GRAMMAR, **change))  # pyright: ignore[reportArgumentType]
