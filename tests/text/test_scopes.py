from __future__ import annotations

import pytest

from smallsense.text.languages import by_name
from smallsense.text.scopes import scope_at, scopes, selection
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import Span


def opened(language: str, source: str) -> Snapshot:
    found = by_name(language)
    assert found is not None
    return Snapshot.open("file:///x", found, 1, source)


SCRIPT = """
export function load(path) { return path; }
export const save = async (path) => { write(path); };
class Notebook {
  #size = 0;
  constructor() { this.on = function () {}; }
  static *items() { yield 1; }
  clear = () => { this.#size = 0; };
}
const table = { open() {}, close: () => 1 };
export default function () {}
"""

CASES = {
    "python": (
        "@cache\nasync def load(path):\n    def inner():\n        pass\n\nclass Notebook(dict):\n"
        "    @property\n    def size(self):\n        return 1\n",
        ["load", "inner", "size"],
        ["Notebook"],
    ),
    "javascript": (
        SCRIPT,
        ["load", "save", "constructor", "on", "items", "clear", "open", "close", ""],
        ["Notebook"],
    ),
    "typescript": (
        "export abstract class Notebook<T> {\n  @log\n  private size(a: T): number { return 1; }\n}\n"
        "interface Item { name: string }\nenum Color { Red }\n"
        "const load = (path: string): void => {};\nnamespace N { function inner() {} }\n",
        ["size", "load", "inner"],
        ["Notebook", "Item", "Color"],
    ),
    "tsx": ("const App = () => <div>{items.map((x) => <b>{x}</b>)}</div>;\n", ["App", ""], []),
    "java": (
        "class Notebook {\n  Notebook() {}\n  @Override\n  public int size() { return 1; }\n"
        "  Runnable r = () -> {};\n  interface Item { }\n  enum Color { RED }\n  record Pair(int a) { }\n}\n",
        ["Notebook", "size", "r"],
        ["Notebook", "Item", "Color", "Pair"],
    ),
    "go": (
        "package a\n\ntype Notebook struct { n int }\n\nfunc (s *Notebook) Size() int { return s.n }\n\n"
        "func main() { run := func() {}; run() }\n",
        ["Size", "main", "run"],
        ["Notebook"],
    ),
    "rust": (
        "#[derive(Debug)]\nstruct Notebook { n: u8 }\nimpl Notebook { fn size(&self) -> u8 { self.n } }\n"
        "#[test]\nfn main() { let run = |x| x; }\n",
        ["size", "main", "run"],
        ["Notebook", "Notebook"],
    ),
    "c": (
        "struct store { int n; };\ntypedef struct { int a; } item;\n"
        "static char **names(struct store *s) { return 0; }\nint (*pick(void))(int) { return 0; }\n",
        ["names", "pick"],
        ["store", "item"],
    ),
    "cpp": (
        "namespace n {\nclass Notebook : public Base {\n public:\n  Notebook() {}\n"
        "  int size() const { return 1; }\n};\n}\n"
        "template <class T> T &pick(T &a) { auto run = [](int x) { return x; }; return a; }\n"
        "Notebook::~Notebook() {}\nint Notebook::operator+(int a) { return a; }\n",
        ["Notebook", "size", "pick", "run", "Notebook::~Notebook", "Notebook::operator+"],
        ["Notebook"],
    ),
}


@pytest.mark.parametrize("language", CASES)
def test_functions_and_classes_are_found_with_their_names(language):
    source, functions, classes = CASES[language]
    snapshot = opened(language, source)
    assert [scope.name for scope in scopes(snapshot, "function")] == functions
    assert [scope.name for scope in scopes(snapshot, "class")] == classes


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("python", "x = 1\n@a\n@b(1)\ndef f():\n    pass\n", "@a\n@b(1)\ndef f():\n    pass"),
        ("typescript", "class A {\n  @log\n  f() {}\n}", "@log\n  f() {}"),
        ("javascript", "g();\nexport const f = () => 1;\n", "export const f = () => 1;"),
        ("javascript", "let a = 1, f = () => 1;", "() => 1"),
        ("rust", "use a;\n#[test]\n#[ignore]\nfn f() {}\n", "#[test]\n#[ignore]\nfn f() {}"),
        (
            "cpp",
            "int a;\ntemplate <class T>\nT f(T x) { return x; }\n",
            "template <class T>\nT f(T x) { return x; }",
        ),
        ("java", "class A { int a; @Override\n int f() { return 1; } }", "@Override\n int f() { return 1; }"),
    ],
)
def test_a_function_takes_in_what_belongs_to_it(language, source, text):
    (scope,) = scopes(opened(language, source), "function")
    assert scope.text == text
    assert scope.name == "f"


def at(language: str, marked: str) -> tuple[str, str] | None:
    offset = len(marked[: marked.index("‸")].encode())
    found = scope_at(opened(language, marked.replace("‸", "")), offset)
    if found is None:
        return None
    assert found.cursor == offset
    return found.kind, found.name


@pytest.mark.parametrize(
    ("language", "marked", "expected"),
    [
        ("python", "‸x = 1\ndef f():\n    pass\n", ("module", "")),
        ("python", "@dec‸\ndef f():\n    pass\n", ("function", "f")),
        ("python", "def f():\n    x = '😀'\n    ‸\n\ndef g():\n    pass\n", ("function", "f")),
        ("python", "def f():\n    x = 1\n‸\ndef g():\n    pass\n", ("module", "")),
        ("python", "class A:\n    def f(self):\n        pass\n    ‸\n", ("class", "A")),
        ("python", "class A:\n    def f(self):\n        pass\n        ‸", ("function", "f")),
        ("javascript", "function f(){}‸function g(){}", ("function", "g")),
        ("javascript", "function f(){ g(() => { ‸ }); }", ("function", "")),
        ("java", "class A { ‸ void f() {} }", ("class", "A")),
        ("go", "package a\n\nfunc f() {\n\t‸\n}\n", ("function", "f")),
    ],
)
def test_the_innermost_scope_around_the_cursor_is_found(language, marked, expected):
    assert at(language, marked) == expected


def test_only_the_kinds_asked_for_are_found():
    snapshot = opened("python", "class A:\n    def f(self):\n        pass\n")
    inner = scope_at(snapshot, 30, ("class", "module"))
    assert inner is not None
    assert inner.name == "A"
    assert scope_at(snapshot, 0, ("function",)) is None


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "x = (\n\ndef f():\n    pass\n\nclass A:\n"),
        ("typescript", "const = ;\nfunction f() { return 1; }\n"),
        ("c", "int ) ;\nint f(void) { return 1; }\n"),
    ],
)
def test_functions_in_broken_code_are_still_found(language, source):
    assert "f" in [scope.name for scope in scopes(opened(language, source), "function")]


def test_a_language_without_syntax_has_a_module_only():
    snapshot = opened("plaintext", "Some words.")
    assert list(scopes(snapshot, "function")) == []
    (module,) = scopes(snapshot, "module")
    assert module.text == "Some words."


def test_a_selection_is_what_was_selected():
    snapshot = opened("python", "x = foo(1)\n")
    found = selection(snapshot, Span(4, 10))
    assert found.text == "foo(1)"
    assert found.node is not None
    assert found.node.type == "call"
    with pytest.raises(ValueError, match="leaves the document"):
        selection(snapshot, Span(0, 99))
