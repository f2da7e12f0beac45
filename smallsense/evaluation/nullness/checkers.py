"""The type checkers that the null check is measured beside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from smallsense.evaluation.nullness import typescript
from smallsense.evaluation.nullness.alarm import Pointing
from smallsense.evaluation.nullness.checker import Checker, Mark
from smallsense.evaluation.nullness.command import said, version

PYTHON = frozenset({"python"})

_OPTIONAL = ("MemberAccess", "Subscript", "Iterable", "Call", "ContextManager", "Operand")
_TY = frozenset(
    {
        *(
            "missing-attribute",
            "missing-union-attribute",
            "possibly-missing-attribute",
            "unresolved-attribute",
        ),
        *("not-subscriptable", "not-iterable", "not-callable", "invalid-context-manager"),
        "unsupported-operator",
    }
)
_PYREFLY = frozenset(
    {"missing-attribute", "unsupported-operation", "not-iterable", "not-callable", "bad-context-manager"}
)


def checkers(library: Callable[[], Path]) -> dict[str, Checker]:
    """Return the checkers by name. `library` tells the folder of the npm package of TypeScript."""

    def tsc(folder: Path, roots: Sequence[str], paths: Sequence[str]) -> list[Mark]:
        return typescript.marks(folder, paths, library())

    def tsc_version() -> str:
        return json.loads((library() / "package.json").read_text("utf-8"))["version"]

    return {
        "basedpyright": Checker("basedpyright", PYTHON, lambda: version("basedpyright"), _basedpyright),
        "pyrefly": Checker("pyrefly", PYTHON, lambda: version("pyrefly"), _pyrefly),
        "ty": Checker("ty", PYTHON, lambda: version("ty"), _ty),
        "typescript": Checker("typescript", typescript.LANGUAGES, tsc_version, tsc),
    }


def _basedpyright(folder: Path, roots: Sequence[str], paths: Sequence[str]) -> list[Mark]:
    configuration = {"include": ["."], "typeCheckingMode": "off", "extraPaths": list(roots)}
    configuration |= {f"reportOptional{kind}": "error" for kind in _OPTIONAL}
    (folder / "pyrightconfig.json").write_text(json.dumps(configuration), "utf-8")
    marks: list[Mark] = []
    for one in said("basedpyright", ["--outputjson", "-p", str(folder)], folder)["generalDiagnostics"]:
        if not one.get("rule", "").startswith("reportOptional"):
            continue
        start, end = one["range"]["start"], one["range"]["end"]
        pointing: Pointing = "use" if one["rule"].endswith("MemberAccess") else "value"
        marks.append(
            _mark(
                folder,
                one["file"],
                (start["line"], start["character"]),
                (end["line"], end["character"]),
                pointing,
            )
        )
    return marks


def _pyrefly(folder: Path, roots: Sequence[str], paths: Sequence[str]) -> list[Mark]:
    listed = "\n".join(f'  "{root}",' for root in (".", *roots))
    (folder / "pyrefly.toml").write_text(f"search-path = [\n{listed}\n]\n", "utf-8")
    return [
        _mark(
            folder,
            folder / one["path"],
            (one["line"] - 1, one["column"] - 1),
            (one["stop_line"] - 1, one["stop_column"] - 1),
            "value" if one["name"] in ("not-iterable", "bad-context-manager", "not-callable") else "use",
        )
        for one in said("pyrefly", ["check", "--output-format", "json"], folder)["errors"]
        if one["name"] in _PYREFLY and re.search(r"\bNone(Type)?\b", one["description"])
    ]


def _ty(folder: Path, roots: Sequence[str], paths: Sequence[str]) -> list[Mark]:
    listed = ", ".join(f'"{root}"' for root in roots)
    (folder / "ty.toml").write_text(f"[environment]\nextra-paths = [{listed}]\n", "utf-8")
    marks: list[Mark] = []
    for one in said("ty", ["check", "--output-format", "gitlab"], folder):
        if one["check_name"] in _TY and re.search(r"\bNone\b", one["description"]):
            start, end = (one["location"]["positions"][key] for key in ("begin", "end"))
            attribute = "attribute" in one["check_name"] or one["check_name"] == "not-subscriptable"
            marks.append(
                _mark(
                    folder,
                    folder / one["location"]["path"],
                    (start["line"] - 1, start["column"] - 1),
                    (end["line"] - 1, end["column"] - 1),
                    "use" if attribute else "value",
                )
            )
    return marks


def _mark(
    folder: Path, file: str | Path, start: tuple[int, int], end: tuple[int, int], pointing: Pointing
) -> Mark:
    """A mark from lines and columns that count from 0, in characters."""
    path = Path(file)
    lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)

    def offset(place: tuple[int, int]) -> int:
        line, column = place
        return len("".join(lines[:line]).encode()) + len("".join(lines[line : line + 1])[:column].encode())

    return Mark(path.relative_to(folder).as_posix(), offset(start), offset(end), pointing)
