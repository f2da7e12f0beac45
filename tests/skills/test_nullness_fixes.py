"""Every fix that nullness offers parses, silences its finding and touches nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smallsense.skills.finding import Finding
from smallsense.skills.nullness import SKILL
from smallsense.text.languages import by_name
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot


def _open(source: str, name: str) -> Snapshot:
    language = by_name(name)
    assert language is not None
    return Snapshot.open(f"file:///{name}", language, 1, source)


def _findings(snapshot: Snapshot) -> list[tuple[Scope, Finding]]:
    return [
        (scope, finding)
        for kind in ("function", "module")
        for scope in scopes(snapshot, kind)
        for finding in SKILL.find(scope)
    ]


def _about(value: str, snapshot: Snapshot) -> int:
    """How many findings are about a value: a guard of it may raise doubts about another."""
    return sum(snapshot.slice(finding.span) == value for _, finding in _findings(snapshot))


def _check_all(source: str, name: str) -> int:
    """Check every fix of every finding in `source`; return how many there were."""
    before = _open(source, name)
    found = _findings(before)
    checked = 0
    for scope, finding in found:
        for fix in finding.fixes:
            after = before.edited(fix.edits, 2)
            assert after.errors == before.errors, after.text
            value = before.slice(finding.span)
            assert _about(value, after) < _about(value, before), after.text
            for edit in fix.edits:
                assert scope.span.contains(edit.span)
                # It adds code, gives the value a name, or puts `?.` for the dot: nothing else changes.
                assert edit.text
                assert edit.span == finding.span or before.slice(edit.span) in ("", ".")
            checked += 1
    return checked


_INDENT = st.sampled_from(["    ", "\t", "  "])
_NEWLINE = st.sampled_from(["\n", "\r\n"])

_PYTHON_ORIGINS = ["m = re.match('é', s)", "m = None\nfor x in s:\n{i}m = x", "m = d.get('k')"]
_PYTHON_USES = [
    "return m.group(1)",
    "x = m.group(1)",
    "print(s, m.group(1))",
    "if m.a == 1:\n{i}print(s)",
    "if s and m.a:\n{i}print(s)",
    "if s:\n{i}print(s)\nelif m.a:\n{i}print(m)",
    "while m.a:\n{i}pass",
    "for y in s:\n{i}print(m.a, y)",
    "for y in m.a:\n{i}print(y)",
    "for y in m:\n{i}print(y)",
    "a, b = m",
    "x = [m.a for y in s]",
    "x = [y for y in m]",
    "x = [y for y in s if m.a]",
    "x = lambda: m.a",
    "with m:\n{i}pass",
    "x = s or m.a",
    "x = m.a if s else 1",
    "x = 1; y = m.a",
    "m.a = 3",
    "m[0] += 1",
    "return re.match('x', s).group(1)",
    "x = re.match(\n{i}'x',\n{i}s,\n).group(1)",
    "x = [re.match('x', y).group() for y in s]",
    "raise m.a",
    "yield m.a",
    "assert m.a",
    "print(f'{m.a}')",
    "return s.b(m.a)(m.c)",
    "del m.a",
    "for y in s:\n{i}if y:\n{i}{i}print(m.a)\n{i}else:\n{i}{i}print(y)",
]

_SCRIPT_ORIGINS = [
    "const m = document.querySelector('é');",
    "let m = null;\nif (s) {\n{i}m = s;\n}",
    "const m = s.find((x) => x.id)",
]
_SCRIPT_USES = [
    "return m.value;",
    "m.focus();",
    "m.value = 3;",
    "m.value++;",
    "const x = m.value;",
    "const { x } = m;",
    "const [x] = m;",
    "if (m.value) {\n{i}log(s);\n}",
    "if (s && m.value) log(s);",
    "if (s) log(s); else if (m.value) log(m);",
    "if (s) m.focus();",
    "for (const x of m) {\n{i}log(x);\n}",
    "for (const x of s) {\n{i}log(m.value);\n}",
    "while (m.value) log(s);",
    "for (let k = 0; k < m.length; k++) {\n{i}log(k);\n}",
    "log(...m);",
    "new m.Thing();",
    "m();",
    "m[0];",
    "const x = s ? m.value : 1;",
    "const x = s ?? m.value;",
    "return `a ${m.value}`;",
    "delete m.value;",
    "switch (s) {\n{i}case 1:\n{i}{i}m.focus();\n{i}{i}break;\n}",
    "return document.querySelector('b').value",
    "const x = () => s.find((y) => y.z).value;",
    "throw m.error;",
    "await m.done;",
    "do { m.next(); } while (s);",
]


def _indented(text: str, indent: str, newline: str, unit: str) -> str:
    return newline.join(f"{indent}{line}" for line in text.replace("{i}", unit).split("\n"))


@settings(deadline=None)
@given(
    origin=st.sampled_from(_PYTHON_ORIGINS),
    use=st.sampled_from(_PYTHON_USES),
    unit=_INDENT,
    newline=_NEWLINE,
    head=st.sampled_from(["def f(s, d):", "def f(s, d) -> str:", "class A:\n{i}def f(self, s, d):", ""]),
    tail=st.sampled_from(["", "return 1", "return []", "raise KeyError(s)"]),
)
def test_fixes_in_python_hold(origin: str, use: str, unit: str, newline: str, head: str, tail: str):
    depth = unit * (head.count("\n") + 1 if head else 0)
    body = [_indented(part, depth, newline, unit) for part in (origin, use, tail if head else "") if part]
    start = [head.replace("{i}", unit).replace("\n", newline)] if head else []
    _check_all(newline.join([*start, *body, ""]), "python")


@settings(deadline=None)
@given(
    origin=st.sampled_from(_SCRIPT_ORIGINS),
    use=st.sampled_from(_SCRIPT_USES),
    unit=_INDENT,
    newline=_NEWLINE,
    head=st.sampled_from(["async function f(s) {", "const f = async (s) => {", ""]),
    tail=st.sampled_from(["", "return null;", "return s?.x", "if (!s) throw new Error('no')"]),
    name=st.sampled_from(["javascript", "typescript", "tsx"]),
)
def test_fixes_in_scripts_hold(
    origin: str, use: str, unit: str, newline: str, head: str, tail: str, name: str
):
    depth = unit if head else ""
    body = [_indented(part, depth, newline, unit) for part in (origin, use, tail if head else "") if part]
    source = newline.join([*([head] if head else []), *body, *(["}"] if head else []), ""])
    _check_all(source, name)


@pytest.mark.parametrize("use", [u for u in _PYTHON_USES if "lambda" not in u and "; y" not in u])
def test_python_use_gets_a_fix_where_one_fits(use: str):
    source = "def f(s):\n" + _indented("m = re.match('x', s)\n" + use, "    ", "\n", "    ") + "\n"
    found = _findings(_open(source, "python"))
    without = [finding.message for _, finding in found if not finding.fixes]
    impossible = ("x = [m.a for", "x = [re.match", "x = s or m.a", "x = m.a if", "while")
    assert found
    assert not without or use.startswith(impossible)


def _first_fixes(source: str, name: str) -> list[str]:
    """The document after each fix of the only finding."""
    snapshot = _open(source, name)
    ((_, finding),) = _findings(snapshot)
    return [snapshot.edited(fix.edits, 2).text for fix in finding.fixes]


def test_style_of_the_function_decides_the_way_out():
    returning = (
        "def f(s):\n    if not s:\n        return []\n    m = re.match('x', s)\n    return m.groups()\n"
    )
    raising = "def f(s):\n    if not s:\n        raise KeyError\n    m = re.match('x', s)\n    m.groups()\n"
    looping = "def f(s):\n    for x in s:\n        m = re.match('x', x)\n        m.groups()\n"
    assert "    if m is None:\n        return []\n" in _first_fixes(returning, "python")[0]
    assert "    if m is None:\n        raise ValueError('m is None')\n" in _first_fixes(raising, "python")[0]
    assert "        if m is None:\n            continue\n" in _first_fixes(looping, "python")[0]


def test_style_of_the_script_decides_semicolons_and_checks():
    bare = "function f(s) {\n  if (!s) return\n  const m = s.match(/x/)\n  log(m[0])\n}\n"
    assert "  if (!m) {\n    return\n  }\n  log(m[0])\n" in _first_fixes(bare, "javascript")[0]
    full = "function f(s) {\n\tconst m = s.match(/x/);\n\tlog(m[0]);\n}\n"
    assert "\tif (m === null) {\n\t\treturn;\n\t}\n\tlog(m[0]);\n" in _first_fixes(full, "javascript")[0]


def test_indentation_follows_the_file():
    tabs = "def f(s):\n\tm = re.match('x', s)\n\tm.group()\n"
    assert "\tif m is None:\n\t\treturn\n\tm.group()\n" in _first_fixes(tabs, "python")[0]


def test_new_name_is_not_one_that_is_taken():
    source = "def f(s, match):\n    return re.match('x', s).group()\n"
    assert "found_match = re.match('x', s)\n" in _first_fixes(source, "python")[0]
