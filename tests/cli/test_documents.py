"""What the documents of the project show must be so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def skills_table(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools/skills_table.py"), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_tables_of_skills_and_rules_are_current():
    run = skills_table("--check", ROOT / "README.md", ROOT / "docs/rules.md")
    assert run.returncode == 0, run.stderr


def test_table_that_is_out_of_date_is_noticed_and_mended(tmp_path: Path):
    readme = tmp_path / "README.md"
    readme.write_text(
        (ROOT / "README.md").read_text("utf-8").replace("| `grammar` |", "| `grammer` |"), "utf-8"
    )
    assert skills_table("--check", readme).returncode == 1
    assert skills_table(readme).returncode == 0
    assert readme.read_text("utf-8") == (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_within_the_project_lead_somewhere(name: str):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text("utf-8")):
        assert (ROOT / target).exists(), target
