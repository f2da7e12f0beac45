"""Settings as users write them, read leniently: what can't be understood is reported and left as it was."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, TypeVar, cast, get_args
from urllib.parse import urlsplit

from smallsense.assistant.settings import Level, Sensitivity, Settings, Severity, SkillSettings
from smallsense.engine.effort import EffortName
from smallsense.engine.remote_model import Api, RemoteModel
from smallsense.text.english import Variant

T = TypeVar("T", bound=str)

# Below it the model could not even be loaded.
_LEAST_MEMORY = 400

# Editors keep settings of their own in the same section: how to start the server, how much to trace.
_EDITORS_OWN = frozenset({"command", "server", "trace"})

# How each is called in JSON.
_KEYS = frozenset(one.name for one in fields(Settings)) - {"variant"} | {"grammar"}


def are_ours(value: Any) -> bool:
    """Whether an object that may hold anything has settings of ours: at least one key is one."""
    return isinstance(value, Mapping) and not _KEYS.isdisjoint(value)


def parse(
    value: Any, known_skills: Iterable[str] = (), onto: Settings | None = None
) -> tuple[Settings, tuple[str, ...]]:
    """Read settings from JSON and return them with one message per part that wasn't understood.

    With `known_skills`, settings for any other skill are reported (and kept: it may be installed later).
    What isn't set is as in `onto`; patterns to exclude come on top of those there.
    """
    settings = onto or Settings()
    if value is None or value == []:  # in Lua an empty table may be either
        return settings, ()
    if not isinstance(value, Mapping):
        return settings, (f"the settings must be an object, not {_kind(value)}",)
    problems: list[str] = []
    known = frozenset(known_skills)
    for key, given in value.items():
        if given is None or key in _EDITORS_OWN:
            continue
        path = f"smallsense.{key}"
        if key in _CHOSEN:
            chosen = _one_of(given, _CHOSEN[key], getattr(settings, key), path, problems)
            settings = replace(settings, **{key: chosen})
        elif key in _MEASURED:
            fits, wanted = _MEASURED[key]
            measured = _checked(given, fits, wanted, path, problems)
            settings = settings if measured is None else replace(settings, **{key: measured})
        elif key == "languages":
            names = _checked(given, _is_names, "a list of names", path, problems)
            settings = replace(settings, languages=settings.languages if names is None else frozenset(names))
        elif key == "exclude":
            patterns = _checked(given, _is_names, "a list of patterns", path, problems) or ()
            settings = replace(settings, exclude=(*settings.exclude, *patterns))
        elif key == "rules":
            rules = {**settings.rules, **_rules(given, path, problems)}
            settings = replace(settings, rules=MappingProxyType(rules))
        elif key == "grammar":
            settings = replace(settings, variant=_variant(given, settings.variant, path, problems))
        elif key == "skills":
            skills = {**settings.skills, **_skills(given, known, settings, path, problems)}
            settings = replace(settings, skills=MappingProxyType(skills))
        else:
            problems.append(f"{path}: unknown setting")
    return settings, tuple(problems)


def _object(given: Any, path: str, problems: list[str]) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    if given != []:
        problems.append(f"{path}: must be an object, not {_kind(given)}")
    return {}


def _rules(given: Any, path: str, problems: list[str]) -> dict[str, Level]:
    rules: dict[str, Level] = {}
    for name, value in _object(given, path, problems).items():
        if isinstance(value, str) and value in get_args(Level):
            rules[str(name)] = cast(Level, value)
        elif value is not None:
            shown = repr(value) if isinstance(value, str) else _kind(value)
            problems.append(f"{path}.{name}: must be one of {', '.join(get_args(Level))}, not {shown}")
    return rules


def _variant(given: Any, default: Variant, path: str, problems: list[str]) -> Variant:
    for key, value in _object(given, path, problems).items():
        if key != "variant":
            problems.append(f"{path}.{key}: unknown setting")
        elif value is not None:
            default = _one_of(value, get_args(Variant), default, f"{path}.{key}", problems)
    return default


def _skills(
    given: Any, known: frozenset[str], onto: Settings, path: str, problems: list[str]
) -> dict[str, SkillSettings]:
    skills: dict[str, SkillSettings] = {}
    for name, value in _object(given, path, problems).items():
        if known and name not in known:
            problems.append(f"{path}.{name}: no such skill; there are {', '.join(sorted(known))}")
        if isinstance(value, bool):  # `"docstring": false` is what people write first
            skills[str(name)] = replace(onto.skill(name), enabled=value)
        elif isinstance(value, Mapping) or value == []:
            skills[str(name)] = _skill(value or {}, onto.skill(name), f"{path}.{name}", problems)
        elif value is not None:
            problems.append(f"{path}.{name}: must be an object or true or false, not {_kind(value)}")
    return skills


def _skill(value: Mapping[str, Any], skill: SkillSettings, path: str, problems: list[str]) -> SkillSettings:
    for key, given in value.items():
        if given is None:
            continue
        at = f"{path}.{key}"
        if key == "enabled":
            enabled = _checked(given, _is_truth, "true or false", at, problems)
            skill = replace(skill, enabled=skill.enabled if enabled is None else enabled)
        elif key == "threshold":
            threshold = _checked(given, _is_probability, "a number from 0 to 1", at, problems)
            skill = replace(skill, threshold=skill.threshold if threshold is None else threshold)
        elif key == "severity":
            skill = replace(skill, severity=_one_of(given, get_args(Severity), skill.severity, at, problems))
        elif key == "remote":
            skill = replace(skill, remote=_remote(given, at, problems))
        else:
            problems.append(f"{at}: unknown setting")
    return skill


def _remote(value: Any, path: str, problems: list[str]) -> RemoteModel | None:
    """A remote model; None where its address makes no sense, for a guess would send text to a stranger."""
    if not isinstance(value, Mapping):
        problems.append(f"{path}: must be an object, not {_kind(value)}")
        return None
    url = _checked(
        value.get("url"),
        _is_address,
        "an address like http://localhost:8080/v1, without a password",
        f"{path}.url",
        problems,
    )
    if url is None:
        return None
    remote = RemoteModel(url)
    for key, given in value.items():
        at = f"{path}.{key}"
        if given is None or key == "url":
            continue
        if key in ("model", "key_variable"):
            text = _checked(given, lambda v: isinstance(v, str), "a text", at, problems)
            remote = remote if text is None else replace(remote, **{key: text})
        elif key == "api":
            remote = replace(remote, api=_one_of(given, get_args(Api), "completions", at, problems))
        elif key == "adapter":
            remote = replace(
                remote, adapter=_checked(given, _is_size, "the number of an adapter", at, problems)
            )
        elif key == "timeout":
            timeout = _checked(given, lambda v: _is_amount(v) and v > 0, "a number of seconds", at, problems)
            remote = remote if timeout is None else replace(remote, timeout=timeout)
        else:
            problems.append(f"{at}: unknown setting")
    return remote


def _is_address(value: Any) -> bool:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        return (
            parts is not None
            and parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and "@" not in parts.netloc  # no place for a password
        )
    except ValueError:
        return False


def _checked(given: Any, fits: Callable[[Any], bool], wanted: str, path: str, problems: list[str]) -> Any:
    if fits(given):
        return given
    problems.append(f"{path}: must be {wanted}, not {_kind(given)}")
    return None


def _one_of(given: Any, choices: tuple[T, ...], default: T, path: str, problems: list[str]) -> T:
    if isinstance(given, str) and given in choices:
        return cast(T, given)
    shown = repr(given) if isinstance(given, str) else _kind(given)
    problems.append(f"{path}: must be one of {', '.join(choices)}, not {shown}; using {default}")
    return default


def _is_threads(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _is_memory(value: Any) -> bool:
    return _is_amount(value) and value >= _LEAST_MEMORY


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_probability(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "a text"
    return (
        "a list" if isinstance(value, list | tuple) else "an object" if isinstance(value, Mapping) else "null"
    )


_CHOSEN: Mapping[str, tuple[str, ...]] = {
    "sensitivity": get_args(Sensitivity),
    "effort": get_args(EffortName),
}

_MEASURED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "threads": (_is_threads, "a whole number from 1 up"),
    "idle_minutes": (_is_amount, "a number from 0 up"),
    "memory": (_is_memory, f"a number of megabytes from {_LEAST_MEMORY} up"),
    "log_file": (_is_truth, "true or false"),
    "answer_cache": (_is_size, "a whole number of megabytes"),
}
