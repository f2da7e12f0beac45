"""Packages of the registries, unpacked into a folder; pip and npm run only for what is not there yet."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from smallsense.training.held_out import Package

PACKAGES = "packages"
"""The folder that packages are kept in."""

TYPESCRIPT = Package("npm", "typescript", "5.9.3", "Apache-2.0", "")
"""The type checker, as a library for Node.js."""


class Unfetched(Exception):
    """A package could not be had; the message says why."""


def fetched(package: Package, folder: Path) -> Path:
    """Return where the package lies unpacked below `folder`, fetched first where it is not there.

    Raises:
        Unfetched: pip or npm is missing or failed.
    """
    place = folder / package.registry / f"{package.name.replace('/', '+')}-{package.version}"
    if place.exists():
        return place
    with tempfile.TemporaryDirectory() as scratch:
        if package.registry == "pypi":
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary",
                ":all:",
            ]
            command += ["--dest", scratch, f"{package.name}=={package.version}"]
        else:
            command = ["npm", "pack", "--silent", "--pack-destination", scratch]
            command += [f"{package.name}@{package.version}"]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", "") or str(error)
            raise Unfetched(f"{package.name} {package.version}: {said.strip()[-300:]}") from error
        archive = next(Path(scratch).iterdir())
        unpacked = Path(scratch) / "unpacked"
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(unpacked)
        else:
            with tarfile.open(archive) as ball:
                ball.extractall(unpacked, filter="data")
        place.parent.mkdir(parents=True, exist_ok=True)
        inner = unpacked / "package"
        shutil.move(inner if inner.exists() else unpacked, place)
    return place
