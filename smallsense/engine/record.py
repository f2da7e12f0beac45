"""The record kept beside served weights: what they were when made. Later checks compare against it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Record:
    """`sha256`, `size` (bytes) and `mtime_ns` of a file; `source` is the sha256 of what it was made from."""

    sha256: str
    size: int
    mtime_ns: int
    source: str
    quantization: str

    @classmethod
    def read(cls, weights: Path) -> Record | None:
        """Return the record of the file `weights`, or None where there is none that makes sense."""
        try:
            return cls(**json.loads(_beside(weights).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, weights: Path) -> None:
        """Keep this record for the file `weights`.

        Raises:
            OSError: it cannot be written.
        """
        _beside(weights).write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")


def _beside(weights: Path) -> Path:
    return weights.with_name(weights.name + ".json")
