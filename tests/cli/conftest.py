"""A desk for the command line: one made-up skill that knows a few words, and no model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smallsense.assistant.notebook import Notebook
from smallsense.assistant.policy import Policies
from smallsense.assistant.run import Assistant
from smallsense.cli.main import cli
from smallsense.engine.engine import EngineError
from smallsense.engine.fake import FakeEngine
from smallsense.engine.questions import Answer, Choice, Choose, Question
from smallsense.engine.trust import Trust
from smallsense.skills.finding import Applicability, Face, Finding, Fix
from smallsense.skills.skill import Skill
from smallsense.text.scope import Scope
from smallsense.text.span import Edit, Span

# Word, correction, confidence, applicability.
WORDS = (
    ("teh", "the", 0.95, Applicability.UNSAFE),
    ("zap", "", 0.9, Applicability.UNSAFE),
    (r"\+", "*", 0.85, Applicability.UNSAFE),
    ("twain", "two\nlines", 0.8, Applicability.UNSAFE),
    ("odd", "even", 0.8, Applicability.DISPLAY_ONLY),
    ("maybe", "perhaps", 0.6, Applicability.UNSAFE),
)


def _ask(scope: Scope) -> Iterator[Question]:
    yield Choose(scope.text, ("right", "wrong"))


def _read(scope: Scope, question: Question, answer: Answer) -> Iterator[Finding]:
    for word, correction, confidence, applicability in WORDS:
        for match in re.finditer(word.encode(), scope.source):
            span = Span(scope.span.start + match.start(), scope.span.start + match.end())
            fix = Fix(f"write {correction}", (Edit(span, correction),), applicability)
            yield Finding(span, f"“{word}” is wrong", confidence, "word", (fix,))


def _skill(name: str, ask: Callable[[Scope], Iterator[Question]], face: Face) -> Skill:
    return Skill(name, f"The {name}", "Knows a few words.", ("module",), (face,), ask, _read, ())


@dataclass
class Thresholds:
    """Stands in for the catalog."""

    def trust(self, model: str) -> Trust:
        return Trust({"quiet": 0.9, "balanced": 0.7, "eager": 0.5})

    def identity(self, model: str) -> str:
        return model


@dataclass
class Desk:
    """Runs the command line in an empty folder. `answer` is what the engine does when asked."""

    folder: Path
    answer: Callable[[str, Question], Answer] = lambda model, question: Choice((0.0, 1.0))
    closed: list[bool] = field(default_factory=list)
    ask: Callable[[Scope], Iterator[Question]] = _ask
    own_skills: tuple[Skill, ...] = ()

    def start(self) -> Assistant:
        engine = FakeEngine(lambda model, question: self.answer(model, question))
        close, engine.close = engine.close, lambda: (close(), self.closed.append(engine.closed))[0]
        made_up = (_skill("words", self.ask, Face.DIAGNOSTIC), _skill("menu", self.ask, Face.CODE_ACTION))
        skills = {skill.name: skill for skill in self.own_skills or made_up}
        policies = Policies(user=Notebook(self.user))
        return Assistant(engine, Thresholds(), skills, policies.defaults(), policies=policies)

    @property
    def user(self) -> Path:
        """The user's configuration folder."""
        return self.folder.parent / "user"

    def run(self, *args: str, stdin: str | bytes | None = None, color: bool = False) -> Result:
        return CliRunner().invoke(cli, list(args), input=stdin, catch_exceptions=False, color=color)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    folder = tmp_path / "folder"
    folder.mkdir()
    desk = Desk(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("smallsense.cli.sweep.start", desk.start)
    return desk


@pytest.fixture
def without_weights(desk: Desk) -> Desk:
    def refuse(model: str, question: Question) -> Answer:
        raise EngineError("the weights are missing: run `smallsense models pull`")

    desk.answer = refuse
    return desk
