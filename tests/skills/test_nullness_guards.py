"""What guards a value keeps the nullness skill silent; what does not, does not."""

from __future__ import annotations

import pytest

from smallsense.skills.nullness.analysis import candidates_of, suspects_of
from smallsense.skills.nullness.judge import judgments
from smallsense.skills.nullness.origin import explain
from smallsense.skills.nullness.syntax import line_of, text_of
from smallsense.text.languages import by_name
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot


def _found(source: str, name: str) -> list[tuple[int, str]]:
    """Line and value of every suspect."""
    return [(line, value) for line, value, _ in _explained(source, name)]


def _explained(source: str, name: str) -> list[tuple[int, str, str]]:
    language = by_name(name)
    assert language is not None
    snapshot = Snapshot.open(f"file:///{name}", language, 1, source)
    assert snapshot.errors.count == 0, "the snippet itself is broken"
    found = []
    for scope in [*scopes(snapshot, "function"), *scopes(snapshot, "module")]:
        for suspect in suspects_of(scope):
            value = suspect.dereference.value
            message = explain(suspect.origin, text_of(value), line_of(value))
            found.append((line_of(value), text_of(value), message))
    return found


def _candidates(source: str, name: str) -> list[str]:
    """The values that no guard protects, whether or not anything shows them to be missing at times."""
    language = by_name(name)
    assert language is not None
    snapshot = Snapshot.open(f"file:///{name}", language, 1, source)
    assert snapshot.errors.count == 0, "the snippet itself is broken"
    found = [each for scope in scopes(snapshot, "function") for each in candidates_of(scope)]
    return [text_of(each.dereference.value) for each in found]


_CLASS = "class A:\n    def __init__(self):\n        self.b = None\n\n    def m(self):\n"

PYTHON_GUARDED = {
    "early return": "if m is None:\n    return\nm.group()",
    "truthiness return": "if not m:\n    return\nm.group()",
    "raise": "if m is None:\n    raise ValueError\nm.group()",
    "nested": "if m is not None:\n    m.group()",
    "equality": "if m != None:\n    m.group()",
    "yoda": "if None is not m:\n    m.group()",
    "else branch": "if m is None:\n    pass\nelse:\n    m.group()",
    "elif": "if a:\n    pass\nelif m:\n    m.group()",
    "assert": "assert m\nm.group()",
    "assert with message": "assert m is not None, 'none'\nm.group()",
    "unittest assertion": "self.assertIsNotNone(m)\nm.group()",
    "own assertion": "assert_not_none(m)\nm.group()",
    "isinstance": "if isinstance(m, Match):\n    m.group()",
    "hasattr": "if hasattr(m, 'group'):\n    m.group()",
    "callable": "if callable(m):\n    m()",
    "predicate": "if not usable(m):\n    return\nm.group()",
    "and": "x = m and m.group()",
    "or": "x = m is None or m.group()",
    "ternary": "x = m.group() if m else ''",
    "inverted ternary": "x = '' if m is None else m.group()",
    "nested ternary": "x = (m.group() if a else '') if m else ''",
    "while": "while m:\n    m.group()\n    m = re.match('b', s)",
    "while true": "while True:\n    if m is None:\n        break\n    m.group()\n    m = re.match('b', s)",
    "continue": "for x in s:\n    m = re.match('a', x)\n    if m is None:\n        continue\n    m.group()",
    "for with break and else": (
        "for x in s:\n    m = re.match('a', x)\n    if m:\n        break\nelse:\n    return\nm.group()"
    ),
    "walrus": "if (m := re.match('b', s)):\n    m.group()",
    "walrus is None": "if (m := re.match('b', s)) is None:\n    return\nm.group()",
    "comprehension condition": "x = [y.group() for z in s if (y := re.match('a', z))]",
    "guarded comprehension": "x = [m.group() for z in s] if m else []",
    "try AttributeError": "try:\n    m.group()\nexcept AttributeError:\n    pass",
    "try tuple": "try:\n    m.group()\nexcept (KeyError, TypeError) as e:\n    pass",
    "bare except": "try:\n    m.group()\nexcept:\n    pass",
    "suppress": "with contextlib.suppress(AttributeError):\n    m.group()",
    "reassigned": "m = thing()\nm.group()",
    "reassigned when missing": "if m is None:\n    m = thing()\nm.group()",
    "or default": "m = m or thing()\nm.group()",
    "rebound by for": "for m in s:\n    m.group()",
    "rebound by with": "with open(s) as m:\n    m.read()",
    "rebound by import": "import m\nm.group()",
    "rebound by unpacking": "m, n = s\nm.group()",
    "exit": "if not m:\n    sys.exit(1)\nm.group()",
    "own fail": "if not m:\n    self.fail('no')\nm.group()",
    "named test": "ok = m is not None\nif ok:\n    m.group()",
    "all": "if not all([m, s]):\n    return\nm.group()",
    "None in": "if None in (m, s):\n    return\nm.group()",
    "copy": "n = m\nif n is None:\n    return\nm.group()",
    "used before": "if m is None and not a:\n    return\nif m is None:\n    return\nm.group()",
    "global": "global m\nm.group()",
    "comparison": "if m == s:\n    m.group()",
    "in": "if m in s:\n    m.group()",
    "deleted and made anew": "del m\nm = thing()\nm.group()",
    "match statement": "match m:\n    case None:\n        return\n    case x:\n        x.group()",
    "nested function": "def inner():\n    return m.group()",
    "lambda": "x = lambda: m.group()",
    "dunder of None": "print(m.__class__)",
}


# These put another value in its place, or use it elsewhere: of a value of unknown origin that proves nothing.
_PROVING_NOTHING = frozenset(
    {
        "changed in a closure",
        "copy",
        "deleted and made anew",
        "global",
        "nested function",
        "nullish assignment",
        "or assignment",
        "or default",
        "reassigned",
        "reassigned when missing",
        "rebound by for",
        "rebound by unpacking",
        "rebound by with",
        "used in a closure",
    }
)


@pytest.mark.parametrize("guard", sorted(PYTHON_GUARDED.keys() - _PROVING_NOTHING))
@pytest.mark.parametrize("origin", ["m = lookup(s)", "m = self.m", "m = s[0]", "m = b"])
def test_guarded_python_value_of_unknown_origin_is_no_candidate(guard: str, origin: str):
    body = PYTHON_GUARDED[guard]
    lines = "".join(f"    {line}\n" for line in f"{origin}\n{body}".split("\n"))
    assert "m" not in _candidates(f"def f(self, s, a, b):\n{lines}", "python")


@pytest.mark.parametrize("body", PYTHON_GUARDED.values(), ids=PYTHON_GUARDED.keys())
def test_guarded_python_is_left_alone(body: str):
    lines = "".join(f"    {line}\n" for line in f"m = re.match('a', s)\n{body}".split("\n"))
    assert _found(f"def f(self, s, a):\n{lines}", "python") == []


PYTHON_UNGUARDED = {
    "result": ("m = re.match('a', s)\nm.group()", 3, "m"),
    "direct": ("re.match('a', s).group()", 2, "re.match('a', s)"),
    "subscript": ("m = re.match('a', s)\nm[0]", 3, "m"),
    "environment": ("os.environ.get('A').split()", 2, "os.environ.get('A')"),
    "unpacking": ("a, b = d.get('x')", 2, "d.get('x')"),
    "iteration": ("for x in d.get('x'):\n    pass", 2, "d.get('x')"),
    "comprehension": ("y = [x for x in d.get('x')]", 2, "d.get('x')"),
    "default None": ("getattr(s, 'x', None).y()", 2, "getattr(s, 'x', None)"),
    "next": ("next(iter(s), None).y", 2, "next(iter(s), None)"),
    "set to None on one path": ("m = None\nfor x in s:\n    m = x\nm.y", 5, "m"),
    "wrong guard": ("m = re.match('a', s)\nif s:\n    m.group()", 4, "m"),
    "guard on the wrong side": ("m = re.match('a', s)\nif m is None:\n    m.group()", 4, "m"),
    "guard without exit": ("m = re.match('a', s)\nif m is None:\n    print(s)\nm.group()", 5, "m"),
    "guard too late": ("m = re.match('a', s)\nm.group()\nif m:\n    pass", 3, "m"),
    "or instead of and": ("m = re.match('a', s)\nif m or s:\n    m.group()", 4, "m"),
    "assigned again": ("m = re.match('a', s)\nif m:\n    m = re.match('b', s)\n    m.group()", 5, "m"),
    "other exception": ("m = re.match('a', s)\ntry:\n    m.group()\nexcept KeyError:\n    pass", 4, "m"),
    "finally": ("m = None\ntry:\n    m = thing()\nfinally:\n    m.close()", 6, "m"),
    "handler": ("m = None\ntry:\n    m = thing()\nexcept KeyError:\n    m.close()", 6, "m"),
    "loop that may not run": ("m = None\nwhile s.go():\n    m = s\nm.y", 5, "m"),
}


@pytest.mark.parametrize(("body", "line", "value"), PYTHON_UNGUARDED.values(), ids=PYTHON_UNGUARDED.keys())
def test_unguarded_python_is_found_once(body: str, line: int, value: str):
    lines = "".join(f"    {text}\n" for text in body.split("\n"))
    assert _found(f"def f(self, s, d):\n{lines}", "python") == [(line, value)]


SCRIPT_GUARDED = {
    "early return": "if (!m) return;\nm.focus();",
    "null check": "if (m === null) { return; }\nm.focus();",
    "loose check": "if (m == null) return;\nm.focus();",
    "undefined check": "if (m !== undefined && m !== null) m.focus();",
    "throw": "if (!m) { throw new Error(); }\nm.focus();",
    "nested": "if (m) { m.focus(); }",
    "else": "if (!m) { a(); } else { m.focus(); }",
    "and": "m && m.focus();",
    "or": "const x = !m || m.focus();",
    "ternary": "const x = m ? m.value : '';",
    "optional chain": "m?.focus();",
    "optional chain goes on": "m?.a.b.c();",
    "optional call": "m?.();",
    "optional element": "m?.[0];",
    "nullish": "const x = m ?? a;\nx.focus();",
    "nullish assignment": "m ??= a;\nm.focus();",
    "or assignment": "m ||= a;\nm.focus();",
    "chain as guard": "if (m?.value) { m.focus(); }",
    "typeof": "if (typeof m === 'function') m();",
    "typeof undefined": "if (typeof m === 'undefined') return;\nm.focus();",
    "instanceof": "if (m instanceof Node) m.focus();",
    "predicate": "if (!isNode(m)) return;\nm.focus();",
    "assertion": "assert(m);\nm.focus();",
    "invariant": "invariant(m, 'missing');\nm.focus();",
    "expectation": "expect(m).not.toBeNull();\nm.focus();",
    "reassigned": "m = a;\nm.focus();",
    "while": "while (m) { m.focus(); m = document.querySelector('b'); }",
    "try": "try { m.focus(); } catch (e) { a(); }",
    "continue": "for (const x of a) { if (!m) continue; m.focus(); }",
    "for condition": "for (; m; ) { m.focus(); }",
    "switch": "switch (m) { case null: return; default: m.focus(); }",
    "changed in a closure": "later(() => { m = a; });\nm.focus();",
    "used in a closure": "later(() => m.focus());",
    "boolean": "if (Boolean(m)) m.focus();",
    "named test": "const ok = m !== null;\nif (ok) m.focus();",
    "process exit": "if (!m) process.exit(1);\nm.focus();",
}


@pytest.mark.parametrize("name", ["javascript", "typescript", "tsx"])
@pytest.mark.parametrize("guard", sorted(SCRIPT_GUARDED.keys() - _PROVING_NOTHING))
@pytest.mark.parametrize("origin", ["m = lookup(a)", "m = this.m", "m = a[0]", "m = b"])
def test_guarded_script_value_of_unknown_origin_is_no_candidate(guard: str, name: str, origin: str):
    body = SCRIPT_GUARDED[guard]
    assert "m" not in _candidates(f"function f(a, b) {{\nlet {origin};\n{body}\n}}\n", name)


@pytest.mark.parametrize("name", ["javascript", "typescript", "tsx"])
@pytest.mark.parametrize("body", SCRIPT_GUARDED.values(), ids=SCRIPT_GUARDED.keys())
def test_guarded_script_is_left_alone(body: str, name: str):
    assert _found(f"function f(a) {{\nlet m = document.querySelector('a');\n{body}\n}}\n", name) == []


@pytest.mark.parametrize(
    "source",
    [
        "function f(a?: A) { if (a) { a.b(); } }",
        "function f(a: A | null) { return a!.b; }",
        "function f(a: A | null) { return (a as A).b; }",
        "function f(a: A | null): string { return a === null ? '' : a.b; }",
        "function f(a: (x: B | null) => C) { a(b); }",
        "function f(a: A | null = make()) { a.b(); }",
        "const f = (m: Map<string, A>, k: string) => m.has(k) ? m.get(k).b : null;",
        "class A { private b: B | null = null;\n m() { if (!this.b) { return; } this.b.c(); } }",
    ],
)
def test_guarded_typescript_is_left_alone(source: str):
    assert _found(source, "typescript") == []


SCRIPT_UNGUARDED = {
    "result": ("const m = document.querySelector('a');\nm.focus();", 3, "m"),
    "direct": ("document.querySelector('a').focus();", 2, "document.querySelector('a')"),
    "find": ("return a.find((x) => x.id).name;", 2, "a.find((x) => x.id)"),
    "match": ("const m = s.match(/x/);\nreturn m[1];", 3, "m"),
    "destructured": ("const [x] = s.match(/x/);", 2, "s.match(/x/)"),
    "environment": ("return process.env.HOME.length;", 2, "process.env.HOME"),
    "null on one path": ("let m = null;\nif (a) { m = s; }\nreturn m.x;", 4, "m"),
    "broken chain": ("const m = a?.b;\nreturn m.c;", 3, "m"),
    "guard on the wrong side": ("const m = s.match(/x/);\nif (m === null) { m[0]; }", 3, "m"),
    "guard without exit": ("const m = s.match(/x/);\nif (!m) { log(); }\nm[0];", 4, "m"),
    "iteration": ("for (const x of s.match(/x/)) { log(x); }", 2, "s.match(/x/)"),
    "spread": ("log(...s.match(/x/));", 2, "s.match(/x/)"),
}


@pytest.mark.parametrize("name", ["javascript", "typescript"])
@pytest.mark.parametrize(("body", "line", "value"), SCRIPT_UNGUARDED.values(), ids=SCRIPT_UNGUARDED.keys())
def test_unguarded_script_is_found_once(body: str, line: int, value: str, name: str):
    assert _found(f"function f(a, s) {{\n{body}\n}}\n", name) == [(line, value)]


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        (
            "def f(s):\n    m = re.match('a', s)\n    m.group()\n",
            "python",
            "`m` comes from `re.match('a', s)` (line 2), which returns None when there is no match",
        ),
        (
            "def f(s):\n    m = re.match(r'a very long pattern nobody reads', s)\n    m.group()\n",
            "python",
            "`m` comes from `re.match(…)` (line 2), which returns None when there is no match",
        ),
        ("def f(a=None):\n    a.b()\n", "python", "`a` is None unless the caller passes it"),
        (
            "def f(a: Optional[A]):\n    a.b()\n",
            "python",
            "`a` is declared `Optional[A]` (line 1) and may be None here",
        ),
        (
            "def f(a: A | None):\n    a.b()\n",
            "python",
            "`a` is declared `A | None` (line 1) and may be None here",
        ),
        (
            "def f(a):\n    a.b()\n    if a is not None:\n        a.c()\n",
            "python",
            "`a` is used here without the check for None made on line 3",
        ),
        (
            _CLASS + "        self.b.c()\n",
            "python",
            "`self.b` is set to None by the constructor (line 3) and may still be None here",
        ),
        (
            "function f(a?: A) {\n  a.b();\n}\n",
            "typescript",
            "`a` is declared `a?: A` (line 1) and may be undefined here",
        ),
        (
            "function f(a: A | null) {\n  a.b();\n}\n",
            "typescript",
            "`a` is declared `A | null` (line 1) and may be null here",
        ),
        (
            "class A {\n  constructor() {\n    this.b = null;\n  }\n  m() {\n    this.b.c();\n  }\n}\n",
            "javascript",
            "`this.b` is set to null by the constructor (line 3) and may still be null here",
        ),
    ],
)
def test_message_says_why(source: str, name: str, message: str):
    assert [text for _, _, text in _explained(source, name)] == [message]


@pytest.mark.parametrize(
    "source",
    [
        _CLASS + "        self.open()\n        self.b.c()\n",
        _CLASS.replace("None", "None\n        self.b = b") + "        self.b.c()\n",
        "def f(a: Tuple[A | None, B]):\n    a.b()\n",
        "def f(a: Callable[[A | None], B]):\n    a.b()\n",
        "def f():\n    return requests.get('https://example.org').json()\n",
        "def f(session):\n    return session.get(url).json()\n",
        "def f(q):\n    return q.get().x\n",
        "def f(d):\n    return d.get('a', {}).get('b')\n",
        "def f(d):\n    if 'a' in d:\n        return d.get('a').b\n",
        "def f(d):\n    if d.get('a'):\n        return d.get('a').b\n",
        "def f(text):\n    return text.find('a').bit_length()\n",
    ],
)
def test_python_without_a_cue_is_left_alone(source: str):
    assert _found(source, "python") == []


def test_code_with_a_syntax_error_is_left_alone():
    language = by_name("python")
    assert language is not None
    snapshot = Snapshot.open("file:///a.py", language, 1, "def f(a=None):\n    a.b(\n")
    assert [s for scope in scopes(snapshot, "function") for s in suspects_of(scope)] == []


def test_code_nested_too_deeply_is_left_alone():
    language = by_name("python")
    assert language is not None
    deep = "(" * 1500 + "a" + ")" * 1500
    snapshot = Snapshot.open("file:///a.py", language, 1, f"def f(a=None):\n    a.b()\n    return {deep}\n")
    assert [s for scope in scopes(snapshot, "function") for s in suspects_of(scope)] == []


def test_a_use_in_its_own_assignment_comes_before_it():
    source = "class A {\n  f() {\n    this.g = this.g.wrapped(this);\n  }\n}\n"
    language = by_name("javascript")
    assert language is not None
    snapshot = Snapshot.open("file:///a.js", language, 1, source)
    (scope,) = scopes(snapshot, "function")
    assert "result" not in {judgment.suspect.origin.kind for judgment in judgments(scope)}


def test_a_default_value_is_no_key():
    assert _found("def f(context):\n    return context.get([]).copy()\n", "python") == []
    assert _found("def f(context):\n    return context.get('a').copy()\n", "python") != []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("if a[i]:\n        go(a[i].b)", "python"),
        ("if a[i] is None:\n        return\n    a[i].b()", "python"),
        ("if a.c['k'][0]:\n        a.c['k'][0].b()", "python"),
        ("if (a[i]) a[i].b();", "javascript"),
        ('if (a.c["k"] === null) return; a.c["k"].b;', "typescript"),
    ],
)
def test_guarded_item_is_no_candidate(body: str, name: str):
    source = f"def f(a, i):\n    {body}\n" if name == "python" else f"function f(a, i) {{ {body} }}\n"
    assert not [value for value in _candidates(source, name) if value.endswith(("[i]", "[0]", '"k"]'))]


@pytest.mark.parametrize(
    "body",
    [
        "if a[i]:\n        i += 1\n        a[i].b()",
        "if a[i]:\n        a = other()\n        a[i].b()",
        "if a[i]:\n        a[i] = other()\n        a[i].b()",
        "if a[i]:\n        a[j].b()",
        "if a[next(i)]:\n        a[next(i)].b()",
    ],
)
def test_guard_of_an_item_says_nothing_of_another(body: str):
    (item,) = [value for value in _candidates(f"def f(a, i, j):\n    {body}\n", "python") if "[" in value]
    assert item.startswith("a[")


def test_an_item_that_is_checked_in_one_place_may_be_another_elsewhere():
    source = "def f(a, i):\n    if i:\n        a[i].b()\n    if a[i] is None:\n        return\n"
    assert _found(source, "python") == []


_FAILS = "\n\ndef f(s):\n    m = re.match('a', s)\n    if m is None:\n        fail(s)\n    m.group()\n"


@pytest.mark.parametrize(
    ("helper", "protects"),
    [
        ("def fail(s):\n    raise ValueError(s)", True),
        ("def fail(s):\n    print(s)\n    sys.exit(1)", True),
        ("def fail(s) -> NoReturn:\n    print(s)", True),
        ("def fail(s) -> typing.Never:\n    print(s)", True),
        ("def fail(s):\n    print(s)", False),
        ("def fail(s):\n    if s:\n        return\n    raise ValueError(s)", False),
        ("def fail(s):\n    yield s\n    raise ValueError(s)", False),
        ("async def fail(s):\n    raise ValueError(s)", False),
        ("def fail(s):\n    raise ValueError(s)\n\ndef fail(s):\n    print(s)", False),
        ("def fail(s):\n    raise ValueError(s)\n\nfail = print", False),
        ("def fail(s):\n    raise ValueError(s)\n\nfrom x import fail", False),
        ("@dispatch\ndef fail(s):\n    raise ValueError(s)", False),
        ("@dispatch\ndef fail(s) -> NoReturn:\n    raise ValueError(s)", True),
        ("def fail(s):\n    s.abort()", False),
    ],
)
def test_a_function_that_never_returns_ends_the_way(helper: str, protects: bool):
    assert bool(_found(helper + _FAILS, "python")) != protects


@pytest.mark.parametrize(
    ("helper", "protects"),
    [
        ("function fail(s) { throw new Error(s); }", True),
        ("function fail(s): never { log(s); }", True),
        ("function fail(s) { log(s); }", False),
        ("function fail(s): void { log(s); }", False),
        ("function fail(s): never[] { return log(s); }", False),
        ("function fail(s) { throw new Error(s); }\nconst x = (resolve, fail) => 1;", False),
        ("function fail(s) { s.abort(); }", False),
    ],
)
def test_so_does_a_function_of_a_script(helper: str, protects: bool):
    source = f"{helper}\nfunction f(s) {{ const m = s.match(/x/); if (!m) fail(s); return m[0]; }}\n"
    assert bool(_found(source, "typescript")) != protects


@pytest.mark.parametrize("bound", ["s, fail", "s, *, fail=print"])
def test_a_parameter_with_the_name_of_a_function_is_another(bound: str):
    source = "def fail(s):\n    raise ValueError(s)" + _FAILS.replace("(s):", f"({bound}):", 1)
    assert _found(source, "python") != []


def test_a_method_of_the_class_around_is_not_that_of_a_class_within():
    source = (
        "class A:\n    def stop(self) -> NoReturn:\n        print()\n\n"
        "    class B(Base):\n        def f(self, s):\n"
        "            m = re.match('a', s)\n            if m is None:\n                self.stop()\n"
        "            m.group()\n"
    )
    assert _found(source, "python") != []


def test_a_method_that_raises_may_be_another_in_a_subclass():
    source = (
        "class A:\n    def stop(self){}:\n        raise NotImplementedError\n\n    def f(self, s):\n"
        "        m = re.match('a', s)\n        if m is None:\n            self.stop()\n        m.group()\n"
    )
    assert _found(source.format(""), "python") != []
    assert _found(source.format(" -> NoReturn"), "python") == []
