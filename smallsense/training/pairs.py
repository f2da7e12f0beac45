"""From a recipe's data to shuffled pairs of wrong and right text: seeded, license-checked, leak-checked."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from smallsense.training.corruptions import Corruption, Lexicon, corrupt, corruptions
from smallsense.training.fixes import genuine, read_variants, without_markers, word_edits
from smallsense.training.licenses import permissive

_ARCHAIC = re.compile(r"\b(?:thee|thou|thy|hath|doth|ye|o'er|'tis|'twas|whilst|upon|shall)\b", re.I)
_CONTRACTED = frozenset(("m", "s", "re", "ve", "ll", "d", "nt", "n't", "'m", "'s", "'re", "'ve", "'ll", "'d"))
_TECHNICAL = re.compile(r"[`_/]|\w\.\w|\w\(")

T = TypeVar("T")


class DataError(Exception):
    """The data cannot train what ships; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Wrong text and right text; equal where there is nothing to correct."""

    source: str
    target: str
    origin: str


@dataclass(frozen=True, slots=True)
class Leaks:
    """What belongs to a development split: its repositories, and its sentences by their bare letters."""

    repositories: frozenset[str]
    sentences: frozenset[str]

    def holds(self, *texts: str, repository: str | None = None) -> bool:
        """Whether a row is in the split."""
        return repository in self.repositories or any(plain(text) in self.sentences for text in texts)


@dataclass(slots=True)
class Tally:
    """How many rows were kept and why others were not."""

    counts: Counter[str] = field(default_factory=Counter)

    def __call__(self, reason: str) -> None:
        """Count one row."""
        self.counts[reason] += 1


def plain(text: str) -> str:
    """A text's letters and digits, to compare by."""
    return re.sub(r"[\W_]+", "", text).lower()


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON-lines file, gzipped or not.

    Raises:
        DataError: the file is missing or a line is no JSON object.
    """
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as file
        ):
            for number, line in enumerate(file, 1):
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise DataError(f"{path}, line {number}: not a JSON object")
                yield row
    except (OSError, json.JSONDecodeError) as error:
        raise DataError(f"{path}: {error}") from error


def read_leaks(paths: Sequence[Path]) -> Leaks:
    """Read the development splits that training must not touch."""
    repositories, sentences = set[str](), set[str]()
    for path in paths:
        for row in rows(path):
            repositories.add(row.get("repo", ""))
            sentences |= {plain(row["src"]), plain(row["tgt"])}
    return Leaks(frozenset(repositories - {""}), frozenset(sentences - {""}))


def held_out(source: str, percent: int, salt: str) -> bool:
    """Whether all text of the repository or book `source` is kept for measuring false alarms."""
    digest = hashlib.sha256(f"{salt}:{source}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < percent


def _check_license(row: Mapping[str, Any], default: str | None, where: Path) -> bool:
    """Whether a row may train; a file that states no license at all is an error, not a row to skip."""
    stated = row.get("licence") or row.get("license") or default
    if not stated:
        raise DataError(f"{where}: a row names no license and the recipe states none for the file")
    return permissive(stated)


@dataclass(frozen=True, slots=True)
class Rules:
    """What every reader of rows needs: what to leave out, and how."""

    leaks: Leaks
    held_percent: int
    salt: str
    variants: Mapping[str, int]

    def withheld(self, source: str) -> bool:
        """Whether a repository is held out."""
        return held_out(source, self.held_percent, self.salt)


def read_fixes(
    path: Path, default_license: str | None, rules: Rules, tally: Tally, rng: random.Random
) -> list[Pair]:
    """Mined fixes that correct a genuine error."""
    kept = list[Pair]()
    for row in rows(path):
        source, target = row["src"], row["tgt"]
        if not _check_license(row, default_license, path):
            tally("fixes: license")
        elif rules.leaks.holds(source, target, repository=row["repo"]) or rules.withheld(row["repo"]):
            tally("fixes: in a development or held-out split")
        else:
            edits = word_edits(source, target)
            if not 0 < len(edits) <= 4 or not all(genuine(edit, rules.variants) for edit in edits):
                tally("fixes: style, context or fact")
                continue
            if rng.random() < 0.7:
                source, target = without_markers(source, target)
            if len(target) > 4 and source != target:
                tally("fixes: kept")
                kept.append(Pair(source, target, f"fixes-{row.get('batch', 0)}"))
    return kept


def read_pairs(path: Path, default_license: str | None, rules: Rules, tally: Tally) -> list[Pair]:
    """Plain pairs of `src` and `tgt` (or `source` and `target`), taken as they are."""
    kept = list[Pair]()
    for row in rows(path):
        source, target = row.get("src", row.get("source")), row.get("tgt", row.get("target"))
        if not isinstance(source, str) or not isinstance(target, str):
            raise DataError(f"{path}: a row lacks source or target text")
        if not _check_license(row, default_license, path):
            tally(f"{path.stem}: license")
        elif rules.leaks.holds(source, target):
            tally(f"{path.stem}: in a development split")
        elif source.strip() and target.strip() and "\n" not in source + target:
            tally(f"{path.stem}: kept")
            kept.append(Pair(source.strip(), target.strip(), path.stem))
    return kept


def detokenize(text: str) -> str:
    """Undo tokenization: close up punctuation, contractions and quotes."""
    out, quoted = "", False
    for token in text.split():
        glue = not out or out.endswith(("(", "[", "“", "$")) or (out.endswith('"') and quoted)
        if token == '"':
            out += token if glue or quoted else " " + token
            quoted = not quoted
            continue
        if token in _CONTRACTED or re.fullmatch(r"[.,;:!?%)\]”…]+|'", token):
            glue = True
        out += token if glue else " " + token
    return out


def read_tokenized(path: Path, default_license: str | None, rules: Rules, tally: Tally) -> list[Pair]:
    """Tokenized pairs, detokenized."""
    found = read_pairs(path, default_license, rules, tally)
    return [Pair(detokenize(p.source), detokenize(p.target), p.origin) for p in found]


def read_clean(path: Path, default_license: str | None, rules: Rules, tally: Tally) -> dict[str, list[str]]:
    """Clean sentences by register; those of held-out technical sources under `held out`."""
    kept: dict[str, list[str]] = {"technical": [], "everyday": [], "held out": []}
    for row in rows(path):
        text, register = row["text"], row["register"]
        if not _check_license(row, default_license, path):
            tally("clean: license")
        elif rules.leaks.holds(text, repository=row["source"]):
            tally("clean: in a development split")
        elif register == "technical" and rules.withheld(row["source"]):
            kept["held out"].append(text)
        elif 16 <= len(text) <= 240 and not (register == "everyday" and _ARCHAIC.search(text)):
            kept[register].append(text)
    for register, texts in kept.items():
        tally.counts[f"clean: {register}"] += len(texts)
    return kept


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
    `everyday` (unchanged), `technical_errors`, `everyday_errors` (the noise of that name), and `technical_`,
    `everyday_` with the name of any other noise.

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
    clean: dict[str, list[str]] = {"technical": [], "everyday": [], "held out": []}
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
