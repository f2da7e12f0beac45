"""One pass over files: what `check` and `fix` have in common."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click

from smallsense.assistant.run import Assistant
from smallsense.assistant.settings import Settings
from smallsense.assistant.start import start
from smallsense.assistant.verdict import Found
from smallsense.cli.files import UnfitFile, files, read
from smallsense.engine.trust import SENSITIVITIES
from smallsense.skills.finding import Face
from smallsense.text.snapshot import Snapshot

_Command = TypeVar("_Command", bound=Callable[..., Any])

log = logging.getLogger("smallsense")


@dataclass(frozen=True, slots=True)
class Swept:
    """A file that was read, and what was found in it, in the order of the document."""

    path: str
    snapshot: Snapshot
    found: tuple[Found, ...]


@dataclass(slots=True)
class Sweep:
    """A pass over files with some skills (none named: all). What goes wrong is said at once and kept."""

    skills: tuple[str, ...]
    sensitivity: Any
    language: str | None
    problems: list[str] = field(default_factory=list)

    def run(self, paths: Iterable[str]) -> Iterator[Swept]:
        """Check file after file; one that cannot be checked is a problem and does not stop the others.

        Raises:
            click.UsageError: a skill is unknown, or finds nothing by itself.
            EngineError: the catalog cannot be read.
        """
        # Nobody types meanwhile: the command line may use every core.
        assistant = start(Settings(sensitivity=self.sensitivity, threads=os.cpu_count()))
        assistant.report = self.problem
        chosen = self._chosen(assistant)
        faults = _Faults(self)
        log.addHandler(faults)
        # With --verbose the traceback is shown as well.
        log.propagate = log.isEnabledFor(logging.INFO)
        try:
            for file in files(paths):
                try:
                    snapshot = read(file.path, self.language if file.named else None)
                except UnfitFile as unfit:
                    # What lies about in a folder was not asked for by name: say it, and call it no failure.
                    self.problem(f"{file.path}: {unfit}", fails=file.named)
                    continue
                yield Swept(file.path, snapshot, self._check(assistant, file.path, snapshot, chosen))
        finally:
            log.removeHandler(faults)
            log.propagate = True
            assistant.close()

    def problem(self, message: str, *, fails: bool = True) -> None:
        """Say what went wrong; with `fails`, the run ends in exit code 2."""
        click.echo(f"smallsense: {message}", err=True)
        if fails:
            self.problems.append(message)

    def _chosen(self, assistant: Assistant) -> frozenset[str] | None:
        checking = {name for name, skill in assistant.skills.items() if Face.DIAGNOSTIC in skill.faces}
        for name in self.skills:
            if name not in assistant.skills:
                known = ", ".join(sorted(checking))
                raise click.UsageError(f"there is no skill {name!r}; those that check are {known}")
            if name not in checking:
                raise click.UsageError(f"the skill {name!r} finds nothing by itself: ask for it in an editor")
        return frozenset(self.skills) or None

    def _check(
        self, assistant: Assistant, path: str, snapshot: Snapshot, chosen: frozenset[str] | None
    ) -> tuple[Found, ...]:
        found: list[Found] = []
        show = sys.stderr.isatty()
        for part in assistant.check_parts(snapshot, skills=chosen):
            found += part.found
            if show:
                click.echo(f"\r\x1b[K{path}: {part.asked} of {part.total} questions", err=True, nl=False)
        if show:
            click.echo("\r\x1b[K", err=True, nl=False)
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
    """Give a command the options that choose what is swept: `skills`, `sensitivity`, `language`, `paths`."""
    for decorate in (
        click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(allow_dash=True)),
        click.option("--language", metavar="NAME", help="The language of the named files; needed for “-”."),
        click.option(
            "--sensitivity",
            type=click.Choice(SENSITIVITIES),
            default="balanced",
            show_default=True,
            help="How sure a skill must be.",
        ),
        click.option(
            "--skill", "skills", multiple=True, metavar="NAME", help="Only this skill (repeatable)."
        ),
    ):
        command = decorate(command)
    return command
