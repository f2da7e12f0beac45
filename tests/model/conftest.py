"""What every test with the real weights needs: the weights."""

from __future__ import annotations

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    catalog = Catalog.load()
    try:
        catalog.weights("grammar")
    except EngineError as error:
        pytest.skip(f"no weights: {error}")
    return catalog
