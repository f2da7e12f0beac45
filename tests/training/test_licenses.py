"""Which licenses may train what ships."""

import pytest

from smallsense.training.licenses import permissive


@pytest.mark.parametrize(
    "name",
    ["MIT", "Apache-2.0", "BSD-3-Clause", "CC0 / public domain", "public domain (CC0)", "CC-BY-4.0",
     "MIT or Apache-2.0", "BSD (docs/ CC-BY-SA left out)", "PSF"],
)  # fmt: skip
def test_permissive_licenses_train(name: str) -> None:
    assert permissive(name)


@pytest.mark.parametrize(
    "name",
    [None, "", "CC-BY-SA-4.0", "CC BY-NC-SA 4.0", "CC-BY-NC-4.0", "GPL-3.0", "LGPL-2.1", "proprietary",
     "MIT or GPL-2.0", "MIT and CC-BY-SA-3.0"],
)  # fmt: skip
def test_share_alike_non_commercial_and_unknown_ones_do_not(name: str | None) -> None:
    assert not permissive(name)
