"""One pass over files: what `check` and `fix` have in common."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from smallsense.assistant.run import Assistant
from smallsense.assistant.start import start
from smallsense.assistant.verdict import Found
from smallsense.cli.files import STDIN, File, UnfitFile, files, read
from smallsense.cli.progress import ProgressLine
from smallsense.engine.trust import SENSITIVITIES
from smallsense.skills.finding import Face
from smallsense.text.snapshot import Snapshot

_Command = TypeVar("_Command", bound=Callable[..., Any])

log = logging.getLogger("smallsense")


@dataclass(frozen=True, slots=True)
class Swept:
    """A file that was read, and what was found in it, in the order of the document.

    `path` is how it is called; what came by standard input is `piped`.
    """

    path: str
    snapshot: Snapshot
    found: tuple[Found, ...]
    piped: bool = False


@dataclass(slots=True)
class Sweep:
    """A pass over files with some skills (none named: all). What goes wrong is said at once and kept.

    Without a `sensitivity` it is as the settings have it. Standard input stands for the file at `stdin_path`,
    which need not exist.
    """

    paths: tuple[str, ...]
    skills: tuple[str, ...] = ()
    sensitivity: str | None = None
    language: str | None = None
    stdin_path: str | None = None
    problems: list[str] = field(default_factory=list)

    def run(self) -> Iterator[Swept]:
        """Check file after file; one that cannot be checked is a problem and does not stop the others.

        Raises:
            click.UsageError: a skill is unknown or finds nothing by itself, or standard input is not read
                though it has a path.
            EngineError: the catalog cannot be read.
        """
        if self.stdin_path is not None and STDIN not in self.paths:
            raise click.UsageError("--stdin-path is for standard input: give “-” as well")
        assistant = self._assistant()
        chosen = self._chosen(assistant)
        faults = _Faults(self)
        log.addHandler(faults)
        # With --verbose the traceback is shown as well.
        log.propagate = log.isEnabledFor(logging.INFO)
        try:
            for file in files(self.paths):
                if (swept := self._swept(assistant, file, chosen)) is not None:
                    yield swept
        finally:
            log.removeHandler(faults)
            log.propagate = True
            assistant.close()

    def problem(self, message: str, *, fails: bool = True) -> None:
        """Say what went wrong; with `fails`, the run ends in exit code 2."""
        click.echo(f"smallsense: {message}", err=True)
        if fails:
            self.problems.append(message)

    def _assistant(self) -> Assistant:
        assistant = start()
        assistant.report = self.problem
        if assistant.settings.effort == "balanced":
            # Nobody types meanwhile: every core may be used.
            assistant.settings = replace(assistant.settings, effort="full")
        assistant.policies.folders = (Path.cwd(),)
        if self.sensitivity is not None:
            assistant.policies.overriding = {"sensitivity": self.sensitivity}
        return assistant

    def _chosen(self, assistant: Assistant) -> frozenset[str] | None:
        checking = {name for name, skill in assistant.skills.items() if Face.DIAGNOSTIC in skill.faces}
        for name in self.skills:
            if name not in assistant.skills:
                known = ", ".join(sorted(checking))
                raise click.UsageError(f"there is no skill {name!r}; those that check are {known}")
            if name not in checking:
                raise click.UsageError(f"the skill {name!r} finds nothing by itself: ask for it in an editor")
        return frozenset(self.skills) or None

    def _swept(self, assistant: Assistant, file: File, chosen: frozenset[str] | None) -> Swept | None:
        """A file with what was found in it; None where it cannot be checked, or settings leave it alone."""
        piped = file.path == STDIN
        path = self.stdin_path if piped and self.stdin_path is not None else file.path
        if not file.unfit and assistant.policies.excludes(file.uri(self.stdin_path), assistant.settings):
            self._left_alone(file, path, "a pattern of the setting “exclude” matches it")
            return None
        try:
            snapshot = read(file, self.language if file.named else None, self.stdin_path)
        except UnfitFile as unfit:
            # What lies about in a folder was not asked for by name: say it, and call it no failure.
            self.problem(f"{path}: {unfit}", fails=file.named)
            return None
        language = snapshot.language.name
        if assistant.policy(snapshot).leaves_out(language):
            self._left_alone(file, path, f"{language} is not among the setting “languages”")
            return None
        return Swept(path, snapshot, self._check(assistant, path, snapshot, chosen), piped)

    def _left_alone(self, file: File, path: str, reason: str) -> None:
        """Silence about a file that was asked for by name would pass for praise."""
        if file.named:
            self.problem(f"{path}: left alone: {reason}", fails=False)

    def _check(
        self, assistant: Assistant, path: str, snapshot: Snapshot, chosen: frozenset[str] | None
    ) -> tuple[Found, ...]:
        found: list[Found] = []
        progress = ProgressLine(sys.stderr)
        for part in assistant.check_parts(snapshot, skills=chosen):
            found += part.found
            if part.total:
                progress.show(path, f"{part.asked} of {part.total} questions")
        progress.clear()
        return tuple(sorted(found, key=lambda one: one.finding.span))


class _Faults(logging.Handler):
    """A fault in a skill is logged by the assistant, and the rest goes on; here it is a problem as well."""

    def __init__(self, sweep: Sweep) -> None:
        super().__init__(logging.ERROR)
        self._sweep = sweep

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler.emit`."""
        error = record.exc_info[1] if record.exc_info else None
        reason = f" ({type(error).__name__}: {error})" if error is not None else ""
        self._sweep.problem(f"{record.getMessage()}{reason}")


def sweep_options(command: _Command) -> _Command:
    """Give a command the options that choose what is swept and how; it gets them as `sweep`, a `Sweep`."""

    @wraps(command)
    def swept(
        paths: tuple[str, ...],
        skills: tuple[str, ...],
        sensitivity: str | None,
        language: str | None,
        stdin_path: str | None,
        **others: Any,
    ) -> Any:
        return command(sweep=Sweep(paths, skills, sensitivity, language, stdin_path), **others)

    decorated: Any = swept
    for decorate in (
        click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(readable=False)),
        click.option(
            "--stdin-path",
            metavar="PATH",
            help="The file that “-” stands for: its language and settings count.",
        ),
        click.option(
            "--language", metavar="NAME", help="The language of the named files [default: by their names]."
        ),
        click.option(
            "--sensitivity",
            type=click.Choice(SENSITIVITIES),
            help="How sure a skill must be [default: as the settings have it, else balanced].",
        ),
        click.option(
            "--skill", "skills", multiple=True, metavar="NAME", help="Only this skill (repeatable)."
        ),
    ):
        decorated = decorate(decorated)
    return decorated
