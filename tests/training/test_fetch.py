"""Packages out of their archives, without a registry."""

import io
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from smallsense.training import fetch
from smallsense.training.fetch import Unfetched, contents, fetched
from smallsense.training.held_out import Package

WHEEL = Package("pypi", "tree", "1", "MIT", "")
BALL = Package("npm", "@tree/leaf", "1", "MIT", "")
FILES = {"tree/a.py": b"a = 1\n", "tree/b.so": b"\0"}


def _wheel() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    return file.getvalue()


def _ball() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in FILES.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


Serve = Callable[[str, bytes], None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Has pip and npm put a file of this name and content into the folder that they are given."""

    def serve(name: str, data: bytes) -> None:
        def run(command: list[str], **_: object) -> None:
            flag = "--dest" if "--dest" in command else "--pack-destination"
            Path(command[command.index(flag) + 1], name).write_bytes(data)

        monkeypatch.setattr(fetch.subprocess, "run", run)

    return serve


@pytest.mark.parametrize(
    ("package", "name", "data"), [(WHEEL, "tree-1.whl", _wheel()), (BALL, "leaf-1.tgz", _ball())]
)
def test_a_package_is_read_with_and_without_unpacking(
    serve: Serve, tmp_path: Path, package: Package, name: str, data: bytes
) -> None:
    serve(name, data)
    assert contents(package, lambda place: place.endswith(".py")) == {"tree/a.py": FILES["tree/a.py"]}
    assert list(tmp_path.iterdir()) == []
    root = fetched(package, tmp_path)
    assert {place: (root / place).read_bytes() for place in FILES} == FILES


@pytest.mark.parametrize(
    ("package", "name", "data"),
    [(WHEEL, "tree-1.whl", _wheel()[:60]), (BALL, "leaf-1.tgz", _ball()[:60]), (BALL, "leaf-1.tgz", b"")],
)
def test_a_broken_archive_is_named(
    serve: Serve, tmp_path: Path, package: Package, name: str, data: bytes
) -> None:
    serve(name, data)
    with pytest.raises(Unfetched, match=f"{package.name} 1"):
        contents(package, lambda place: True)
    with pytest.raises(Unfetched, match=f"{package.name} 1"):
        fetched(package, tmp_path)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            subprocess.CalledProcessError(1, "pip", stderr="many\nlines\nno such release\n"),
            "no such release$",
        ),
        (subprocess.TimeoutExpired("pip", 300, stderr=b"bytes\nhere"), "timed out"),
        (FileNotFoundError(2, "No such file", "npm"), "No such file"),
    ],
)
def test_what_went_wrong_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception, told: str) -> None:
    def run(command: list[str], **_: object) -> None:
        raise error

    monkeypatch.setattr(fetch.subprocess, "run", run)
    with pytest.raises(Unfetched, match=f"tree 1: .*{told}"):
        contents(WHEEL, lambda place: True)
