"""The narrowing tests of type checkers: code, and the lines on which an error is expected."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from smallsense.evaluation.nullness.document import Document
from smallsense.text.languages import by_name
from smallsense.text.snapshot import Snapshot
from smallsense.training.rows import rows

# Tests that switch off what we are compared in.
_SWITCHED_OFF = ("--no-strict-optional", "reportOptionalMemberAccess=false")
_MYPY_CASE = re.compile(r"^\[case (\w+)[^\]]*\]\n", re.MULTILINE)
_MYPY_FILE = re.compile(r"^\[(\w+)(?: ([^\]]*))?\]\n?", re.MULTILINE)
_MYPY_OUT = re.compile(r"^main:(\d+)(?::\d+)?: error: (.*)$", re.MULTILINE)
_FLOW_ERROR = re.compile(r"^Error -+ ([\w./-]+):(\d+):\d+\n\n(.*?)(?=\n\n)", re.MULTILINE | re.DOTALL)
_NOTHING = re.compile(r"\bNone(Type)?\b|\b[Oo]ptional\b|\bnull\b|\bundefined\b|\bvoid\b")
# TypeScript says so of a value that may be missing; of operators on null itself it says 18050.
_TYPESCRIPT = frozenset({"TS2531", "TS2532", "TS2533", "TS2721", "TS2722", "TS18047", "TS18048", "TS18049"})


@dataclass(frozen=True, eq=False)
class Case:
    """One file of a test. Lines count from 1.

    On `silent` there is a dereference, and the checker is content; on `missing` there is one, and it
    complains about a value that may be missing.
    """

    checker: str
    document: Document
    silent: frozenset[int]
    missing: frozenset[int]

    @property
    def about_missing(self) -> bool:
        """Whether values that may be missing come up in it at all."""
        return _NOTHING.search(self.document.snapshot.text) is not None


def read_cases(folder: Path) -> Iterator[Case]:
    """Read the tests below `folder` that parse in one of our languages.

    Raises:
        OSError: a file of tests cannot be read.
    """
    for checker, read in (
        ("mypy", _mypy),
        ("pyright", _pyright),
        ("pyrefly", _pyrefly),
        ("typescript", _typescript),
        ("flow", _flow),
    ):
        for name, languages, text, expected in read(folder):
            case = _case(checker, name, languages, text, expected)
            if case is not None and not any(flag in text for flag in _SWITCHED_OFF):
                yield case


_Expected = list[tuple[int, str]]
_Test = tuple[str, tuple[str, ...], str, _Expected]


def _case(checker: str, name: str, languages: tuple[str, ...], text: str, expected: _Expected) -> Case | None:
    for known in filter(None, map(by_name, languages)):
        snapshot = Snapshot.open(f"{checker}/{name}", known, 1, text)
        if snapshot.errors.count == 0:
            document = Document(snapshot.uri, checker, snapshot, 0, text.count("\n") + 1)
            used = {snapshot.line_column(place.value.start)[0] + 1 for place in document.places}
            errors = {line for line, _ in expected}
            missing = {line for line, message in expected if _NOTHING.search(message)}
            return Case(checker, document, frozenset(used - errors), frozenset(used & missing))
    return None


def _mypy(folder: Path) -> Iterator[_Test]:
    for file in sorted((folder / "mypy_testdata").glob("*.test")):
        rest = _MYPY_CASE.split(file.read_text("utf-8"))[1:]
        for title, body in zip(rest[::2], rest[1::2], strict=True):
            main, *sections = _MYPY_FILE.split(body)
            expected = [
                (number, line.partition("# E:")[2])
                for number, line in enumerate(main.splitlines(), 1)
                if "# E:" in line
            ]
            for kind, out in zip(sections[::3], sections[2::3], strict=True):
                if kind == "out":
                    expected += [(int(number), message) for number, message in _MYPY_OUT.findall(out)]
            yield f"{file.name}/{title}", ("python",), main, expected


def _pyright(folder: Path) -> Iterator[_Test]:
    for row in rows(folder / "pyright_samples" / "pyright_samples.jsonl"):
        lines = row["text"].splitlines()
        expected = [(number, "") for number in row["error_lines_from_comments"]]
        # The comment stands before the line, sometimes with others between.
        for number, line in enumerate(lines, 1):
            if re.search(r"#.*\b(error|warning|generate)", line, re.IGNORECASE):
                after = next(
                    (at for at in range(number, len(lines)) if not lines[at].lstrip().startswith("#")), 0
                )
                expected.append((after + 1 if line.lstrip().startswith("#") else number, line))
        # Their comments do not say why: the samples about None are told by their names.
        why = "None" if row["file"].startswith("optional") else ""
        yield row["file"], ("python",), row["text"], [(number, why) for number, _ in expected]


def _pyrefly(folder: Path) -> Iterator[_Test]:
    for row in rows(folder / "pyrefly_tests" / "pyrefly_cases.jsonl"):
        yield f"{row['file']}/{row['name']}", ("python",), row["text"], [tuple(one) for one in row["errors"]]


def _typescript(folder: Path) -> Iterator[_Test]:
    for row in rows(folder / "ts_conformance" / "ts_cases.jsonl"):
        languages = ("tsx",) if row["file"].endswith("x") else ("typescript",)
        expected = [
            (one["line"], "undefined" if one["code"] in _TYPESCRIPT else one["code"]) for one in row["errors"]
        ]
        yield row["file"], languages, row["text"], expected


def _flow(folder: Path) -> Iterator[_Test]:
    for row in rows(folder / "flow_tests" / "flow_suites.jsonl"):
        errors: dict[str, _Expected] = defaultdict(list)
        for file, line, message in _FLOW_ERROR.findall(row["expected_output"]):
            errors[file].append((int(line), message))
        for file, text in row["files"].items():
            # Flow's annotations are near enough to TypeScript's for half of the files.
            yield f"{row['suite']}/{file}", ("javascript", "tsx", "typescript"), text, errors[file]
