"""What becomes of a misspelling that a model saw, but did not know how to mend, or read over."""

from __future__ import annotations

import pytest

from smallsense.engine.questions import Change, Revise, Revision
from smallsense.skills.grammar import SKILL
from smallsense.text.languages import by_name
from smallsense.text.prose import sentences
from smallsense.text.snapshot import Snapshot
from smallsense.text.span import apply_edits


def _mended(text: str, *changes: tuple[str, str], language: str = "markdown") -> str:
    """The text after what grammar makes of a model that makes these changes, however unsure."""
    known = by_name(language)
    assert known is not None
    (scope,) = sentences(Snapshot.open("file:///a", known, 1, text))
    (question,) = SKILL.ask(scope)
    assert isinstance(question, Revise)
    made = [
        Change(question.text.index(old), question.text.index(old) + len(old), new, 3.0)
        for old, new in changes
    ]
    found = SKILL.read(scope, question, Revision(tuple(made)))
    return apply_edits(text.encode(), [edit for one in found for edit in one.edits]).decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("heuritics", "hecritics"),  # no word
        ("rit", "crit"),  # of the same word a part
        ("heuritics", "politics"),  # a word, but a far one
    ],
)
def test_the_likeliest_word_takes_the_place_of_what_the_model_made_up(old: str, new: str) -> None:
    assert _mended("We use heuritics for it.\n", (old, new)) == "We use heuristics for it.\n"


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("We use the laast one of it.\n", "laast", "least"),  # near, too, though not as common
        ("We want represejtation of it.\n", "represejtation", "a representation"),
        ("We have alot of it.\n", "alot", "a lot"),
        ("We have had alot friends there and then.\n", "alot", "a lot of"),
    ],
)
def test_what_is_near_or_holds_the_likeliest_word_stays(text: str, old: str, new: str) -> None:
    assert _mended(text, (old, new)) == text.replace(old, new)


def test_a_word_put_before_an_unknown_one_leaves_it_alone() -> None:
    assert _mended("We saw menhaden in it.\n", ("menhaden", "the menhaden")) == "We saw the menhaden in it.\n"


def test_what_the_model_read_over_is_doubted() -> None:
    assert _mended("This is the Acccount Manager.\n") == "This is the Account Manager.\n"
    assert _mended("we can see it everywhere.\n") == "We can see it everywhere.\n"


def test_a_misspelling_that_the_model_deletes_is_respelled_instead() -> None:
    assert _mended("This is the Acccount Manager.\n", ("Acccount ", "")) == "This is the Account Manager.\n"


def test_comments_begin_as_they_like() -> None:
    text = "# we can see it everywhere.\n"
    assert _mended(text, language="python") == text


def test_two_changes_to_a_word_that_is_none_are_one() -> None:
    assert (
        _mended("We use heuritics for it.\n", ("uri", "hec"), ("ics", "zz")) == "We use heuristics for it.\n"
    )


def test_what_is_known_without_the_model_stands_where_it_goes_astray() -> None:
    # A listed misspelling, which the model sees corrected and would take out; and one that the letters show.
    assert _mended("They used Persian langage, not Chinese.\n", (" language", "")) == (
        "They used Persian language, not Chinese.\n"
    )
    assert _mended("This is an example of a smal bottele for juice.\n", (" bottele", "")) == (
        "This is an example of a small bottle for juice.\n"
    )


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("They say that theyre in it.\n", "theyre", "they're"),
        ("We ask mr evans about it.\n", "evans", "Evans"),
    ],
)
def test_marks_and_capitals_make_no_other_word(text: str, old: str, new: str) -> None:
    assert _mended(text, (old, new)) == text.replace(old, new)


def test_a_comma_waits_for_what_comes_after_it() -> None:
    text = "In addition too asking we listen.\n"
    assert _mended(text, ("too", "to")) == "In addition to asking we listen.\n"
    assert _mended("In addition we listen.\n") == "In addition, we listen.\n"


def test_beside_what_must_stay_nothing_else_is_changed_by_the_model() -> None:
    assert (
        _mended("Return how many days are left.\n", ("Return how", "How"))
        == "Return how many days are left.\n"
    )
