"""The tests of type checkers are read in their own formats."""

from __future__ import annotations

import json
from pathlib import Path

from smallsense.evaluation.nullness.narrowing import Case, read_cases

MYPY = """
[case testOne]
from typing import Optional
x: Optional[A]
x.a  # E: Item "None" of "Optional[A]" has no attribute "a"
y.b
y.c()
[out]
main:5: error: Something else

[case testOld]
# flags: --no-strict-optional
x.a
"""


def _write(folder: Path, name: str, *rows: object) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def _cases(folder: Path) -> dict[str, Case]:
    return {case.document.path: case for case in read_cases(folder)}


def test_every_format_tells_where_errors_are_expected(tmp_path: Path) -> None:
    (tmp_path / "mypy_testdata").mkdir()
    (tmp_path / "mypy_testdata" / "check-x.test").write_text(MYPY, "utf-8")
    pyright = "a.b\n# This should generate an error.\n# Really.\na.c\nd.e\n"
    _write(
        tmp_path,
        "pyright_samples/pyright_samples.jsonl",
        {"file": "optional1.py", "text": pyright, "error_lines_from_comments": []},
    )
    _write(
        tmp_path,
        "pyrefly_tests/pyrefly_cases.jsonl",
        {"file": "a.rs", "name": "t", "text": "a.b\nc.d\n", "errors": [[1, "`NoneType` has no attribute"]]},
    )
    _write(
        tmp_path,
        "ts_conformance/ts_cases.jsonl",
        {"file": "a.ts", "text": "a.b;\nc!.d;\n", "errors": [{"line": 1, "code": "TS2532"}]},
        {"file": "broken.ts", "text": "a.;;)\n", "errors": []},
    )
    report = f"Error {'-' * 9} t.js:2:1\n\nCannot get `a.b` because it is null\n\n  more\n"
    _write(
        tmp_path,
        "flow_tests/flow_suites.jsonl",
        {"suite": "s", "files": {"t.js": "a.c;\na.b;\n"}, "expected_output": report},
    )
    cases = _cases(tmp_path)
    told = {path: (sorted(case.silent), sorted(case.missing)) for path, case in cases.items()}
    assert told == {
        "mypy/check-x.test/testOne": ([4], [3]),
        "pyright/optional1.py": ([1, 5], [4]),
        "pyrefly/a.rs/t": ([2], [1]),
        "typescript/a.ts": ([2], [1]),
        "flow/s/t.js": ([1], [2]),
    }
    assert cases["mypy/check-x.test/testOne"].about_missing
    assert not cases["typescript/a.ts"].about_missing
