"""Which of the fixes mined from commit histories correct an error, and not a matter of style or fact."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

_CODE = re.compile(r"[_/\\`=<>{}\[\]|@$#]|::|\(\)|[a-z][A-Z]|\w\.\w")
_LEADER = re.compile(r"\s*(?://+!?|#+:?|\*+|--+|;+|/\*+|\"\"\"|''')\s*(?=\S)")
_TRAILER = re.compile(r"\s*(?:\"\"\"|'''|\*/|-->)\s*\Z")
_SHORT = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "it's": "it is", "'m": " am"}
_SMALL_WORDS = """
a an the of to in on at for from by with as and or but nor so if than then that this these those it its he
she they
them their there is are was were be been being am has have had do does did not no can could will would shall
should
may might must which who whose whom what when where how why because about into onto over under between
through during
before after until while also just only very more most much many some any all each every both either neither
one
other another such same own we us our you your i me my his her him up down out off via per within without
"""
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True, slots=True)
class WordEdit:
    """Words `old` at word index `at` of the source became `new`; the source has `of` words."""

    at: int
    of: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def word_edits(source: str, target: str) -> list[WordEdit]:
    """The differences between two texts, by words."""
    a, b = source.split(), target.split()
    codes = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return [WordEdit(i, len(a), tuple(a[i:j]), tuple(b[m:n])) for tag, i, j, m, n in codes if tag != "equal"]


def bare(word: str) -> str:
    """A word's letters and digits in lower case."""
    return re.sub(r"[^\w]", "", word).lower()


def genuine(edit: WordEdit, variants: Mapping[str, int]) -> bool:
    """Whether an edit looks like the correction of an error that the sentence itself shows.

    `variants` numbers words by group: two spellings of one group (American and British, say) are no error.
    """
    old, new = " ".join(edit.old), " ".join(edit.new)
    if len(edit.old) > 3 or len(edit.new) > 3:
        return False
    if re.findall(r"\d", old) != re.findall(r"\d", new) or not (old + new).isascii():
        return False
    if edit.old and edit.new:
        return _genuine_replacement(edit, old, new, variants)
    words = [bare(word) for word in edit.old or edit.new]
    if len(words) > 2 or _CODE.search(old + new):
        return False
    return all(word in _SMALL for word in words) or (bool(edit.old) and len(words) == 1)


def _genuine_replacement(edit: WordEdit, old: str, new: str, variants: Mapping[str, int]) -> bool:
    if bare(old) == bare(new):
        if old.replace(" ", "").replace("-", "") == new.replace(" ", "").replace("-", ""):
            return " " in old or " " in new  # hyphens alone are style; spaces are split or joined words
        if old.lower() == new.lower():
            return edit.at > 0 and not _CODE.search(old)
        end = edit.at + len(edit.old) == edit.of
        return not (end and old.rstrip(".:;,") == new.rstrip(".:;,")) and not re.search(r"[`\"*_]", old + new)
    if _CODE.search(old) or _CODE.search(new):
        return False
    if _expanded(old) == _expanded(new):
        return False
    groups = [variants.get(bare(word)) for word in (*edit.old, *edit.new)]
    if len(groups) == 2 and groups[0] is not None and groups[0] == groups[1]:
        return False
    a, b = bare(old), bare(new)
    if (
        edit.at == 0
        and len(edit.old) == len(edit.new) == 1
        and (a in (b + "s", b + "es") or b in (a + "s", a + "es"))
    ):
        return False  # "Return …" and "Returns …": how docstrings begin is style
    if a.isdigit() or b.isdigit() or not a or not b:
        return False
    if all(bare(word) in _SMALL for word in (*edit.old, *edit.new)):
        return True
    similar = difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
    return similar >= (0.7 if len(edit.old) == len(edit.new) else 0.8)


def _expanded(text: str) -> str:
    text = text.lower()
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    return " ".join(re.sub(r"[^\w ]", "", text).split())


def without_markers(source: str, target: str) -> tuple[str, str]:
    """Both texts without a comment's leader and a docstring's closing quotes, where they share them."""
    lead = _LEADER.match(source)
    if lead and target.startswith(lead.group()):
        source, target = source[lead.end() :], target[lead.end() :]
    tail = _TRAILER.search(source)
    if tail and target.endswith(tail.group()):
        source, target = source[: tail.start()], target[: len(target) - len(tail.group())]
    return source.strip(), target.strip()


def read_variants(text: str) -> dict[str, int]:
    """Number the spellings in a variant table (`A Bv: word / C: word`) by group."""
    groups: dict[str, int] = {}
    for number, line in enumerate(text.splitlines()):
        if line.startswith("#") or "/" not in line:
            continue
        for part in line.split("|")[0].split("/"):
            word = part.partition(":")[2].strip().lower()
            if word:
                groups.setdefault(word, number)
    return groups
