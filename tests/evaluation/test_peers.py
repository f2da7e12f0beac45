"""How the advice of other checkers is followed."""

from __future__ import annotations

from pathlib import Path

from smallsense.evaluation.grammar import Sample, copy, line, peer_output
from smallsense.evaluation.peers import Peer, follow
from smallsense.evaluation.samples import Fixed, Learner

SAMPLE = Sample(
    [Fixed("It are a teh list.", "It is a the list.", "a"), Fixed("Run it twice.", "Run it once.", "a")],
    ["All is well.", "So it stays."],
    Learner((), ()),
)


def test_of_overlapping_advice_the_first_is_followed() -> None:
    assert follow("one two three", [(4, 13, "2 3"), (0, 7, "1 2")]) == "1 2 three"
    assert follow("a b", [(1, 1, ","), (3, 3, ".")]) == "a, b."


def test_advice_about_code_or_out_of_the_text_is_left_out() -> None:
    assert follow("Call `teh` now", [(6, 9, "the"), (11, 14, "then"), (11, 99, "x")]) == "Call `teh` then"


def test_an_absent_peer_is_reported_and_the_rest_runs(tmp_path: Path) -> None:
    told: list[str] = []
    peer = Peer("Nobody", ("no-such-package-anywhere",), lambda: lambda text: [])
    assert peer_output(peer, SAMPLE, tmp_path, False, told.append) is None
    assert told[0].startswith("ABSENT: Nobody")


def test_a_peer_answers_once_and_then_from_its_cache(tmp_path: Path) -> None:
    def load():
        return lambda text: (
            [(9, 12, "the")] if "teh" in text else [(0, 3, "So,")] if text[:3] == "So " else []
        )

    def refuse():
        raise AssertionError("asked again")

    peer = Peer("Click", ("click",), load)
    output = peer_output(peer, SAMPLE, tmp_path, False, print)
    assert output is not None
    assert output.texts[0] == "It are a the list."
    again = peer_output(Peer("Click", ("click",), refuse), SAMPLE, tmp_path, True, print)
    assert again == output
    figures = line(output, SAMPLE)
    assert (figures.precision, figures.exact, figures.false_alarms) == (100, 0, 500)
    assert line(copy(SAMPLE), SAMPLE).false_alarms == 0
