"""All skills with the real weights: in three encodings, in a real Neovim, and without any network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError

pytestmark = [pytest.mark.e2e, pytest.mark.model]

SERVE = [sys.executable, "-m", "smallsense", "serve"]
HERE = Path(__file__).parent
# What the model says is not at stake here, only that it is asked and heard.
EVERYTHING = {
    "skills": {name: {"threshold": 0} for name in ("grammar", "nullness", "docstring", "completion")},
}
PROSE = "# Title 𝒜\n\nPress `😀` and you will recieve a list of users.\n"
CODE = """import re


def area(width, height):
    s = "😀"; return width * height


def first_word(line: str) -> str:
    s = "😀"; match = re.match(r"\\w+", line)
    return match.group(0)
"""


@pytest.fixture(scope="module", autouse=True)
def _weights() -> None:
    catalog = Catalog.load()
    try:
        for skill in catalog.skills:
            catalog.weights(skill)
    except EngineError as error:
        pytest.skip(f"the weights are not there: {error}")


def cut_off(folder: Path) -> list[str]:
    """The command, where nothing can be reached: no interfaces, or else no use of sockets in Python."""
    if (
        shutil.which("unshare")
        and not subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode
    ):
        return ["unshare", "-rn", *SERVE]
    (folder / "sitecustomize.py").write_text(
        "import sys\n"
        "def deny(event, args):\n"
        "    if event in ('socket.connect', 'socket.bind', 'socket.getaddrinfo', 'socket.sendto'):\n"
        "        raise PermissionError('no network here: ' + event)\n"
        "sys.addaudithook(deny)\n"
    )
    return ["env", f"PYTHONPATH={folder}:{os.environ.get('PYTHONPATH', '')}", *SERVE]


def found(editor: Any, uri: str, skill: str) -> list[dict[str, Any]]:
    """What a skill finds; the first answer may come before the weights are loaded."""
    return editor.wait(
        lambda: [one for one in editor.diagnostics(uri) if one["code"].startswith(skill)],
        f"a finding of {skill}",
    )


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("neovim_v0.12.4", "utf-8"),
        ("visual_studio_code_v1.139.1_lc10.1.2", "utf-16"),
        ("emacs_v30.1", "utf-32"),
    ],
)
def test_all_skills_answer_without_a_network(start: Any, tmp_path: Path, name: str, encoding: str) -> None:
    editor = start(name, command=cut_off(tmp_path), options=EVERYTHING, configuration=EVERYTHING)
    assert editor.encoding == encoding

    editor.open("file:///a.md", "markdown", PROSE)
    (mistake,) = found(editor, "file:///a.md", "grammar")
    assert mistake["range"] == editor.range_of(PROSE, "recieve")
    cursor = {"start": mistake["range"]["start"], "end": mistake["range"]["start"]}
    action = editor.resolve(editor.actions("file:///a.md", cursor)[0])
    assert editor.apply(PROSE, action["edit"]) == PROSE.replace("recieve", "receive")

    editor.open("file:///a.py", "python", CODE)
    (unguarded,) = found(editor, "file:///a.py", "nullness")
    assert unguarded["range"]["start"]["line"] == 9
    guards = editor.actions("file:///a.py", unguarded["range"], only=["quickfix"])
    guarded = editor.apply(CODE, editor.resolve(guards[0])["edit"])
    assert "match is None" in guarded or "if match" in guarded
    compile(guarded, "guarded", "exec")

    (offer,) = editor.actions("file:///a.py", editor.range_of(CODE, "area"), only=["refactor.rewrite"])
    text = editor.apply(CODE, editor.resolve(offer)["edit"])
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    assert namespace["area"].__doc__.strip()

    place = editor.range_of(CODE, "return width")["end"]
    unfinished = CODE.replace("return width * height", "return width")
    editor.change("file:///a.py", 2, {"text": unfinished})
    params = {"textDocument": {"uri": "file:///a.py"}, "position": place, "context": {"triggerKind": 1}}
    (item,) = editor.request("textDocument/inlineCompletion", params)["items"]
    assert item["insertText"].strip()
    assert item["range"] == {"start": place, "end": place}
    assert editor.close() == 0


def test_the_cut_off_server_really_is(tmp_path: Path) -> None:
    probe = "import socket; socket.create_connection(('127.0.0.1', 9), 5)"
    command = [*cut_off(tmp_path)[: -len(SERVE)], sys.executable, "-c", probe]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert "unreachable" in done.stderr or "no network here" in done.stderr
