"""A skill whose questions a server answers: chosen by settings, marked, kept apart in the cache."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

from smallsense.assistant.configuration import parse
from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings, SkillSettings
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Answer, Change, Question, Revise, Revision
from smallsense.engine.remote_model import RemoteModel
from smallsense.skills import loader
from smallsense.text.snapshot import Snapshot

REMOTE = RemoteModel("http://team:8080/v1")


def correct(model: str, question: Question) -> Answer:
    assert isinstance(question, Revise)
    at = question.text.find("recieve")
    return Revision((Change(at, at + 7, "receive", 8.0),) if at >= 0 else ())


def test_every_finding_of_a_server_names_it_and_answers_are_kept_apart(
    assistant: Callable[..., Assistant], document: Callable[..., Snapshot]
) -> None:
    engine = FakeEngine(correct)
    runner = assistant(engine, loader.own()["grammar"])
    snapshot = document("You will recieve a list.\n", "markdown")
    (ours,) = runner.check(snapshot)
    assert "team" not in ours.finding.message
    runner.settings = Settings(skills=MappingProxyType({"grammar": SkillSettings(remote=REMOTE)}))
    (theirs,) = runner.check(snapshot)
    assert theirs.finding.message == f"{ours.finding.message} (from team:8080)"
    assert theirs.finding.fixes[0].title.endswith("(from team:8080)")
    assert len(engine.requests) == 2


def test_settings_name_a_server_for_a_skill() -> None:
    given = {"url": REMOTE.url, "model": "m", "api": "chat", "adapter": 1, "key_variable": "K", "timeout": 3}
    settings, problems = parse({"skills": {"grammar": {"remote": given}}})
    assert problems == ()
    assert settings.skill("grammar").remote == RemoteModel(REMOTE.url, "m", "chat", 1, "K", 3)
    assert settings.skill("completion").remote is None


@pytest.mark.parametrize(
    "given",
    [
        "http://a/v1",
        {},
        {"url": "a.b"},
        {"url": "ftp://a/"},
        {"url": "http:///v1"},
        {"url": "http://me:secret@a/v1"},
        {"url": 3},
    ],
)
def test_an_address_that_makes_no_sense_is_no_address(given: Any) -> None:
    settings, problems = parse({"skills": {"grammar": {"remote": given}}})
    assert len(problems) == 1
    assert settings.skill("grammar").remote is None


def test_nothing_that_could_open_a_connection_is_loaded_unless_a_server_is_named() -> None:
    code = "import smallsense.assistant.start, sys; assert 'http.client' not in sys.modules, 'loaded'"
    subprocess.run([sys.executable, "-c", code], check=True)
