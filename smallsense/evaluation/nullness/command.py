"""Other programs, run for what they print."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Absent(Exception):
    """A program is not installed or did not run; the message says which and why."""


def _program(name: str) -> str:
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(name)
    if found is None:
        how = "install Node.js" if name == "node" else "pip install 'smallsense[eval]'"
        raise Absent(f"{name} is not installed: {how}")
    return found


def version(name: str) -> str:
    """Which version of itself a program names.

    Raises:
        Absent: it cannot be run.
    """
    return _output(name, ["--version"], Path.cwd()).strip()


def said(name: str, arguments: Iterable[str], folder: Path, given: str = "") -> Any:
    """What a program prints, read as JSON; it is `given` a text to read, and runs in `folder`.

    Raises:
        Absent: it cannot be run, or prints something else.
    """
    printed = _output(name, arguments, folder, given)
    try:
        return json.loads(printed)
    except json.JSONDecodeError as error:
        raise Absent(f"{name} says {printed[:200]!r}") from error


def _output(name: str, arguments: Iterable[str], folder: Path, given: str = "") -> str:
    """What a program prints. Those that check exit with 1 when they find something."""
    try:
        done = subprocess.run(
            [_program(name), *arguments],
            cwd=folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=1800,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Absent(f"{name} did not run: {error}") from error
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise Absent(f"{name} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
