from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from toy import ToyContext, corrector

from smallsense.engine.engine import Cancelled
from smallsense.engine.questions import Revise
from smallsense.engine.revise import revise
from smallsense.engine.sentence import SPARE_TOKENS


def go() -> None:
    """Never stops."""


def revised(source: str, target: str) -> tuple[str, ToyContext]:
    context = ToyContext(corrector({source: target}))
    return revise(context, [Revise(source)], go)[0].apply(source), context


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("This are a list.", "This is a list."),
        ("Return list of users.", "Return the list of users."),
        ("Return the the list.", "Return the list."),
        ("It recieves teh value", "It receives the value."),
        ("a cat", "A cat"),
        ("We goes home now", "We go"),
        ("one two three four five six seven eight", "eight seven six five four three two one"),
        ("naïve café ☕ are good", "naïve café ☕ is good"),
    ],
)
def test_gives_what_the_model_would_write(source: str, target: str) -> None:
    assert revised(source, target)[0] == target


def test_a_clean_sentence_takes_one_pass() -> None:
    text, context = revised("Nothing is wrong with this sentence.", "Nothing is wrong with this sentence.")
    assert text == "Nothing is wrong with this sentence."
    assert context.passes == 1


def test_a_sentence_that_is_hardly_doubted_is_read_once() -> None:
    wrong, fine = "The users is here.", "The users are here."
    context = ToyContext(
        corrector({wrong: fine, fine: "All gone."}), doubt=lambda s: 2.0 if s == wrong else -2.0
    )
    (first, second), length = (
        revise(context, [Revise(wrong, glance=-1.0), Revise(fine, glance=-1.0)], go),
        len(fine.split()),
    )
    assert (first.apply(wrong), first.doubt) == (fine, 2.0)
    assert (second.changes, second.doubt) == ((), -2.0)
    assert length < context.cells
    spared = ToyContext(corrector({fine: "All gone."}), doubt=lambda _: -2.0)
    revise(spared, [Revise(fine, glance=-1.0)], go)
    assert spared.cells == len(spared.tokenize(fine)) + 1


def test_without_a_glance_every_sentence_is_read_twice() -> None:
    fine = "The users are here."
    context = ToyContext(corrector({fine: "All gone."}), doubt=lambda _: -20.0)
    (answer,) = revise(context, [Revise(fine)], go)
    assert (answer.apply(fine), answer.doubt) == ("All gone.", -20.0)


def test_one_replaced_word_takes_two_passes() -> None:
    _, context = revised("The users is here and all is well now.", "The users are here and all is well now.")
    assert context.passes == 2


def test_changes_are_only_where_the_text_changes() -> None:
    source = "The users is here."
    context = ToyContext(corrector({source: "The users are here."}))
    (change,) = revise(context, [Revise(source)], go)[0].changes
    assert (source[change.start : change.end], change.text) == ("is", "are")
    assert change.margin == pytest.approx(9.0)


def test_protected_text_is_copied_whatever_the_model_wants() -> None:
    source = "Call teh_list now teh_list."
    context = ToyContext(corrector({source: "Call the list now."}))
    at = source.index("teh_list")
    revision = revise(context, [Revise(source, ((at, at + 8),))], go)[0]
    assert all(change.end <= at or change.start >= at + 8 for change in revision.changes)
    assert "teh_list" in revision.apply(source)


def test_a_word_can_be_inserted_before_protected_text() -> None:
    source = "Call `f` twice"
    context = ToyContext(corrector({source: "Call the `f` twice"}))
    assert revise(context, [Revise(source, ((5, 8),))], go)[0].apply(source) == "Call the `f` twice"


def test_a_margin_above_the_models_advantage_keeps_the_text() -> None:
    source = "This are bad."
    context = ToyContext(corrector({source: "This is bad."}))
    assert revise(context, [Revise(source, margin=10.0)], go)[0].changes == ()


def test_a_model_gone_astray_changes_nothing() -> None:
    source = "Short."
    context = ToyContext(corrector({source: "and on " * 30}))
    assert revise(context, [Revise(source)], go)[0].changes == ()


def test_a_sentence_too_long_for_the_context_is_left_alone() -> None:
    source = "word " * 300
    context = ToyContext(corrector({source: ""}))
    assert revise(context, [Revise(source)], go)[0].changes == ()
    assert context.passes == 0


def test_an_empty_text_is_not_asked() -> None:
    context = ToyContext(corrector({}))
    assert revise(context, [Revise("")], go)[0].changes == ()
    assert context.passes == 0


def test_a_stop_between_passes_leaves_the_context_clean() -> None:
    context = ToyContext(corrector({"a b": "a c"}))
    calls = iter(range(10))

    def stop() -> None:
        if next(calls) >= 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        revise(context, [Revise("a b")], stop)
    assert revise(context, [Revise("a b")], go)[0].apply("a b") == "a c"


words = st.lists(
    st.sampled_from(["the", "a", "list", "of", "users", "is", "are", "returns", "value,", "it", ".", "☕"]),
    min_size=1,
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(
    pairs=st.lists(st.tuples(words, words), min_size=1, max_size=12),
    capacity=st.integers(110, 300),
    sequences=st.integers(3, 8),
    glance=st.sampled_from([-1.0, -math.inf]),
)
@example(
    pairs=[(["the"] * 4 + ["returns"] * 10, ["the"])], capacity=512, sequences=4, glance=-1.0
)  # a long pass
@example(  # all of them need far more room than most do
    pairs=[([str(n), *["is"] * 13], ["users", "list"] * 13) for n in range(8)],
    capacity=130,
    sequences=8,
    glance=-math.inf,
)
def test_many_sentences_at_once_give_what_each_gives_alone(
    pairs: list[tuple[list[str], list[str]]], capacity: int, sequences: int, glance: float
) -> None:
    table = {" ".join(a): " ".join(b) for a, b in pairs}
    context = ToyContext(corrector(table), batch=24, outputs=12, capacity=capacity, sequences=sequences)
    sources = list(table)
    answers = revise(context, [Revise(source, glance=glance) for source in sources], go)
    assert [answer.apply(source) for answer, source in zip(answers, sources, strict=True)] == list(
        table.values()
    )


@settings(max_examples=200, deadline=None)
@given(
    sizes=st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 40)), min_size=1, max_size=8
    ),
    spare=st.integers(0, 40),
    sequences=st.integers(3, 8),
    contexts=st.integers(1, 3),
)
@example(sizes=[(4, 0, 21)] * 2, spare=16, sequences=8, contexts=1)  # they put each other back
@example(sizes=[(4, 1, 18)] * 2, spare=16, sequences=8, contexts=1)  # the last cell is read by itself
@example(sizes=[(4, 0, 25)], spare=16, sequences=8, contexts=1)  # a draft reaches beyond what may be written
def test_however_much_sentences_grow_each_is_revised_or_left_as_alone(
    sizes: list[tuple[int, int, int]], spare: int, sequences: int, contexts: int
) -> None:
    table: dict[str, str] = {}
    grown: dict[str, int] = {}
    for number, (words, at, more) in enumerate(sizes):
        source = [f" s{number}", *[" a"] * words]
        table["".join(source)] = "".join([*source[:at], *[" x"] * more, *source[at:]])
        grown["".join(source)] = more
    needed = max(2 * len(source.split()) + SPARE_TOKENS + 2 for source in table)

    def opened(like: ToyContext | None = None) -> ToyContext:
        room = needed + spare
        return ToyContext(
            corrector(table), capacity=room, sequences=sequences, batch=24, outputs=12, like=like
        )

    first = opened()
    beside = [opened(first) for _ in range(contexts - 1)]
    calls = iter(range(2000))

    def stop() -> None:
        assert next(calls, None) is not None, "there is no end to it"

    answers = revise(first, [Revise(source) for source in table], stop, beside=beside)
    for (source, target), answer in zip(table.items(), answers, strict=True):
        assert answer.apply(source) == (target if grown[source] <= SPARE_TOKENS else source)
