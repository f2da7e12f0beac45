"""Releases of a package, compared."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from smallsense.training import releases
from smallsense.training.fetch import Unfetched
from smallsense.training.held_out import Package, held_out
from smallsense.training.releases import History, mined_releases, newest, read_histories
from smallsense.training.rows import DataError

RECIPES = Path(__file__).parents[2] / "models" / "recipes"
FIRST = "def f(key):\n    node = find(key)\n    return node.label\n"
MENDED = FIRST.replace("    return", "    if node is None:\n        return ''\n    return")
CODE = {"1": FIRST, "3": MENDED, "4": FIRST, "5": MENDED}
HISTORY = History("pypi", "tree", "MIT", ("1", "2", "3", "4", "5"))


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The releases that were fetched; of "2" there is none."""
    fetched: list[str] = []

    def contents(package: Package, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        fetched.append(package.version)
        if package.version not in CODE:
            raise Unfetched(f"{package.name} {package.version}: none")
        source = CODE[package.version].encode()
        places = ("tree/a.py", "tree/_vendor/b.py", "tree/tests/c.py", "tree/d.txt")
        return {place: source for place in places if wanted(place)}

    monkeypatch.setattr(releases, "contents", contents)
    return fetched


def test_each_release_is_compared_with_the_one_before(fetches: list[str], tmp_path: Path) -> None:
    (row,) = mined_releases([HISTORY], tmp_path, Console(quiet=True))
    assert (row["repo"], row["version"], row["path"], row["func_name"]) == (
        "pypi/tree",
        "3",
        "tree/a.py",
        "f",
    )
    assert row["before"] == FIRST.rstrip()
    assert fetches == ["1", "2", "3", "4", "5"]


def test_what_was_found_is_kept(fetches: list[str], tmp_path: Path) -> None:
    found = mined_releases([HISTORY], tmp_path, Console(quiet=True))
    fetches.clear()
    assert mined_releases([HISTORY], tmp_path, Console(quiet=True)) == found
    assert fetches == []
    assert [path.name for path in tmp_path.iterdir()] == ["pypi+tree.jsonl"]


def test_a_release_that_is_not_to_be_had_is_named(fetches: list[str], tmp_path: Path) -> None:
    console = Console(record=True, width=100)
    mined_releases([HISTORY], tmp_path, console)
    assert "passed over: tree 2: none" in console.export_text()


def test_a_newest_release_that_is_not_to_be_had_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(package: Package, folder: Path) -> Path:
        raise Unfetched(f"{package.name} {package.version}: none")

    monkeypatch.setattr("smallsense.training.uses.fetched", missing)
    console = Console(record=True, width=100)
    assert not list(newest([HISTORY], tmp_path, 10, random.Random(0), console))
    assert "passed over: tree 5: none" in console.export_text()


def _written(path: Path, name: str, license_name: str) -> Path:
    path.write_text(
        f'[[histories]]\nregistry = "pypi"\nname = "{name}"\nlicense = "{license_name}"\nversions = ["1"]\n'
    )
    return path


def test_what_must_not_train_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must not train"):
        read_histories(_written(tmp_path / "a.toml", held_out()[0].name, "MIT"))
    with pytest.raises(DataError, match="GPL"):
        read_histories(_written(tmp_path / "a.toml", "tree", "GPL-3.0"))
    with pytest.raises(DataError, match="cannot read"):
        read_histories(tmp_path / "none.toml")


def test_the_recipes_can_be_followed() -> None:
    learned, following = (read_histories(RECIPES / f"nullness-releases{end}.toml") for end in ("", "-next"))
    histories = [*learned, *following]
    names = [history.repository for history in histories]
    assert len(set(names)) == len(names)
    assert all(len(set(history.versions)) == len(history.versions) > 1 for history in histories)
