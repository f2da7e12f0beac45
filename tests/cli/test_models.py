from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smallsense.cli.main import cli
from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError

ADAPTER = b"GGUF adapter"


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A catalog without bases, so that nothing needs to be fetched, and with one adapter."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "adapter.gguf").write_bytes(ADAPTER)
    (folder / "models.toml").write_text(f"""
default_base = "tiny"
[bases.tiny]
requirement = "tiny-base==1.0"
member = "tiny.gguf"
sha256 = "00"
size = 3
license = "MIT"
quantization = "Q4_0"
context = 64
[skills.grammar]
base = "tiny"
adapter = "adapter.gguf"
sha256 = "{hashlib.sha256(ADAPTER).hexdigest()}"
size = {len(ADAPTER)}
score = "F0.5 40 on our test set"
""")
    catalog = Catalog.load(folder, tmp_path / "cache")
    monkeypatch.setattr(Catalog, "load", classmethod(lambda cls: catalog))
    return catalog


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["models", *args], catch_exceptions=False)


def test_list_shows_what_is_here_and_what_is_not(catalog: Catalog):
    output = run("list").output
    assert "base tiny (Q4_0, MIT)" in output
    assert "not fetched: run `smallsense models pull`" in output
    assert "skill grammar: tiny, adapter.gguf, 0.0 MB; F0.5 40 on our test set" in output
    (catalog.folder / "adapter.gguf").unlink()
    assert "adapter.gguf, 0.0 MB, missing" in run("list").output


def test_list_tells_what_every_skill_runs_on():
    output = run("list").output
    assert "skill nullness: smollm2-135m, nullness/adapter.gguf, 9.8 MB\n" in output
    assert "skill docstring: smollm2-135m, no adapter\n" in output


def test_list_as_json(catalog: Catalog):
    (row,) = json.loads(run("list", "--format", "json").output)
    assert row["skill"] == "grammar"
    assert (row["base_here"], row["adapter_here"], row["license"]) == (False, True, "MIT")
    assert set(row["thresholds"]) == {"quiet", "balanced", "eager"}


def test_verify_names_each_problem_and_exits_with_two(catalog: Catalog):
    (catalog.folder / "adapter.gguf").write_bytes(b"GGUF adapteR")
    result = run("verify")
    assert result.exit_code == 2
    assert "weights of tiny are missing" in result.stderr
    assert "wrong sha256" in result.stderr


def test_pull_says_what_it_does_and_then_verifies(catalog: Catalog, monkeypatch: pytest.MonkeyPatch):
    def pull(self, progress):
        progress("downloading", 1, 2)
        progress("downloading", 2, 2)
        progress("converting to Q4_0", 0, 0)

    monkeypatch.setattr(Catalog, "pull", pull)
    monkeypatch.setattr(Catalog, "verify", lambda self: [])
    result = run("pull")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[:2] == ["downloading", "converting to Q4_0"]
    monkeypatch.setattr(Catalog, "verify", lambda self: ["the adapter is broken: reinstall"])
    result = run("pull")
    assert result.exit_code == 2
    assert "smallsense: the adapter is broken: reinstall" in result.stderr


def test_failed_pull_is_a_message(catalog: Catalog, monkeypatch: pytest.MonkeyPatch):
    def pull(self, progress):
        raise EngineError("pip cannot fetch tiny-base: check the network")

    monkeypatch.setattr(Catalog, "pull", pull)
    result = run("pull")
    assert result.exit_code == 2
    assert "smallsense: pip cannot fetch tiny-base: check the network" in result.stderr
