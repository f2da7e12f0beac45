"""The template of a skill, installed as another package would install it, asks the real weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smallsense.engine.catalog import Catalog

pytestmark = pytest.mark.model

TEMPLATE = Path(__file__).parents[2] / "docs" / "template_skill.py"
MANIFEST = """\
[skills.vague-heading]
base = "smollm2-135m"
thresholds = { quiet = 0.9, balanced = 0.6, eager = 0.5 }
"""


def test_the_template_finds_vague_titles_when_another_package_brings_it(
    tmp_path: Path, catalog: Catalog
) -> None:
    site, settings = tmp_path / "site", tmp_path / "settings"
    (site / "your_package").mkdir(parents=True)
    (site / "your_package" / "vague_heading.py").write_text(TEMPLATE.read_text("utf-8"), "utf-8")
    information = site / "your_package-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: your-package\nVersion: 1.0\n")
    point = "vague-heading = your_package.vague_heading:SKILL"
    (information / "entry_points.txt").write_text(f"[smallsense.skills]\n{point}\n")
    (settings / "smallsense").mkdir(parents=True)
    (settings / "smallsense" / "models.toml").write_text(MANIFEST)
    page = tmp_path / "page.md"
    page.write_text("# Various things\n\nA text.\n\n## Some more\n\n## How to install\n", "utf-8")
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "smallsense", "check", "--format", "json", "--skill", "vague-heading"]
    checked = subprocess.run(
        [*command, "--sensitivity", "eager", str(page)],
        env=os.environ | {"PYTHONPATH": path, "XDG_CONFIG_HOME": str(settings)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert checked.returncode == 1, checked.stderr
    found = [(finding["rule"], finding["line"]) for finding in json.loads(checked.stdout)]
    assert found == [("vague-heading", 1), ("vague-heading", 5)]
