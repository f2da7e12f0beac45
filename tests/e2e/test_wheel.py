"""The wheel in an environment of its own, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source distribution, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel. It uses this one's dependencies: compiling takes too long."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    python = folder / "bin/python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        str(wheel),
    ]
    subprocess.run(install, check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def run(environment: Path, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(environment / "bin" / command[0]), *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        env=clean,
        timeout=300,
        **options,
    )


def test_wheel_has_queries_manifest_and_adapters(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    queries = {path.relative_to(ROOT).as_posix() for path in (ROOT / "smallsense").rglob("*.scm")}
    assert queries
    assert queries <= names
    manifest = tomllib.loads((ROOT / "models/models.toml").read_text())
    adapters = {entry["adapter"] for entry in manifest["skills"].values() if "adapter" in entry}
    assert {f"smallsense/models/{name}" for name in ("models.toml", *adapters)} <= names
    assert not [name for name in names if name.startswith("tests")]


def test_source_distribution_has_what_the_build_needs(built: Path):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {name.partition("/")[2] for name in files.getnames()}
    assert {"Makefile", "tools/llama.cmake", "models/models.toml", "LICENSE", "pyproject.toml"} <= names


def test_wheel_runs_from_its_own_files(environment: Path, tmp_path: Path):
    code = "import smallsense; print(smallsense.__file__)"
    assert Path(run(environment, "python", "-c", code, cwd=tmp_path).stdout.strip()).is_relative_to(
        environment
    )
    listed = run(environment, "smallsense", "models", "list", "--format", "json", cwd=tmp_path)
    assert all(row["adapter_here"] is not False for row in json.loads(listed.stdout))


def test_wheel_checks_a_file(environment: Path, tmp_path: Path):
    try:
        Catalog.load().weights("grammar")
    except EngineError as error:
        pytest.skip(f"no weights: {error}")
    (tmp_path / "note.md").write_text("This guide explain how the library keeps a copy of the catalog.\n")
    checked = run(
        environment,
        "smallsense",
        "check",
        "--sensitivity",
        "eager",
        "--format",
        "json",
        "note.md",
        cwd=tmp_path,
    )
    assert (checked.returncode, checked.stderr) == (1, "")
    assert json.loads(checked.stdout)[0]["skill"] == "grammar"


def test_wheel_serves(environment: Path, tmp_path: Path):
    messages = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    sent = ""
    for message in messages:
        body = json.dumps({"jsonrpc": "2.0", **message})
        sent += f"Content-Length: {len(body)}\r\n\r\n{body}"
    served = run(environment, "smallsense", "serve", cwd=tmp_path, input=sent)
    assert served.returncode == 0, served.stderr
    assert '"codeActionProvider"' in served.stdout
    assert '"id": 2' in served.stdout or '"id":2' in served.stdout
