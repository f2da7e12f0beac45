"""Known misspellings, and how a model's changes to the corrected sentence go back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallsense.engine.questions import Change, Revision
from smallsense.skills.spelling import (
    CERTAIN,
    candidates,
    is_english,
    is_term,
    is_word,
    misspellings,
    nearest,
    spell,
    unheard_of,
)


def _applied(text: str, changes: list[tuple[int, int, str, float]]) -> str:
    for start, end, new, _ in reversed(changes):
        text = text[:start] + new + text[end:]
    return text


def test_the_list_knows_misspellings_and_what_they_stand_for() -> None:
    assert candidates("recieve") == ("receive",)
    assert len(candidates("adres")) == 1
    assert candidates("receive") == ()
    assert is_word("Receive")
    assert is_word("serializer’s")
    assert not is_word("recieve")


@pytest.mark.parametrize(
    "text",
    [
        "Call recieve.teh or foo-teh or teh_x here.",
        "The TEH and the Recieve stand within.",
        "See docs/teh and @teh for more.",
        "Its abbout's end.",
    ],
)
def test_names_and_parts_of_names_are_no_misspellings(text: str) -> None:
    assert misspellings(text, ()) == []


def test_the_first_word_keeps_its_capital() -> None:
    assert spell("“Recieve teh list.", ()).text == "“Receive the list."


def test_what_is_protected_stays_and_moves_along() -> None:
    text = "A neccessary `teh` recieve."
    start = text.index("`")
    spelled = spell(text, ((start, start + 5),))
    assert spelled.text == "A necessary `teh` receive."
    assert [spelled.text[a:b] for a, b in spelled.protected] == ["`teh`"]


def test_a_change_goes_back_to_its_place() -> None:
    spelled = spell("We neccessary need teh a list.", ())
    assert spelled.text == "We necessary need the a list."
    traced = spelled.traced([Change(22, 24, "", 3.0)])
    assert traced == [(3, 13, "necessary", CERTAIN), (19, 22, "the", CERTAIN), (23, 25, "", 3.0)]
    assert _applied(spelled.original, traced) == "We necessary need the list."


def test_a_change_to_a_corrected_word_takes_it_along() -> None:
    spelled = spell("He recieve it.", ())
    assert spelled.traced([Change(9, 10, "es", 2.0)]) == [(3, 10, "receives", 2.0)]


@given(st.lists(st.sampled_from(["teh", "neccessary", "list", "a", "recieve"]), max_size=6), st.data())
def test_changes_traced_back_make_the_same_text(words: list[str], data: st.DataObject) -> None:
    spelled = spell(" ".join(words), ())
    size = len(spelled.text)
    places = sorted(data.draw(st.sets(st.integers(0, size), max_size=6)))
    pairs = list(zip(places[::2], places[1::2], strict=False))
    changes = tuple(Change(a, b, data.draw(st.sampled_from(["", "x", "yy "])), 1.0) for a, b in pairs)
    traced = spelled.traced(changes)
    assert _applied(spelled.original, traced) == Revision(changes).apply(spelled.text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("A represejtation of it.", "representation"),
        ("It is sufixient here.", None),
        ("It is prefetchable here.", None),
        ("It calls dirname in the end.", None),
        ("Use `represejtation` of it.", None),
        ("The Represejtation of it.", None),
    ],
)
def test_a_word_never_heard_of_with_one_neighbor_is_perhaps_misspelled(text: str, right: str | None) -> None:
    protected = ((text.index("`"), text.rindex("`") + 1),) if "`" in text else ()
    assert [one.right for one in unheard_of(text, protected)] == ([right] if right else [])


@pytest.mark.parametrize(
    ("word", "term"), [("dirname", True), ("Dirname", True), ("receive", False), ("recieve", False)]
)
def test_words_of_names_in_code_are_known_for_what_they_are(word: str, term: bool) -> None:
    assert is_term(word) is term


def test_the_nearest_words_are_one_letter_away() -> None:
    assert nearest("represetation") == ["representation"]
    assert "cat" in nearest("caat")
    assert nearest("qzxjkvw") == []


def test_a_derived_word_and_a_form_are_words() -> None:
    assert unheard_of("It is repackageable and unpackaged and has overpackagings.", ()) == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("You will receive a list of the users.", True),
        ("Foobarize the quuxes with care and it is done.", True),
        ("It’s the user’s own list.", True),
        ("Tippe jetzt deinen Namen und zwei Zahlen ein.", False),
        ("Erfolgreiche Ausführung", False),
        ("Voir sa page de manuel.", False),
        ("Użyj tej opcji, aby sprawdzić tekst.", False),
        ("1 + 2", True),
    ],
)
def test_what_is_written_in_another_language_has_few_known_words(text: str, english: bool) -> None:
    assert is_english(text, ()) is english


def test_protected_words_do_not_tell_the_language() -> None:
    text = "Call foo_bar or baz_quux or xyz_zy now."
    assert not is_english("foobar bazquux now", ())
    assert is_english(text, ((5, 12), (16, 24), (28, 34)))
