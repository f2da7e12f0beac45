from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallsense.engine.questions import Generate, Generation, Slot
from smallsense.skills.docstring import SKILL
from smallsense.text.languages import by_name
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot


def _open(source: str, name: str) -> Snapshot:
    language = by_name(name)
    assert language is not None
    return Snapshot.open("file:///a", language, 1, source)


def _written(source: str, words: str | list[str], name: str = "python") -> str | None:
    """The document with a docstring for its first scope, when the model fills every slot with `words`."""
    snapshot = _open(source, name)
    for kind in ("function", "class"):
        for scope in scopes(snapshot, kind):
            for question in SKILL.ask(scope):
                assert isinstance(question, Generate)
                count = sum(isinstance(part, Slot) for part in question.shape.parts)
                slots = tuple([words] * count if isinstance(words, str) else words)
                for finding in SKILL.read(scope, question, Generation("", slots, 0.5)):
                    return snapshot.edited(finding.edits, 2).text
    return None


def _docstring(source: str | None) -> str | None:
    assert source is not None
    return ast.get_docstring(next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)))


def test_docstring_of_a_one_line_function_goes_on_a_line_of_its_own():
    source = _written("def f(a): return a\n", ["Give it back", "The thing", "The same thing"])
    assert _docstring(source) == "Give it back.\n\nArgs:\n    a: The thing.\n\nReturns:\n    The same thing."


def test_numpy_style_is_followed():
    before = 'def g(x):\n    """Do.\n\n    Parameters\n    ----------\n    x\n        It.\n    """\n'
    source = _written(
        "def f(a):\n    return a\n\n\n" + before, ["Give it back", "The thing", "The same thing"]
    )
    assert _docstring(source) == (
        "Give it back.\n\nParameters\n----------\na\n    The thing.\n\nReturns\n-------\n    The same thing."
    )


@pytest.mark.parametrize("unit", ["    ", "\t", "  "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_docstring_takes_the_indentation_and_line_ends_of_the_file(unit: str, newline: str):
    before = newline.join(["class A:", f"{unit}def f(self, a):", f"{unit}{unit}print(a)", ""])
    source = _written(before, ["Print it", "The thing"])
    deep = unit * 2
    assert source == newline.join(
        [
            "class A:",
            f"{unit}def f(self, a):",
            f'{deep}"""Print it.',
            "",
            f"{deep}Args:",
            f"{deep}    a: The thing.",
            f'{deep}"""',
            f"{deep}print(a)",
            "",
        ]
    )


def test_decorated_function_keeps_its_decorator_above():
    assert _written("@cache\ndef f():\n    pass\n", "Do the work") == (
        '@cache\ndef f():\n    """Do the work."""\n    pass\n'
    )


def test_yields_and_raises_have_their_sections():
    source = _written(
        "def f():\n    if x:\n        raise KeyError(x)\n    yield 1\n",
        ["Count the things", "One thing after the other", "If there is none"],
    )
    assert _docstring(source) == (
        "Count the things.\n\nYields:\n    One thing after the other.\n\n"
        "Raises:\n    KeyError: If there is none."
    )


def test_nested_function_does_not_lend_its_returns():
    source = "def f():\n    def g():\n        return 1\n    g()\n"
    assert _written(source, "Do the work") == source.replace("f():\n", 'f():\n    """Do the work."""\n', 1)


def test_words_cut_off_in_the_middle_lose_their_loose_end():
    assert _written("def f():\n    pass\n", "Keep a list of names that allows for the") == (
        'def f():\n    """Keep a list of names."""\n    pass\n'
    )


def test_rubbish_for_a_parameter_leaves_no_section():
    assert _written("def f(a):\n    print(a)\n", ["Print the thing", "x = 1; y = 2"]) == (
        'def f(a):\n    """Print the thing."""\n    print(a)\n'
    )


@pytest.mark.parametrize(
    "words",
    ["", "   ", '"""', "...", "f", "return a + b", "def f(a, b): pass", "x = {1: 2}", "word " * 30, "TODO"],
)
def test_rubbish_for_the_summary_leaves_nothing(words: str):
    assert _written("def f(a):\n    print(a)\n", words) is None


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('def f():\n    """Doc."""\n', "python"),
        ("def f():\n    '''Doc.'''\n    pass\n", "python"),
        ('class A:\n    r"""Doc."""\n', "python"),
        ("/** Doc. */\nfunction f() {}\n", "javascript"),
        ("/**\n * Doc.\n */\nexport const f = () => {};\n", "typescript"),
        ("items.map((x) => x.y);\n", "javascript"),
        ("def f(:\n    pass\n", "python"),
        ("fn f() {}\n", "rust"),
    ],
)
def test_nothing_is_asked_where_no_docstring_is_missing(source: str, name: str):
    snapshot = _open(source, name)
    asked = [
        q for kind in ("function", "class") for scope in scopes(snapshot, kind) for q in SKILL.ask(scope)
    ]
    assert asked == []


def test_method_gets_its_comment_at_its_own_indentation():
    source = "class A {\n  last(items) {\n    log(items);\n  }\n}\n"
    assert _written(source, ["Log the items", "The items"], "typescript") == (
        "class A {\n  /**\n   * Log the items.\n   *\n   * @param items - The items.\n   */\n"
        "  last(items) {\n    log(items);\n  }\n}\n"
    )


@given(words=st.text(max_size=60), name=st.sampled_from(["python", "javascript"]))
def test_no_words_break_the_code(words: str, name: str):
    source = {
        "python": "def f(a, *b, **c):\n    raise KeyError(a)\n",
        "javascript": "function f(a, ...b) {\n  throw new Error(a);\n}\n",
    }[name]
    written = _written(
        source, ["A fine summary " + words, words, words, words, words][: 5 if name == "python" else 4], name
    )
    if written is not None:
        assert _open(written, name).errors.count == 0
        if name == "python":
            ast.parse(written)
            assert ast.unparse(ast.parse(written).body[0].body[-1]) == "raise KeyError(a)"  # pyright: ignore[reportAttributeAccessIssue]
