"""What the command line says when weights are missing or broken: the real catalog, no model."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smallsense.cli.main import cli
from smallsense.engine.catalog import Catalog
from smallsense.engine.record import Record

WHOLE = b"GGUF" + bytes(996)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the served base belongs; its record asks for a thousand bytes with another sha256."""
    monkeypatch.setenv("SMALLSENSE_MODELS", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    catalog = Catalog.load()
    base = catalog.base("grammar")
    path = catalog.base_path(base)
    Record("0" * 64, len(WHOLE), 0, base.sha256, base.quantization).write(path)
    return path


def check(folder: Path) -> Result:
    (folder / "a.md").write_text("He have two dog.\n")
    return CliRunner().invoke(cli, ["check", str(folder / "a.md")], catch_exceptions=False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "are missing"),
        (WHOLE[:10], "is truncated (10 of 1,000 bytes)"),
        (b"", "is truncated (0 of 1,000 bytes)"),
        (WHOLE, "has the wrong sha256"),
        (b"JUNK" + WHOLE[4:], "is not a GGUF file"),
    ],
)
def test_check_says_what_is_wrong_and_what_to_do(
    weights: Path, tmp_path: Path, content: bytes | None, message: str
):
    if content is not None:
        weights.write_bytes(content)
    result = check(tmp_path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert result.stderr.endswith("run `smallsense models pull`\n")


def test_verify_finds_the_same(weights: Path):
    weights.write_bytes(WHOLE)
    result = CliRunner().invoke(cli, ["models", "verify"], catch_exceptions=False)
    assert result.exit_code == 2
    assert "has the wrong sha256" in result.stderr
