"""`smallsense doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

import smallsense
from smallsense.assistant.start import start
from smallsense.engine.catalog import Catalog
from smallsense.engine.deferred import DeferredEngine
from smallsense.engine.engine import Engine, EngineError, Request
from smallsense.engine.questions import Question
from smallsense.engine.worker import WorkerStatus
from smallsense.skills.rehearsal import opened, scopes_for
from smallsense.skills.skill import Skill, nothing

SOUND, AILING = 0, 2
_NEEDED_MEMORY = 400_000_000
_FEATURES = (
    "AVX",
    "AVX2",
    "FMA",
    "F16C",
    "AVX512",
    "AVX512_VNNI",
    "AMX_INT8",
    "NEON",
    "DOTPROD",
    "MATMUL_INT8",
)


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing looked at. `ok` is None for what is only told; `mend` says what to do where it is False."""

    name: str
    ok: bool | None
    detail: str
    mend: str = ""


@click.command()
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def doctor(style: str) -> None:
    """Look at the processor, the engine, the weights and the memory, and ask every skill one question.

    Exits with 0 when all is well, 2 when something is to be mended.
    """
    symptoms: list[Symptom] = []
    for symptom in _examine():
        symptoms.append(symptom)
        if style == "text":
            click.echo(_line(symptom))
    if style == "json":
        click.echo(json.dumps([asdict(symptom) for symptom in symptoms], indent=2))
    ailing = sum(symptom.ok is False for symptom in symptoms)
    if style == "text":
        click.echo(f"{ailing} to mend" if ailing else "all is well")
    click.get_current_context().exit(AILING if ailing else SOUND)


def _line(symptom: Symptom) -> str:
    mark = {True: click.style("ok ", fg="green"), False: click.style("BAD", fg="red"), None: "   "}[
        symptom.ok
    ]
    mend = f"\n{'':16}-> {symptom.mend}" if symptom.mend else ""
    return f"{mark} {symptom.name:<11} {symptom.detail}{mend}"


def _examine() -> Iterator[Symptom]:
    yield Symptom("version", None, f"smallsense {smallsense.__version__}, Python {platform.python_version()}")
    yield Symptom("processor", None, f"{os.cpu_count()} cores, {platform.machine()}, {sys.platform}")
    yield from _engine()
    yield memory(Path("/proc/meminfo"))
    try:
        catalog = Catalog.load()
    except EngineError as error:
        yield Symptom("weights", False, str(error))
        return
    problems = catalog.verify()
    if not problems:
        yield Symptom("weights", True, f"whole, in {catalog.cache}")
    for problem in problems:
        detail, _, mend = problem.rpartition(": ")
        yield Symptom("weights", False, detail, mend)
    # As the language server has it: the model in a process of its own.
    assistant = start(apart=True)
    engine = assistant.engine
    try:
        for skill in assistant.skills.values():
            yield ask(engine, skill)
        if isinstance(engine, DeferredEngine) and (status := engine.status()) is not None:
            yield worker(status)
    finally:
        engine.close()


def _engine() -> Iterator[Symptom]:
    try:
        number = version("llama-cpp-python")
        # Here, for the library takes long to load and may be what is broken.
        from smallsense.engine.llama import repacking_is_safe, system_info
    except PackageNotFoundError:
        yield Symptom("engine", False, "llama-cpp-python is not installed", "reinstall smallsense")
        return
    except (ImportError, OSError, RuntimeError) as error:
        mend = "pip install --force-reinstall --no-cache-dir --no-binary llama-cpp-python llama-cpp-python"
        yield Symptom("engine", False, f"llama-cpp-python cannot be loaded: {error}", mend)
        return
    yield Symptom("engine", True, f"llama-cpp-python {number}")
    on = [name for name in _FEATURES if re.search(rf"\b{name} = 1\b", system_info())]
    yield Symptom("features", None, " ".join(on) or "none known")
    if repacking_is_safe():
        yield Symptom("amx", True, "left out of the build: weights are repacked for speed")
    else:
        yield Symptom(
            "amx",
            None,
            "in the build: safe, but weights are not repacked, which is slower",
            "build llama-cpp-python as the Makefile does (tools/llama.cmake) to be up to half as fast again",
        )


def memory(meminfo: Path) -> Symptom:
    """Whether there is memory for the base and its contexts, as Linux tells; elsewhere nothing is known."""
    try:
        available = re.search(r"^MemAvailable:\s+(\d+) kB", meminfo.read_text(), re.MULTILINE)
    except OSError:
        available = None
    if available is None:
        return Symptom("memory", None, "unknown on this system")
    free = int(available[1]) * 1024
    enough = free >= _NEEDED_MEMORY
    mend = "" if enough else f"close programs: about {_NEEDED_MEMORY / 1e6:.0f} MB are needed"
    return Symptom("memory", enough, f"{free / 1e6:,.0f} MB free", mend)


def worker(status: WorkerStatus) -> Symptom:
    """What the questions did to the model's process; one that died while they were asked is a fault."""
    used = "unknown memory" if status.memory is None else f"{status.memory / 1e6:,.0f} MB"
    if status.pid is not None and not status.restarts:
        threads = "" if status.vitals is None else f" and {status.vitals.threads} threads"
        return Symptom("process", True, f"answered {status.answered} questions, uses {used}{threads}")
    died = "has died" if status.pid is None else f"died and was started again, {status.restarts} times"
    mend = "see what `smallsense --verbose doctor` logs"
    return Symptom("process", False, f"the model's process {died}", mend)


def ask(engine: Engine, skill: Skill) -> Symptom:
    """Ask the first question of the skill's examples twice, and time the second, which finds all loaded."""
    try:
        question = _question(skill)
        if question is None:
            return _without_model(skill)
        request = Request(skill.name, (question,))
        began = time.perf_counter()
        engine.answer(request)
        loaded = time.perf_counter()
        engine.answer(request)
        answered = time.perf_counter()
    except EngineError as error:
        detail, _, mend = str(error).rpartition(": ")
        return Symptom(skill.name, False, detail or mend, mend if detail else "")
    except Exception as error:
        # A skill of others, or a library that cannot be loaded, must not keep the rest from being looked at.
        return Symptom(
            skill.name,
            False,
            f"fails ({type(error).__name__}: {error})",
            "mend what is wrong above; if nothing is, report this to the author of the skill",
        )
    return Symptom(
        skill.name,
        True,
        f"answers in {1000 * (answered - loaded):,.0f} ms ({loaded - began:.1f} s the first time)",
    )


def _without_model(skill: Skill) -> Symptom:
    """Time what a skill that asks nothing finds in its first example."""
    if skill.find is nothing or not skill.examples:
        return Symptom(skill.name, None, "has no example with a question")
    snapshot, cursor = opened(skill.examples[0])
    began = time.perf_counter()
    for scope in scopes_for(skill, snapshot, cursor):
        list(skill.find(scope))
    return Symptom(
        skill.name, True, f"answers in {1000 * (time.perf_counter() - began):,.0f} ms, asks no model"
    )


def _question(skill: Skill) -> Question | None:
    for example in skill.examples:
        snapshot, cursor = opened(example)
        for scope in scopes_for(skill, snapshot, cursor):
            for question in skill.ask(scope):
                return question
    return None
