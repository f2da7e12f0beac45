"""What speaks for and against a missing value, and what the judge makes of it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from smallsense.skills.nullness import SKILL
from smallsense.skills.nullness.analysis import candidates_of
from smallsense.skills.nullness.judge import Judgment, evidence, judgments, learned, score, shares
from smallsense.skills.nullness.origin import explain
from smallsense.skills.nullness.prompt import MAX_CONTEXT, OVERLAP, context, mark
from smallsense.skills.nullness.surroundings import surroundings
from smallsense.skills.nullness.syntax import text_of
from smallsense.text.languages import by_name
from smallsense.text.scope import Scope
from smallsense.text.scopes import scopes
from smallsense.text.snapshot import Snapshot


def _scopes(source: str, name: str = "python") -> list[Scope]:
    language = by_name(name)
    assert language is not None
    text = dedent(source).removeprefix("\n")
    return list(scopes(Snapshot.open("file:///a", language, 1, text), "function"))


def _candidates(source: str, name: str = "python") -> list[str]:
    return [text_of(one.dereference.value) for scope in _scopes(source, name) for one in candidates_of(scope)]


def _judged(source: str, value: str, name: str = "python") -> Judgment:
    (found,) = (
        one
        for scope in _scopes(source, name)
        for one in judgments(scope)
        if text_of(one.suspect.dereference.value) == value
    )
    return found


def _cues(source: str, value: str, name: str = "python") -> set[str]:
    for scope in _scopes(source, name):
        for one in candidates_of(scope):
            if text_of(one.dereference.value) == value and scope.node is not None:
                return evidence(one, surroundings(scope.node), scope.node)
    raise AssertionError(f"{value} is no candidate")


def test_what_nothing_shows_to_be_there_is_a_candidate() -> None:
    source = """
        def f(a, b):
            c = a.load()
            return c.name, b[0].name
    """
    assert _candidates(source) == ["a", "c", "b", "b[0]"]


def test_what_is_plainly_there_is_none() -> None:
    source = """
        import shop

        def f(self, a):
            names = []
            names.append(shop.open(a))
            text = "a" + str(a)
            return text.strip(), self, Shop.instance, f.cache
    """
    assert _candidates(source) == []


def test_a_use_vouches_for_the_next() -> None:
    assert _candidates("def f(a):\n    a.b()\n    a.c()\n") == ["a"]


@pytest.mark.parametrize(
    "guard", ["if a is None:\n        return", "if not a:\n        return", "assert a", "a = a or []"]
)
def test_a_guard_leaves_no_candidate(guard: str) -> None:
    assert _candidates(f"def f(a):\n    {guard}\n    a.b()\n") == []


def test_a_field_the_constructor_always_fills_is_no_candidate() -> None:
    source = """
        class A:
            def __init__(self, size: int, name):
                self.rows = []
                self.size = size
                self.name = name
                self.late = []

            def reset(self):
                self.late = None

            def f(self):
                return self.rows.x, self.size.x, self.name.x, self.late.x
    """
    assert _candidates(source) == ["self.name", "self.late"]


def test_a_field_with_a_type_is_no_candidate_unless_it_may_be_missing() -> None:
    source = """
        class A {
          rows: Row[];
          last: Row | null;
          next?: Row;
          f() { return [this.rows.x, this.last.x, this.next.x]; }
        }
    """
    assert _candidates(source, "typescript") == ["this.last", "this.next"]


def test_a_function_of_the_module_that_always_returns_a_value_is_trusted() -> None:
    source = """
        def make(a) -> Row:
            return a

        def pick(a):
            if a:
                return "x"
            return None

        def f():
            return make(1).x, pick(1).x
    """
    assert _candidates(source) == ["pick(1)"]


def test_a_test_elsewhere_in_the_function_is_a_cue() -> None:
    source = """
        def f(a, b):
            if b:
                print(a.x if a is not None else 1)
            return a.y
    """
    assert {"checked none before", "parameter: checked none before"} <= _cues(source, "a")


def test_a_test_of_what_was_stored_there_meanwhile_is_another_cue() -> None:
    source = """
        def f(a):
            b = a.strip()
            a = b.partition(".")[2]
            if not a:
                return b
    """
    assert "checked truth after, another value" in _cues(source, "a")
    assert "checked truth after" not in _cues(source, "a")
    assert _judged(source, "a").suspect.origin.kind != "checked"


def test_names_and_callee_are_cues() -> None:
    cues = _cues("def f(tree):\n    child = tree.find_child(1)\n    return child.x\n", "child")
    assert {"word=child", "origin=local call", "value callee=find_child", "value verb=find 1"} <= cues


def test_what_is_asked_for_and_whom_is_asked_are_cues() -> None:
    source = "def f(conf, rows):\n    a = conf.get('max_size')\n    return a.x, rows[last_row].strip()\n"
    asked = {"value argument=string", "value key word=size", "value asked=parameter get", "use=x", "use=a.x"}
    assert asked <= _cues(source, "a")
    assert {"value key word=last", "value key word=row", "use=strip"} <= _cues(source, "rows[last_row]")


def test_what_is_annotated_is_a_cue() -> None:
    source = "def f(a: str, b: Node | None) -> int:\n    return len(a.name) + b.size\n"
    typed = {"typed", "parameter: typed"}
    assert _cues(source, "a") >= {*typed, "annotated", "annotated str", "annotated, typed", "others optional"}
    assert _cues(source, "b") >= {*typed, "annotated optional", "annotated optional, typed"}
    assert not {"others optional", "returns optional"} & _cues(source, "b")


def test_annotations_of_some_parameters_and_of_what_is_returned_are_cues() -> None:
    source = "def f(a, b: str) -> str | None:\n    return a.name + b\n"
    assert {"partly typed", "returns optional"} <= _cues(source, "a")
    assert "returns optional" not in _cues("def f(a) -> None:\n    a.name()\n", "a")
    assert not any("typed" in cue or "annotated" in cue for cue in _cues("def f(a):\n    a.name()\n", "a"))
    typescript = "function f(a?: Node): string { return a.name; }"
    assert {"typed", "annotated optional Node"} <= _cues(typescript, "a", "typescript")


def test_cues_know_no_other_function() -> None:
    first = "def f(a):\n    return a.x\n"
    assert _cues(first, "a") == _cues(first + "\n\ndef g(b):\n    return 1 if b is None else 2\n", "a")


def test_the_score_is_the_sum_of_what_speaks_for_it() -> None:
    weights = {"constant": -2.0, "one": 1.5, "two": 0.25}
    assert score({"one", "two", "unheard of"}, weights) == -0.25


def test_the_values_of_a_function_are_rivals() -> None:
    alone, *_ = shares([1.0], ["a"])
    first, second = shares([1.0, 1.0], ["a", "b"])
    assert alone == pytest.approx(0.731, abs=0.001)
    assert first == second == pytest.approx(0.422, abs=0.001)


def test_uses_of_one_value_are_no_rivals() -> None:
    once = shares([1.0, 0.5], ["a", "b"])
    assert shares([1.0, 1.0, 0.5], ["a", "a", "b"]) == pytest.approx([once[0], *once])


def test_a_long_sum_of_evidence_overflows_nothing() -> None:
    assert shares([900.0, -900.0], ["a", "b"]) == pytest.approx([1.0, 0.0])


def test_the_weights_hold_a_constant_and_cues_that_occur() -> None:
    weights = learned()
    assert weights["constant"] < 0
    assert set(weights) & _cues("def f(tree):\n    child = tree.find(1)\n    return child.x\n", "child")


def test_a_getter_is_doubted_more_than_a_parameter() -> None:
    source = "def f(tree, key):\n    node = tree.get_parent(key)\n    return node.label\n"
    assert _judged(source, "node").confidence > _judged(source, "tree").confidence


def test_a_value_the_flow_shows_to_be_missing_is_never_passed_over() -> None:
    judged = _judged("def f(text):\n    m = re.match('x', text)\n    return m.group(1)\n", "m")
    assert judged.confidence >= judged.suspect.origin.prior


def test_the_first_use_of_a_value_tells_of_it() -> None:
    source = """
        def f(tree, key):
            node = tree.parent_of(key)
            if key:
                print(node.label)
            else:
                print(node.label)
            node = tree.parent_of(key)
            print(node.label)
    """
    (scope,) = _scopes(source)
    first, later, fresh = (
        one.confidence for one in judgments(scope) if text_of(one.suspect.dereference.value) == "node"
    )
    assert later < first / 2 < fresh


def test_what_is_found_in_a_test_counts_less() -> None:
    source = "def {}(text):\n    m = re.match('x', text)\n    return m.group(1)\n"
    tested, plain = (_judged(source.format(name), "m") for name in ("test_it", "get_it"))
    assert tested.confidence < plain.confidence


def test_hardly_a_chance_is_not_worth_a_word() -> None:
    (scope,) = _scopes("def add(numbers):\n    numbers.append(1)\n")
    assert list(SKILL.find(scope)) == []


@pytest.mark.parametrize(
    ("body", "value", "message"),
    [
        (
            "node = tree.parent_of(key)\nreturn node.label",
            "node",
            "`node` comes from `tree.parent_of(key)` (line 2), which may return None",
        ),
        (
            "return tree.parent_of(key).label",
            "tree.parent_of(key)",
            "`tree.parent_of(key)` may return None",
        ),
        (
            "a = tree.up(1)\nif a:\n    a.go()\nb = tree.up(2)\nb.go()",
            "b",
            "`b` comes from `tree.up(2)` (line 5), which may return None: its result is checked on line 3",
        ),
        (
            "if key:\n    print(tree.top is None)\nreturn tree.top.label",
            "tree.top",
            "`tree.top` is used here without the check for None made on line 3",
        ),
        (
            "return tree.label",
            "tree",
            "`tree` is what the caller passes, and nothing here shows that it is not None",
        ),
        (
            "return tree.top.label",
            "tree.top",
            "nothing here shows that `tree.top` cannot be None",
        ),
    ],
)
def test_the_message_says_why(body: str, value: str, message: str) -> None:
    indented = "\n".join(f"    {line}" for line in body.split("\n"))
    judged = _judged(f"def f(tree, key):\n{indented}\n", value)
    line = judged.suspect.dereference.value.start_point.row + 1
    assert explain(judged.suspect.origin, value, line) == message


def test_questions_about_one_piece_of_code_begin_alike() -> None:
    (scope,) = _scopes("def f(a, b):\n    return a.x + b.y\n")
    one, other = candidates_of(scope)
    assert context(scope, one) == context(scope, other) == "def f(a, b):\n    return a.x + b.y"
    assert mark(scope, other) == "\n\n>>> return a.x + b\n>>> missing?"


def test_a_long_function_is_shown_in_pieces_that_hold_the_use() -> None:
    lines = "\n".join(f"    value_{number} = a.attribute_{number}({number}).b" for number in range(90))
    (scope,) = _scopes(f"def f(a):\n{lines}\n")
    found = candidates_of(scope)
    assert len(found) >= 90
    for one in found:
        shown = context(scope, one)
        row = one.dereference.value.start_point.row
        assert f"value_{row - 1} = a" in shown
        assert len(shown) <= MAX_CONTEXT + OVERLAP


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ("-> Row | None", True),
        ("-> Optional[Row]", True),
        ("-> Row", False),
        ("-> None", False),
        ("-> Callable[[Row | None], Row]", False),
    ],
)
def test_a_method_is_taken_by_its_word(declared: str, found: bool) -> None:
    source = f"""
        class A:
            def pick(self, a) {declared}:
                return self.rows.get(a)

            def f(self) -> int:
                row = self.pick(1)
                return row.x
    """
    said = [
        explain(one.suspect.origin, "row", 7)
        for scope in _scopes(source)
        for one in judgments(scope)
        if one.confidence >= 0.5
    ]
    reason = "`row` comes from `self.pick(1)` (line 6), which returns None at times, as line 2 declares"
    assert said == ([reason] if found else [])


@pytest.mark.parametrize(
    "call",
    ["inspect.getsourcefile(a)", "metadata.files(a)", "sys.exception()", "mimetypes.guess_extension(a)"],
)
def test_functions_of_the_standard_library_that_may_return_none_are_known(call: str) -> None:
    judged = _judged(f"def f(a):\n    return {call}.x\n", call)
    assert explain(judged.suspect.origin, call, 2) == f"`{call}` returns None when there is none"
