"""What the user may set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from smallsense.engine.effort import EffortName
from smallsense.engine.remote_model import RemoteModel
from smallsense.text.english import Variant

Sensitivity = Literal["quiet", "balanced", "eager"]
Severity = Literal["error", "warning", "information", "hint"]
Level = Literal["error", "warning", "information", "hint", "off"]


@dataclass(frozen=True, slots=True)
class SkillSettings:
    """What the user set for one skill.

    `threshold` overrides the measured one; `severity` is how loudly its diagnostics show. `remote` is the
    model on a server that answers instead of ours.
    """

    enabled: bool = True
    threshold: float | None = None
    severity: Severity = "information"
    remote: RemoteModel | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the user may set.

    `languages` limits the assistant to these languages (None: all it knows). `effort` is how much of the
    machine the model may take, `threads` how many threads (None: as the effort has it). Its process is ended
    after `idle_minutes` without a question (0: never), and replaced when it has more than `memory` megabytes.
    `log_file` says whether a log is kept in a file, `answer_cache` how many megabytes of answers are kept on
    disk for the next session (0: none). `rules` says how loudly single rules speak, by `rule`,
    `skill` or `skill/rule`. `exclude` are patterns of paths that are left alone. `variant` is the English
    written.
    """

    sensitivity: Sensitivity = "balanced"
    skills: Mapping[str, SkillSettings] = field(default_factory=lambda: MappingProxyType({}))
    effort: EffortName = "balanced"
    threads: int | None = None
    idle_minutes: float = 5.0
    memory: float = 700.0
    log_file: bool = True
    languages: frozenset[str] | None = None
    answer_cache: int = 20
    rules: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}))
    exclude: tuple[str, ...] = ()
    variant: Variant = "as-is"

    def level(self, skill: str, rule: str) -> Level:
        """How loudly a rule speaks: what is said of it most exactly counts."""
        for name in (f"{skill}/{rule}", rule, skill):
            if name in self.rules:
                return self.rules[name]
        return self.skill(skill).severity

    def skill(self, name: str) -> SkillSettings:
        """The settings of one skill; the defaults where nothing was set."""
        return self.skills.get(name, SkillSettings())
