from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallsense.skills.edit_kind import RULES, Correction, corrections


def _one(before: str, after: str) -> Correction:
    """The only correction that turns one text into the other."""
    (found,) = _all(before, after)
    return found


def _all(before: str, after: str) -> list[Correction]:
    """Corrections from the least change of characters, as an engine may report it."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changes = [(i1, i2, after[j1:j2], 1.0) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]
    return corrections(before, changes)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("You will recieve it", "You will receive it", "spelling"),
        ("It occured twice", "It occurred twice", "spelling"),
        ("teh list", "the list", "spelling"),
        ("He return it", "He returns it", "agreement"),
        ("The lists is long", "The lists are long", "agreement"),
        ("It have been", "It has been", "agreement"),
        ("It don’t work", "It doesn’t work", "agreement"),
        ("They isn't here", "They aren't here", "agreement"),
        ("two user", "two users", "agreement"),
        ("this things", "these things", "agreement"),
        ("It was write", "It was written", "verb-form"),
        ("It is use here", "It is used here", "verb-form"),
        ("a hour", "an hour", "article"),
        ("returns list", "returns a list", "article"),
        ("in the London", "in London", "article"),
        ("Pass the the name", "Pass the name", "repeated-word"),
        ("We waiting", "We are waiting", "missing-word"),
        ("It is is-not been so", "It is is-not so", "extra-word"),
        ("depends from it", "depends on it", "preposition"),
        ("more then two", "more than two", "word-choice"),
        ("its a list", "it's a list", "word-choice"),
        ("use python here", "use Python here", "capitalization"),
        ("However it works", "However, it works", "punctuation"),
        ("a , b", "a b", "punctuation"),
        ("it is alot", "it is a lot", "spacing"),
        ("in a such list", "in such a list", "word-order"),
        ("know who are your users and", "know who your users are and", "word-order"),
        ("we it find", "we find it", "word-order"),
        ("a  list", "a list", "spacing"),
    ],
)
def test_change_is_named(before: str, after: str, rule: str):
    assert _one(before, after).rule == rule


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ("It takes a hour for an user.", "It takes an hour for a user.", ["article"] * 2),
        (
            "The lists is long and the list are short.",
            "The lists are long and the list is short.",
            ["agreement"] * 2,
        ),
        (
            "Open the settings of it in browser now.",
            "Open settings of it in the browser now.",
            ["article"] * 2,
        ),
        ("You read it here and not there.", "You not read it here and there.", ["word-order"]),
        ("You read it, but not there.", "You not read it, but there.", ["missing-word", "extra-word"]),
        ("You read 5 it and see.", "You read it and 5 see.", ["extra-word", "missing-word"]),
    ],
)
def test_what_goes_here_and_comes_there_has_not_always_moved(before: str, after: str, rules: list[str]):
    assert [correction.rule for correction in _all(before, after)] == rules


def test_what_goes_far_away_has_not_moved():
    far = "and then comes all the rest of what there is to be said of"
    found = _all(f"We again ask {far} it", f"We ask {far} it again")
    assert [correction.rule for correction in found] == ["extra-word", "missing-word"]


def test_nothing_moves_across_what_is_protected():
    before, after = "You not read some text here.", "You read some text not here."
    (change,) = [(4, 22, "read some text not", 1.0)]
    assert [one.rule for one in corrections(before, [change])] == ["word-order"]
    assert len(corrections(before, [change], ((13, 17),))) == 2
    assert after == before[:4] + change[2] + before[22:]


def test_corrected_word_is_shown_whole():
    found = _one("You will recieve it", "You will receive it")
    assert "You will recieve it"[found.show_start : found.show_end] == "recieve"


def test_inserted_word_is_shown_at_its_neighbor():
    text = "returns list"
    found = _one(text, "returns a list")
    assert text[found.show_start : found.show_end] == "list"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("However it works", "However, it works", "However"),
        ("Look (it works", "Look (it works)", "works"),
        ("Call `open` first", "Call the `open` first", "open"),
        ("It works", "It works here", "works"),
    ],
)
def test_insertion_is_shown_at_the_word_it_belongs_to(before: str, after: str, shown: str):
    found = _one(before, after)
    assert before[found.show_start : found.show_end] == shown


@pytest.mark.parametrize(
    "changes", [[(0, 4, "The last", 1.0)], [(0, 0, "The ", 1.0), (0, 4, "last", 1.0)]], ids=("one", "two")
)
def test_what_comes_before_the_first_word_takes_its_capital_with_it(
    changes: list[tuple[int, int, str, float]],
):
    (found,) = corrections("Last reason is that it costs more.", changes)
    assert (found.start, found.end, found.text, found.rule) == (0, 4, "The last", "article")
    assert found.message == "An article is missing: insert “The” before “Last”"


def test_neighboring_changes_are_shared_out_by_words():
    text = "They understend thet dhe product is good."
    changes = [(5, 15, "understand that", 6.0), (19, 32, " product", 9.0)]
    found = corrections(text, changes)
    made = [(text[one.start : one.end], one.text) for one in found]
    assert made == [("understend", "understand"), ("thet", "that"), ("dhe", "the")]
    assert [one.margin for one in found] == [6.0, 9.0, 9.0]  # each as sure as the change it was part of


def test_a_sure_correction_is_no_less_sure_beside_another():
    found = corrections("They walk thier dog.", [(5, 9, "walks", 0.4), (10, 15, "their", 10.0)])
    assert [(one.text, one.margin) for one in found] == [("walks", 0.4), ("their", 10.0)]


def test_two_changes_to_one_word_become_one_correction():
    text = "seperatly"
    (found,) = corrections(text, [(3, 4, "a", 2.0), (7, 7, "e", 1.0)])
    assert (found.start, found.end, found.text, found.margin) == (0, 9, "separately", 1.0)


def test_one_change_of_several_words_becomes_a_correction_each():
    found = corrections("It return the a list", [(0, 20, "It returns a list", 1.0)])
    assert [(each.rule, each.text.strip()) for each in found] == [("agreement", "returns"), ("article", "")]


_WORDS = st.text(alphabet="ab éß’'-,. A1", max_size=20)


@given(before=_WORDS, after=_WORDS)
def test_corrections_together_make_the_change(before: str, after: str):
    text = before
    for found in reversed(_all(before, after)):
        text = text[: found.start] + found.text + text[found.end :]
    assert text == after


@given(before=_WORDS, after=_WORDS)
def test_correction_has_a_known_rule_and_a_place_in_the_text(before: str, after: str):
    for found in _all(before, after):
        assert found.rule in RULES
        assert found.message.splitlines() == [found.message]
        assert 0 <= found.show_start <= found.show_end <= len(before)
