from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.engine.engine import Engine
from smallsense.engine.trust import Trust
from smallsense.skills.skill import Skill
from smallsense.text import languages
from smallsense.text.snapshot import Snapshot


@dataclass
class Thresholds:
    """A catalog of thresholds alone."""

    thresholds: Mapping[str, float] = field(
        default_factory=lambda: {"quiet": 0.9, "balanced": 0.7, "eager": 0.4}
    )
    weights: str = "weights"
    glances: Mapping[str, float] = field(default_factory=dict)

    def trust(self, model: str) -> Trust:
        return Trust(self.thresholds, glances=self.glances)

    def identity(self, model: str) -> str:
        return f"{self.weights}/{model}"


@pytest.fixture
def document() -> Callable[..., Snapshot]:
    def make(source: str, language: str = "python", version: int = 1) -> Snapshot:
        found = languages.by_name(language)
        assert found is not None
        return Snapshot.open("file:///document", found, version, source)

    return make


@pytest.fixture
def assistant() -> Callable[..., Assistant]:
    def make(
        engine: Engine,
        *skills: Skill,
        settings: Settings | None = None,
        glances: Mapping[str, float] | None = None,
        **more: Any,
    ) -> Assistant:
        catalog = Thresholds(glances=glances or {})
        return Assistant(
            engine, catalog, {skill.name: skill for skill in skills}, settings or Settings(), **more
        )

    return make
