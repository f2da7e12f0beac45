"""Which words there are, how common they are, and what kind of text they are of."""

from __future__ import annotations

import pytest

from smallsense.skills.vocabulary import commonness, everyday, is_english, is_term, is_word


@pytest.mark.parametrize(
    ("word", "known"),
    [("Receive", True), ("serializer’s", True), ("committee", True), ("recieve", False), ("", False)],
)
def test_words_are_known_in_any_case_and_as_genitives(word: str, known: bool) -> None:
    assert is_word(word) is known


@pytest.mark.parametrize(
    ("word", "term"), [("dirname", True), ("Dirname", True), ("receive", False), ("recieve", False)]
)
def test_words_of_names_in_code_are_known_for_what_they_are(word: str, term: bool) -> None:
    assert is_term(word) is term


def test_some_words_are_more_common_than_others() -> None:
    assert commonness("the") > commonness("person") > commonness("ornamental") > commonness("qzxjkvw") == 0
    assert commonness("The") == commonness("the")


def test_the_words_tell_what_kind_of_text_it_is() -> None:
    talk = everyday("She told me that her husband was tired and went to bed.", ())
    manual = everyday("Set the parameter to override the default configuration file.", ())
    assert talk > 4 > -4 > manual
    assert everyday("", ()) == 0


def test_what_is_protected_tells_nothing() -> None:
    text = "Use `configuration parameter default` here."
    assert everyday(text, ((4, text.rindex("`") + 1),)) == everyday("Use  here.", ())


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
