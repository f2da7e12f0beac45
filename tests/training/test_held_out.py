"""Which packages train nothing."""

from __future__ import annotations

from smallsense.training.held_out import held_out


def test_the_list_names_permissive_packages_once_each() -> None:
    packages = held_out()
    assert len({(one.registry, one.name) for one in packages}) == len(packages)
    assert {one.registry for one in packages} == {"pypi", "npm"}
    assert {one.license for one in packages} <= {"MIT", "BSD-3-Clause", "Apache-2.0"}
