"""What a stage of training draws its pairs from: mined fixes, pairs, and clean text to spoil."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from smallsense.training.corruptions import Corruption, Lexicon, corrupt, corruptions
from smallsense.training.fixes import read_variants
from smallsense.training.pairs import Pair, Rules, Tally, read_clean, read_fixes, read_pairs, read_tokenized
from smallsense.training.rows import DataError
from smallsense.training.withheld import read_leaks

_TECHNICAL = re.compile(r"[`_/]|\w\.\w|\w\(")

T = TypeVar("T")


def read_lexicon(misspellings: Path, words: Path) -> Lexicon:
    """Read the word lists: `misspellings` has lines `wrong,right[,right…]`, `words` one word a line."""
    known = frozenset(word.strip().lower() for word in words.read_text(encoding="utf-8").splitlines())
    wrong: dict[str, list[str]] = {}
    with misspellings.open(encoding="utf-8", newline="") as file:
        for line in csv.reader(file):
            if len(line) >= 2 and line[1] in known:
                wrong.setdefault(line[1], []).append(line[0])
    return Lexicon({right: tuple(forms) for right, forms in wrong.items()}, known)


@dataclass(frozen=True, slots=True)
class Noise:
    """How synthetic errors are made: kinds by weight, and how likely one, two, three … errors are."""

    weights: Mapping[str, float]
    counts: Sequence[float]
    table: Mapping[str, Corruption]

    def spoil(self, text: str, rng: random.Random) -> str:
        """`text` with some errors; long text may get more."""
        count = rng.choices(range(1, len(self.counts) + 1), self.counts)[0]
        return corrupt(text, min(count, 1 + len(text) // 24), self.weights, self.table, rng)[0]


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything a stage of training draws from."""

    fixes: Sequence[Pair]
    pairs: Sequence[Pair]
    clean: Mapping[str, Sequence[str]]
    noises: Mapping[str, Noise]


def draw(pool: Pool, mix: Mapping[str, float], total: int, rng: random.Random) -> list[Pair]:
    """Draw `total` shuffled pairs in the shares of `mix`.

    Shares: `fixes`, `pairs`, `fixed` (corrected texts left as they are), and for each register `technical`,
    `everyday`, `reflective` (unchanged), `technical_errors`, `everyday_errors` (the noise of that name), and
    `technical_`, `everyday_`, `reflective_` with the name of any other noise.

    Raises:
        DataError: a share is unknown or nothing can be drawn for it.
    """
    drawn = list[Pair]()
    scale = total / sum(mix.values())
    for share, weight in mix.items():
        count = round(weight * scale)
        if share in ("fixes", "pairs"):
            drawn += _cycle(pool.fixes if share == "fixes" else pool.pairs, count, rng, share)
        elif share == "fixed":
            drawn += [Pair(p.target, p.target, "fixed") for p in _cycle(pool.fixes, count, rng, share)]
        else:
            register, _, noise_name = share.partition("_")
            texts = _cycle(_favor_code(pool.clean.get(register, ()), register, rng), count, rng, share)
            if noise_name:
                noise = pool.noises[register if noise_name == "errors" else noise_name]
                drawn += [Pair(noise.spoil(text, rng), text, share) for text in texts]
            else:
                drawn += [Pair(text, text, share) for text in texts]
    rng.shuffle(drawn)
    return drawn


def _favor_code(texts: Sequence[str], register: str, rng: random.Random) -> Sequence[str]:
    """Of technical text, all that holds code spans, paths and the like, and half of the rest."""
    if register != "technical":
        return texts
    return [text for text in texts if _TECHNICAL.search(text) or rng.random() < 0.5]


def _cycle(items: Sequence[T], count: int, rng: random.Random, share: str) -> list[T]:
    if not items:
        raise DataError(f"the recipe's mix asks for {share!r}, but there is nothing to draw from")
    picked: list[T] = []
    while len(picked) < count:
        picked += rng.sample(items, min(len(items), count - len(picked)))
    return picked


def load_pool(
    folder: Path, recipe: Mapping[str, Any], rng: random.Random, tally: Tally
) -> tuple[Pool, list[str]]:
    """Read all data a recipe names under `folder`; also return the held-out clean sentences.

    Raises:
        DataError: a file is missing, broken, or its license does not permit training.
    """
    data = recipe["data"]
    variants = read_variants((folder / data["variants"]).read_text("latin-1")) if "variants" in data else {}
    leaks = read_leaks([folder / name for name in data.get("never", ())])
    rules = Rules(leaks, data.get("held_out_percent", 0), data.get("held_out_salt", ""), variants)
    fixes, pairs = list[Pair](), list[Pair]()
    clean: dict[str, list[str]] = {"technical": [], "everyday": [], "reflective": [], "held out": []}
    for source in data["sources"]:
        path, license_name = folder / source["file"], source.get("license")
        match source["kind"]:
            case "fixes":
                fixes += read_fixes(path, license_name, rules, tally, rng)
            case "pairs":
                pairs += read_pairs(path, license_name, rules, tally)
            case "tokenized":
                pairs += read_tokenized(path, license_name, rules, tally)
            case "clean":
                for register, texts in read_clean(path, license_name, rules, tally).items():
                    clean[register] += texts
            case kind:
                raise DataError(f"the recipe has a source of unknown kind {kind!r}")
    keep = data.get("keep", {})
    fixes = [pair for pair in fixes if rng.random() < keep.get(pair.origin, 1.0)]
    noises: dict[str, Noise] = {}
    if "noise" in recipe:
        table = corruptions(read_lexicon(folder / data["misspellings"], folder / data["words"]))
        noises = {name: Noise(n["weights"], n["counts"], table) for name, n in recipe["noise"].items()}
    return Pool(fixes, pairs, clean, noises), clean["held out"]
