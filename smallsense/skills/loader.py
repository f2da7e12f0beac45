"""Which skills there are: ours by discovery, others through the entry-point group `smallsense.skills`."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import re
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import get_args

import smallsense.skills
from smallsense.skills.skill import Skill
from smallsense.text.scope import Kind

GROUP = "smallsense.skills"

_log = logging.getLogger(__name__)


class InvalidSkillError(ValueError):
    """A skill breaks a rule every skill must keep; the message says which."""


def load() -> dict[str, Skill]:
    """Return every skill by name: ours first, then third parties'.

    A third-party skill that cannot be imported, breaks a rule or takes a name already taken is left out, with
    a logged message: it cannot keep the others from working.

    Raises:
        InvalidSkillError: one of our own skills breaks a rule.
    """
    skills = own()
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        skill = _third_party(point)
        if skill is None:
            continue
        if skill.name in skills:
            _log.error("skill %r of %s is left out: the name is taken", skill.name, point.value)
            continue
        skills[skill.name] = skill
    return skills


def own() -> dict[str, Skill]:
    """Return the skills of this package by name: every module of it that has a `SKILL`.

    Raises:
        InvalidSkillError: a skill breaks a rule.
    """
    skills: dict[str, Skill] = {}
    for module in sorted(pkgutil.iter_modules(smallsense.skills.__path__), key=lambda module: module.name):
        skill = getattr(importlib.import_module(f"smallsense.skills.{module.name}"), "SKILL", None)
        if skill is not None:
            skills[check(skill).name] = skill
    return skills


def check(skill: object) -> Skill:
    """Return `skill` if it is one and keeps the rules.

    Raises:
        InvalidSkillError: it does not; the message names every rule broken.
    """
    if not isinstance(skill, Skill):
        raise InvalidSkillError(f"SKILL must be a Skill, not {type(skill).__name__}")
    faults = list(_faults(skill))
    if faults:
        raise InvalidSkillError(f"skill {skill.name!r}: {'; '.join(faults)}")
    return skill


def _faults(skill: Skill) -> Iterable[str]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", skill.name):
        yield "the name must be lower-case words joined by hyphens"
    if not skill.title or not skill.summary:
        yield "title and summary must not be empty"
    if "\n" in skill.title + skill.summary:
        yield "title and summary must be one line each"
    if unknown := set(skill.scopes) - set(get_args(Kind)):
        yield f"unknown scopes: {', '.join(sorted(unknown))}"
    if not skill.scopes or not skill.faces:
        yield "at least one scope and one face are needed"
    if unruly := [rule for rule, what in skill.rules.items() if not what or "\n" in what]:
        yield f"rules need one line each that tells what breaks them: {', '.join(unruly)}"
    if not any(example.after is None for example in skill.examples):
        yield "at least one example must show it staying silent (after=None)"
    if all(example.after is None for example in skill.examples):
        yield "at least one example must show it speaking"


def _third_party(point: EntryPoint) -> Skill | None:
    try:
        return check(point.load())
    except Exception as error:  # whatever a stranger's module raises on import must not reach the user
        _log.error("skill %s (%s) is left out: %s", point.name, point.value, error)
        return None
