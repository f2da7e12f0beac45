from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from smallsense.cli.doctor import ask, memory, worker
from smallsense.cli.main import cli
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Choice, Choose, Question
from smallsense.engine.worker import WorkerStatus
from smallsense.skills.finding import Face
from smallsense.skills.skill import Example, Skill
from smallsense.text.scope import Scope

QUESTION = Choose("one word", ("yes", "no"))


def skill(*examples: Example) -> Skill:
    return Skill(
        "words",
        "Words",
        "Words.",
        ("module",),
        (Face.DIAGNOSTIC,),
        lambda _: [QUESTION],
        lambda *_: [],
        examples,
    )


@pytest.mark.parametrize(("free", "ok"), [(8_000_000, True), (100_000, False)])
def test_memory_is_judged(tmp_path: Path, free: int, ok: bool):
    (tmp_path / "meminfo").write_text(f"MemTotal: 9000000 kB\nMemAvailable:   {free} kB\n")
    symptom = memory(tmp_path / "meminfo")
    assert symptom.ok is ok
    assert bool(symptom.mend) is not ok


def test_unknown_memory_is_no_fault(tmp_path: Path):
    assert memory(tmp_path / "nothing").ok is None


@pytest.mark.parametrize(
    ("status", "ok", "detail"),
    [
        (WorkerStatus(7, 150_000_000, 0, 8), True, "answered 8 questions, uses 150 MB"),
        (WorkerStatus(7, None, 0, 8), True, "answered 8 questions, uses unknown memory"),
        (
            WorkerStatus(7, 150_000_000, 2, 8),
            False,
            "the model's process died and was started again, 2 times",
        ),
        (WorkerStatus(None, None, 0, 0), False, "the model's process has died"),
    ],
)
def test_a_model_process_that_died_is_a_fault(status: WorkerStatus, ok: bool, detail: str):
    symptom = worker(status)
    assert (symptom.ok, symptom.detail) == (ok, detail)
    assert bool(symptom.mend) is not ok


def test_every_skill_is_asked_a_question_of_its_examples():
    engine = FakeEngine({QUESTION: Choice((1.0, 0.0))})
    symptom = ask(engine, skill(Example("text\n", None)))
    assert symptom.ok is True
    assert "answers in" in symptom.detail
    assert [request.questions for request in engine.requests] == [(QUESTION,), (QUESTION,)]


def test_skill_that_cannot_answer_is_a_fault_with_a_way_out():
    symptom = ask(FakeEngine({}), skill(Example("text\n", None)))
    assert symptom.ok is False


def test_skill_that_raises_is_a_fault_and_no_traceback():
    def ask_wrongly(_: Scope) -> list[Question]:
        raise KeyError("no such node")

    symptom = ask(FakeEngine({}), replace(skill(Example("text\n", None)), ask=ask_wrongly))
    assert symptom.ok is False
    assert "KeyError" in symptom.detail
    assert symptom.mend


def test_skill_without_examples_is_told_and_no_fault():
    assert ask(FakeEngine({}), skill()).ok is None


def test_missing_weights_are_a_fault_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMALLSENSE_MODELS", str(tmp_path))
    result = CliRunner().invoke(cli, ["doctor", "--format", "json"])
    assert result.exit_code == 2
    symptoms = {symptom["name"]: symptom for symptom in json.loads(result.stdout)}
    assert symptoms["weights"]["ok"] is False
    assert symptoms["engine"]["ok"] is True
    assert symptoms["completion"]["mend"] == "run `smallsense models pull`"
    text = CliRunner().invoke(cli, ["doctor"])
    assert text.exit_code == 2
    assert "-> run `smallsense models pull`" in text.stdout
    assert text.stdout.splitlines()[-1].endswith(" to mend")
