"""The command `smallsense`: a group whose commands are imported only when they are called."""

from __future__ import annotations

import io
import logging
import os
import sys
from typing import IO, Any

import click

import smallsense
from smallsense.cli.lazy import LazyGroup

_COMMANDS = {
    "bench": "Measure the speed and faithfulness of the engine.",
    "calibrate": "Measure how far the findings of a skill may be trusted.",
    "cache": "Look at the answers kept on disk, or delete them.",
    "check": "Show what the skills find in files, folders or standard input.",
    "doctor": "Say what is wrong with this installation, and how to mend it.",
    "eval": "Measure how good the skills are, on real data and beside their peers.",
    "fix": "Apply the best fix of every finding: as a diff, or to the files.",
    "models": "List, fetch and verify the weights.",
    "serve": "Run the language server.",
    "train": "Train an adapter, or go on from one with pairs of your own.",
}
_INTERRUPTED = 130


class Failure(click.ClickException):
    """What the user can mend: shown as one message, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """See `click.ClickException.show`."""
        click.echo(f"smallsense: {self.format_message()}", file=file, err=file is None)


class _Commands(LazyGroup):
    """Loads a command when it is called, so that the language server starts without what the others need."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the engine says the user can mend becomes a message."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Not before there is one: the language server says hello an eighth sooner without this import.
            from smallsense.engine.engine import EngineError

            if isinstance(error, EngineError):
                raise Failure(str(error)) from error
            raise


@click.group(
    cls=_Commands,
    package="smallsense.cli",
    summaries=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(smallsense.__version__, prog_name="smallsense")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to standard error.")
def cli(verbose: bool) -> None:
    """Skills that read your prose and code, each with its own tiny model on your own CPU."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        click.get_current_context().color = False
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.ERROR,
        format="%(levelname)s %(name)s: %(message)s" if verbose else "smallsense: %(message)s",
    )


def main() -> None:
    """Run the command line.

    Exit code 2 is any failure, with a message; an interrupt is 130, as shells have it, for 1 means findings.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no "…" must not end the program.
            stream.reconfigure(errors="replace")
    try:
        code = cli(prog_name="smallsense", standalone_mode=False)
        if not sys.stdout.closed:  # as the language server leaves it
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (`head`, say) has gone; keep the interpreter from flushing once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Failure.exit_code
    except OSError as error:
        logging.getLogger(__name__).info("failed", exc_info=error)
        failure = Failure(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        failure.show()
        code = failure.exit_code
    sys.exit(code if isinstance(code, int) else 0)
