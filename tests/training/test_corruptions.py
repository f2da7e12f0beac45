"""Synthetic errors: seeded, and never where code stands."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallsense.training.corruptions import Lexicon, corrupt, corruptions, cut, join

LEXICON = Lexicon(
    {
        "receive": ("recieve",),
        "separate": ("seperate",),
        "information": ("infomation",),
        "informative": ("informitive",),
        "better": ("beter",),
        "bitter": ("biter",),
        "letter": ("leter",),
    },
    frozenset(["receive", "separate", "quick", "quickly", "form", "from"]),
)
TABLE = corruptions(LEXICON)
SENTENCES = (
    "However, the functions return a list of users, and they are sorted by name.",
    "You should have seen these quickly growing files in another folder at least once.",
    "I don't think that it is better to receive separate information on Monday.",
)


@given(st.text())
def test_pieces_join_to_the_text_they_were_cut_from(text: str) -> None:
    assert join(cut(text)) == text


@pytest.mark.parametrize("name", list(TABLE))
def test_every_corruption_changes_some_sentence(name: str) -> None:
    rng = random.Random(1)
    made = [corrupt(text, 1, {name: 1.0}, TABLE, rng) for text in SENTENCES for _ in range(40)]
    changed = [(text, kinds) for text, kinds in made if kinds]
    assert changed
    assert all(text not in SENTENCES and kinds == (name,) for text, kinds in changed)


def test_a_verb_is_known_by_its_ending_and_keeps_to_its_own_forms() -> None:
    made = {
        corrupt("It is separating them.", 1, {"any_form": 1.0}, TABLE, random.Random(seed))[0]
        for seed in range(30)
    }
    assert made == {"It is separate them.", "It is separates them.", "It is separated them."}


def test_a_word_is_taken_only_for_one_that_is_a_letter_away() -> None:
    made = {
        corrupt("It is better.", 1, {"lookalike": 1.0}, TABLE, random.Random(seed))[0] for seed in range(30)
    }
    assert made == {"It is bitter."}  # "letter" begins otherwise


def test_the_same_seed_makes_the_same_errors() -> None:
    weights = dict.fromkeys(TABLE, 1.0)
    first, second = (
        [corrupt(text, 3, weights, TABLE, random.Random(7)) for text in SENTENCES] for _ in range(2)
    )
    assert first == second
    assert first != [corrupt(text, 3, weights, TABLE, random.Random(8)) for text in SENTENCES]


@pytest.mark.parametrize(
    "code",
    [
        "`the list of users`",
        "https://example.org/is/the",
        "the_list_is",
        "docs/the/is.md",
        "re.receive",
        "v1.2.3",
    ],
)
def test_code_and_addresses_stay_whole(code: str) -> None:
    text = f"The functions in {code} return a list of users and are sorted by name."
    weights = dict.fromkeys(TABLE, 1.0)
    for seed in range(150):
        spoiled, _ = corrupt(text, 4, weights, TABLE, random.Random(seed))
        assert code in spoiled


def test_no_word_is_spoiled_twice() -> None:
    # "receive" has one misspelling, which has none: a second misspelling must leave it alone.
    spoiled, kinds = corrupt("We receive it.", 5, {"misspell": 1.0}, TABLE, random.Random(0))
    assert (spoiled, kinds) == ("We recieve it.", ("misspell",))


def test_relatives_share_a_stem_and_a_known_misspelling() -> None:
    spoiled, _ = corrupt("It gives information.", 1, {"relative": 1.0}, TABLE, random.Random(0))
    assert spoiled == "It gives informative."


def test_what_is_misheard_is_no_word() -> None:
    texts = {
        corrupt("A quick form.", 1, {"misheard": 1.0}, TABLE, random.Random(seed))[0] for seed in range(40)
    }
    assert "A quik form." in texts
    assert not any(word in text.split() for text in texts for word in ("quickly", "from"))


def test_agreement_breaks_between_subject_and_verb() -> None:
    spoiled, _ = corrupt("The value is new.", 1, {"agreement": 1.0}, TABLE, random.Random(0))
    assert spoiled == "The value are new."


def test_a_dropped_first_word_hands_its_capital_on() -> None:
    texts = {
        corrupt("The user reads.", 1, {"article": 1.0}, TABLE, random.Random(seed))[0] for seed in range(30)
    }
    assert "User reads." in texts


def test_an_unknown_kind_of_error_is_named() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        corrupt("A text.", 1, {"nonsense": 1.0}, TABLE, random.Random(0))


def test_a_sentence_begins_small_unless_it_begins_with_a_name() -> None:
    rng = random.Random(1)
    assert corrupt("The list is long.", 1, {"small_opening": 1.0}, TABLE, rng)[0] == "the list is long."
    for text in ("Monday is a day.", "`The` list is long.", "NASA is far."):
        assert corrupt(text, 1, {"small_opening": 1.0}, TABLE, rng) == (text, ())
