"""TypeScript as a checker, and as a parser of what was edited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from smallsense.evaluation.nullness.checker import Mark
from smallsense.evaluation.nullness.command import said
from smallsense.text.snapshot import Snapshot

LANGUAGES = frozenset({"javascript", "typescript", "tsx"})

# "Object is possibly null", "cannot invoke", "no iterator" and so on, with and without the name of the value.
_CODES = frozenset({2488, 2531, 2532, 2533, 2721, 2722, 2723, 18047, 18048, 18049})

_CHECK = """
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


def marks(folder: Path, paths: Sequence[str], library: Path) -> list[Mark]:
    """What TypeScript, the npm package in the folder `library`, marks in the files of a folder.

    Raises:
        Absent: Node.js cannot be run.
    """
    for path in paths:
        # Without an import or export the files would be one program with one set of global names.
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write("\nexport {};\n")
    files = json.dumps([str(folder / path) for path in paths])
    found: list[Mark] = []
    for one in said("node", ["-e", _CHECK, str(folder), str(library.resolve())], folder, files):
        if one["code"] not in _CODES or (one["code"] == 2488 and "undefined" not in one["text"]):
            continue
        units = Path(one["path"]).read_bytes().decode("utf-8").encode("utf-16-le")
        start, end = one["start"] * 2, (one["start"] + one["length"]) * 2
        found.append(
            Mark(
                Path(one["path"]).relative_to(folder).as_posix(),
                _bytes(units[:start]),
                _bytes(units[:end]),
                "value",
            )
        )
    return found


def broken(texts: Mapping[str, Snapshot], library: Path) -> set[str]:
    """Return the names of the texts in which TypeScript, a folder, finds a syntax error.

    Raises:
        Absent: Node.js cannot be run.
    """
    shown = [[name, one.source.decode(), one.language.name] for name, one in texts.items()]
    return set(said("node", ["-e", _PARSE, str(library.resolve())], Path.cwd(), json.dumps(shown)))


def _bytes(units: bytes) -> int:
    return len(units.decode("utf-16-le").encode())
