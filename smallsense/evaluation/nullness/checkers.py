"""Type checkers as peers: what they say about values that may be missing, and nothing else they say."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smallsense.evaluation.nullness.alarm import Alarm, Pointing, placed, surest
from smallsense.evaluation.nullness.document import Document
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span

PYTHON = frozenset({"python"})
JAVASCRIPT = frozenset({"javascript", "typescript", "tsx"})

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
# "Object is possibly null", "cannot invoke", "no iterator" and so on, with and without the name of the value.
_TYPESCRIPT = frozenset({2488, 2531, 2532, 2533, 2721, 2722, 2723, 18047, 18048, 18049})

_ASK_TYPESCRIPT = """
const [folder, library, ...files] = process.argv.slice(1);
const ts = require(library);
const options = {
  noEmit: true, allowJs: true, checkJs: true, strictNullChecks: true, skipLibCheck: true, noResolve: false,
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.Preserve, types: [],
  moduleResolution: ts.ModuleResolutionKind.Bundler, allowImportingTsExtensions: true,
};
const program = ts.createProgram(JSON.parse(require("fs").readFileSync(0, "utf8")), options);
const said = [];
for (const file of program.getSourceFiles()) {
  if (!file.fileName.startsWith(folder)) continue;
  for (const one of program.getSemanticDiagnostics(file)) {
    said.push({ path: file.fileName, code: one.code, start: one.start, length: one.length,
                text: ts.flattenDiagnosticMessageText(one.messageText, " ") });
  }
}
console.log(JSON.stringify(said));
"""

_PARSE = """
const ts = require(process.argv[1]);
const endings = { javascript: "jsx", typescript: "ts", tsx: "tsx" };
const broken = [];
for (const [name, text, language] of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  const parsed = ts.createSourceFile(`x.${endings[language]}`, text, ts.ScriptTarget.Latest);
  if (parsed.parseDiagnostics.length) broken.push(name);
}
console.log(JSON.stringify(broken));
"""


class Absent(Exception):
    """A checker is not installed or did not run; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file that a checker marked. `start` and `end` are bytes."""

    path: str
    start: int
    end: int
    pointing: Pointing


@dataclass(frozen=True, slots=True)
class Checker:
    """A type checker: `run` checks a folder and returns what it marked in it, paths relative to the folder.

    `run` is given the folder, the folders below it where imports start, and all paths below it.
    """

    name: str
    languages: frozenset[str]
    version: Callable[[], str]
    run: Callable[[Path, Sequence[str], Sequence[str]], list[Mark]]


def check(
    checker: Checker, documents: Mapping[str, Document], roots: Sequence[str], store: Path
) -> dict[str, tuple[Alarm, ...]]:
    """Return what a checker says about documents, by their paths, which are those of the folder it is shown.

    `roots` are folders where imports start. What it said about the same texts before is in `store`.

    Raises:
        Absent: the checker cannot be run.
    """
    shown = {path: one for path, one in documents.items() if one.language in checker.languages}
    digest = hashlib.sha256(f"{checker.name} {checker.version()}".encode())
    for path, one in sorted(shown.items()):
        digest.update(path.encode() + b"\0" + one.snapshot.source + b"\0")
    kept = store / f"{checker.name}-{digest.hexdigest()[:16]}.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            for path, one in shown.items():
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(one.snapshot.source)
            starts = [root for root in roots if (folder / root).is_dir()]
            marks = checker.run(folder, starts, sorted(shown)) if shown else []
        store.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([[m.path, m.start, m.end, m.pointing] for m in marks]), "utf-8")
    alarms: dict[str, list[Alarm]] = {path: [] for path in shown}
    for path, start, end, pointing in json.loads(kept.read_text("utf-8")):
        if path in shown:
            alarms[path].append(Alarm(placed(shown[path], Span(start, end), pointing)))
    return {path: surest(listed) for path, listed in alarms.items()}


def broken(texts: Mapping[str, Snapshot], library: Path) -> set[str]:
    """Return the names of the texts in which TypeScript, a folder, finds a syntax error.

    Raises:
        Absent: Node.js cannot be run.
    """
    shown = [[name, one.source.decode(), one.language.name] for name, one in texts.items()]
    return set(_said("node", ["-e", _PARSE, str(library.resolve())], Path.cwd(), json.dumps(shown)))


def checkers(typescript: Callable[[], Path]) -> dict[str, Checker]:
    """Return the checkers by name. `typescript` tells the folder of the npm package of that name."""

    def tsc(folder: Path, roots: Sequence[str], paths: Sequence[str]) -> list[Mark]:
        return _typescript(folder, paths, typescript())

    def tsc_version() -> str:
        return json.loads((typescript() / "package.json").read_text("utf-8"))["version"]

    return {
        "basedpyright": Checker("basedpyright", PYTHON, lambda: _version("basedpyright"), _basedpyright),
        "pyrefly": Checker("pyrefly", PYTHON, lambda: _version("pyrefly"), _pyrefly),
        "ty": Checker("ty", PYTHON, lambda: _version("ty"), _ty),
        "typescript": Checker("typescript", JAVASCRIPT, tsc_version, tsc),
    }


def _basedpyright(folder: Path, roots: Sequence[str], paths: Sequence[str]) -> list[Mark]:
    configuration = {"include": ["."], "typeCheckingMode": "off", "extraPaths": list(roots)}
    configuration |= {f"reportOptional{kind}": "error" for kind in _OPTIONAL}
    (folder / "pyrightconfig.json").write_text(json.dumps(configuration), "utf-8")
    said = _said("basedpyright", ["--outputjson", "-p", str(folder)], folder)
    marks: list[Mark] = []
    for one in said["generalDiagnostics"]:
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
    said = _said("pyrefly", ["check", "--output-format", "json"], folder)
    return [
        _mark(
            folder,
            folder / one["path"],
            (one["line"] - 1, one["column"] - 1),
            (one["stop_line"] - 1, one["stop_column"] - 1),
            "value" if one["name"] in ("not-iterable", "bad-context-manager", "not-callable") else "use",
        )
        for one in said["errors"]
        if one["name"] in _PYREFLY and re.search(r"\bNone(Type)?\b", one["description"])
    ]


def _ty(folder: Path, roots: Sequence[str], paths: Sequence[str]) -> list[Mark]:
    listed = ", ".join(f'"{root}"' for root in roots)
    (folder / "ty.toml").write_text(f"[environment]\nextra-paths = [{listed}]\n", "utf-8")
    marks: list[Mark] = []
    for one in _said("ty", ["check", "--output-format", "gitlab"], folder):
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


def _typescript(folder: Path, paths: Sequence[str], library: Path) -> list[Mark]:
    for path in paths:
        # Without an import or export the files would be one program with one set of global names.
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write("\nexport {};\n")
    files = json.dumps([str(folder / path) for path in paths])
    said = _said("node", ["-e", _ASK_TYPESCRIPT, str(folder), str(library.resolve())], folder, files)
    marks: list[Mark] = []
    for one in said:
        if one["code"] not in _TYPESCRIPT or (one["code"] == 2488 and "undefined" not in one["text"]):
            continue
        units = Path(one["path"]).read_bytes().decode("utf-8").encode("utf-16-le")
        start, end = one["start"] * 2, (one["start"] + one["length"]) * 2
        marks.append(
            Mark(
                Path(one["path"]).relative_to(folder).as_posix(),
                _bytes(units[:start]),
                _bytes(units[:end]),
                "value",
            )
        )
    return marks


def _bytes(units: bytes) -> int:
    return len(units.decode("utf-16-le").encode())


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


def _program(name: str) -> str:
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(name)
    if found is None:
        how = "install Node.js" if name == "node" else "pip install 'smallsense[eval]'"
        raise Absent(f"{name} is not installed: {how}")
    return found


def _version(name: str) -> str:
    return _output(name, ["--version"], Path.cwd()).strip()


def _said(name: str, arguments: Iterable[str], folder: Path, given: str = "") -> Any:
    """What a program prints, read as JSON."""
    said = _output(name, arguments, folder, given)
    try:
        return json.loads(said)
    except json.JSONDecodeError as error:
        raise Absent(f"{name} says {said[:200]!r}") from error


def _output(name: str, arguments: Iterable[str], folder: Path, given: str = "") -> str:
    """What a program prints. Checkers exit with 1 when they find something."""
    try:
        done = subprocess.run(
            [_program(name), *arguments],
            cwd=folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=1800,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Absent(f"{name} did not run: {error}") from error
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise Absent(f"{name} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
