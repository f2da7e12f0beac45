"""Another adapter than the manifest names, to be measured before it is shipped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from smallsense.cli.main import Failure
from smallsense.engine.catalog import Catalog
from smallsense.engine.gguf_file import sha256_of
from smallsense.engine.manifest import read_calibration


def with_adapter(
    catalog: Catalog, name: str, adapter: Path | None, calibration: Path | None = None
) -> Catalog:
    """The catalog with another adapter or calibration for the skill `name`.

    Raises:
        Failure: the calibration was measured with another adapter, or cannot be read.
    """
    skill = catalog.skill(name)
    if adapter:
        skill = replace(
            skill, adapter=str(adapter.absolute()), sha256=sha256_of(adapter), size=adapter.stat().st_size
        )
    if calibration:
        skill = replace(skill, calibration=str(calibration.absolute()))
    try:
        found = read_calibration(skill)
    except (OSError, ValueError) as error:
        if calibration:
            raise Failure(f"{calibration} cannot be read: {error}") from error
        found = None  # there may be none yet: then the thresholds of models.toml hold
    if calibration and found is None:
        raise Failure(f"{calibration} was measured with another adapter")
    skill = replace(skill, measured=found)
    return replace(catalog, skills={**catalog.skills, name: skill})
