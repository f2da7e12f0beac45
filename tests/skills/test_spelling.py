"""Known misspellings, and how a model's changes to the corrected sentence go back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallsense.engine.questions import Change, Revision
from smallsense.skills.spelling import (
    CERTAIN,
    candidates,
    is_near,
    likeliest,
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
        ("Represejtation of it.", "Representation"),
        ("The Represejtation of it.", None),
        ("The authour's list.", "author"),
        ("The authour'd list.", None),
        ("It is alot of it.", "a lot"),
        ("It is sufixient here.", None),
        ("It is prefetchable here.", None),
        ("It calls dirname in the end.", None),
        ("Use `represejtation` of it.", None),
        ("The REPRESEJTATION of it.", None),
        ("The represejTation of it.", None),
    ],
)
def test_a_word_never_heard_of_near_another_is_perhaps_misspelled(text: str, right: str | None) -> None:
    protected = ((text.index("`"), text.rindex("`") + 1),) if "`" in text else ()
    assert [one.right for one in unheard_of(text, protected)] == ([right] if right else [])


def test_the_nearest_words_are_one_letter_away() -> None:
    assert nearest("represetation") == ["representation"]
    assert "cat" in nearest("caat")
    assert nearest("qzxjkvw") == []


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_near_is_what_a_letter_makes(one: str, other: str) -> None:
    cuts = [(one[:at], one[at:]) for at in range(len(one) + 1)]
    made = {left + right[1:] for left, right in cuts if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    made |= {left + letter + right[skip:] for left, right in cuts for letter in "ab" for skip in (0, 1)}
    assert is_near(one, other) == (other in made - {one})


def test_a_derived_word_and_a_form_are_words() -> None:
    assert unheard_of("It is repackageable and unpackaged and has overpackagings.", ()) == []


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("possibky", "possibly"),
        ("requies", "requires"),
        ("successfull", "successful"),
        ("Vaiables", "variables"),
        ("etlnet", "telnet"),
        ("creat", "create"),
        ("alot", "a lot"),
        ("infact", "in fact"),
        ("valuesare", "values are"),
        ("qzxjkvw", None),
    ],
)
def test_the_likeliest_word_is_a_common_one_and_a_likely_slip_away(word: str, right: str | None) -> None:
    assert likeliest(word) == right


def test_a_misspelling_that_may_be_a_name_is_only_perhaps_one() -> None:
    text = "It is the Acccount Manager."
    assert misspellings(text, ()) == []
    assert [one.right for one in unheard_of(text, ())] == ["Account"]
    assert unheard_of("Acccount Manager", ()) == []  # it opens the sentence: that is certain


@pytest.mark.parametrize("word", ["happend", "successfuly"])
def test_what_lacks_a_letter_is_no_derivation(word: str) -> None:
    text = f"It was {word} done."
    assert misspellings(text, ()) or unheard_of(text, ())
