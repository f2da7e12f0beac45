from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from toy import ToyContext

from smallsense.engine.generate import generate
from smallsense.engine.questions import Generate, Shape, Slot


def go() -> None:
    """Never stops."""


def writer(whole: str):
    """A model that has learnt one text by heart."""

    def follow(text: str) -> str:
        return whole[len(text) :] if whole.startswith(text) else ""

    return follow


TEXT = "def add(a, b):\n    return a + b\n\n"


def test_writes_up_to_the_stop() -> None:
    answer = generate(ToyContext(writer(TEXT)), [], Generate("def add(a, b):\n    return"), go)
    assert answer.text == " a + b"
    assert answer.slots == (" a + b",)
    assert answer.confidence > 0.5


def test_stops_at_the_end_of_the_text() -> None:
    assert generate(ToyContext(writer("a b c")), [], Generate("a b"), go).text == " c"


def test_no_more_tokens_than_allowed() -> None:
    shape = Shape((Slot(max_tokens=2),))
    assert generate(ToyContext(writer("a b c d e f")), [], Generate("a", shape=shape), go).text == " b c"


def test_forced_text_and_slots_alternate() -> None:
    whole = "x: one\ny: two\nz"
    shape = Shape(("x:", Slot(), "\ny:", Slot()))
    answer = generate(ToyContext(writer("> " + whole)), [], Generate("> ", shape=shape), go)
    assert answer.text == "x: one\ny: two"
    assert answer.slots == (" one", " two")


def test_what_already_follows_is_not_written_again() -> None:
    answer = generate(ToyContext(writer("f(a, b)")), [], Generate("f(a,", suffix=")\nmore"), go)
    assert answer.text == " b"


def test_a_bracket_the_text_opened_itself_stays_closed() -> None:
    answer = generate(ToyContext(writer("f(upper())")), [], Generate("f(", suffix=")\n"), go)
    assert answer.text == "upper()"


def test_the_next_keystroke_reads_only_what_is_new() -> None:
    context, resident = ToyContext(writer(TEXT)), []
    generate(context, resident, Generate("def add(a, b):\n    re"), go)
    before = context.cells
    generate(context, resident, Generate("def add(a, b):\n    return a"), go)
    fresh = ToyContext(writer(TEXT))
    generate(fresh, [], Generate("def add(a, b):\n    return a"), go)
    assert context.cells - before < fresh.cells / 2


def test_text_that_repeats_itself_takes_fewer_passes() -> None:
    line = "alpha beta gamma delta epsilon zeta eta theta\n"
    context = ToyContext(writer(line + line))
    answer = generate(context, [], Generate(line + "alpha beta gamma"), go)
    assert answer.text == " delta epsilon zeta eta theta"
    assert context.passes < 1 + len(context.tokenize(answer.text))


def test_a_shape_with_more_slots_than_the_context_could_hold_is_filled_all_the_same() -> None:
    def follow(text: str) -> str:
        return " so" if text.endswith(":") else ""

    parts = [part for n in range(40) for part in (f"\nname {n}:", Slot(max_tokens=20))]
    context = ToyContext(follow, capacity=128)
    answer = generate(context, [], Generate("def name():\n" * 20, shape=Shape(tuple(parts))), go)
    assert answer.slots == (" so",) * 40


def test_a_prompt_too_long_keeps_its_end() -> None:
    lines = "".join(f"line {n} of text\n" for n in range(60))

    def follow(text: str) -> str:
        return " seen" if text.endswith("line") else ""

    assert generate(ToyContext(follow, capacity=128), [], Generate(lines + "line"), go).text.startswith(
        " seen"
    )
