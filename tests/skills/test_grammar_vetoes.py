from __future__ import annotations

from dataclasses import replace

import pytest

from smallsense.engine.questions import Change, Revise, Revision
from smallsense.skills.grammar import SKILL, confidence
from smallsense.text.english import Variant
from smallsense.text.languages import by_name
from smallsense.text.prose import sentences
from smallsense.text.snapshot import Snapshot


def _found(text: str, old: str, new: str, margin: float = 5.0):
    """What grammar makes of a model that replaces `old` by `new` in a Markdown document of one sentence."""
    language = by_name("markdown")
    assert language is not None
    (scope,) = sentences(Snapshot.open("file:///a.md", language, 1, text))
    (question,) = SKILL.ask(scope)
    assert isinstance(question, Revise)
    start = question.text.index(old)
    return list(SKILL.read(scope, question, Revision((Change(start, start + len(old), new, margin),))))


def test_harmless_correction_passes():
    (finding,) = _found("We receeve the list of users.\n", "receeve", "receive")
    assert finding.rule == "spelling"


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("We use a ssample of users.\n", "ssample", "sample"),
        ("It takes the maximumum of it.\n", "maximumum", "maximum"),
        ("It was bursted to pieces.\n", "bursted", "burst"),
        ("This is another than that.\n", "another", "other"),
        ("We need an `path` for it.\n", "an", "a"),
    ],
)
def test_a_slip_that_makes_a_word_longer_is_mended(text: str, old: str, new: str):
    assert len(_found(text, old, new)) == 1


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("It takes 10 seconds to start.\n", "10", "15"),
        ("It takes 10 seconds to start.\n", "10 seconds", "seconds"),
        ("The value of max_size is wrong here.\n", "max_size", "max size"),
        ("The value of maxSize is wrong here.\n", "maxSize", "maximum"),
        ("The file a/b.txt is opened first.\n", "a/b.txt", "the file"),
        ("We met Jon at the office today.\n", "Jon", "John"),
        ("The HTPP server answers at once.\n", "HTPP", "HTTP"),
        ("It makes a new guid for the user.\n", "guid", "guide"),
        ("We wait from 10 to 20 seconds.\n", "10 to 20", "20 to 10"),
        ("Read the Manual before you start it.\n", "Manual", "manual"),
        ("It is one two three four five done.\n", "one two three four ", ""),
        ("It doesn’t work on my machine.\n", "doesn’t", "doesn't"),
        ("A list of all the things\n", "things", "things."),
        ("A list of all the things ~\n", "things", "things."),
        ("The list was long and hard.\n", "The list was long", "Nobody could ever count it"),
        ("Run for `npm edit` and look.\n", " for", " `npm edit` for"),
        ("It builds when on darwin or so.\n", "on darwin", "onDarwin"),
        ("But is_set keeps returning it.\n", "But", "But it's_set"),
        ("Look at the page of it.\n", "page", "docs/page"),
        ("It is on top of popen() and helps.\n", " and", " open() and"),
        ("It works with a code (the old codec) too.\n", "codec", "code)"),
        ("It says that all is well here.\n", "all", 'all"'),
        ("It will match extglobs in the path.\n", "extglobs", "globs"),
        ("The antialiasing is restricted to it.\n", "antialiasing", "aliasing"),
        ("It needs the linesep of the file.\n", "linesep", "line"),
        ("It asks for the dirname of it.\n", "dirname", "surname"),
        ("It sets an `fs-extra` module up.\n", "an", "a"),
        ("It reads it from an `.env` file.\n", "an", "a"),
    ],
    ids=lambda value: value.strip().replace(" ", "_")[:24],
)
def test_correction_no_editor_would_make_is_dropped(text: str, old: str, new: str):
    assert _found(text, old, new) == []


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("It is javascript, they say.\n", "javascript", "JavaScript"),
        ("Take fruit, eg apples.\n", "eg", "e.g."),
    ],
)
def test_capitals_and_abbreviations_are_no_new_identifiers(text: str, old: str, new: str):
    assert len(_found(text, old, new)) == 1


TALK = "She told him that her {} was so hungry and tired that it fell asleep on the kitchen table."


@pytest.mark.parametrize(
    ("word", "new", "mended"),
    [
        ("Dog", "dog", True),
        ("Rover", "rover", False),
        ("poodle dog", "dog", True),
        ("sweet old dog", "dog", False),
        ("friend Mark", "friend mark", False),
        ("father had not come and", "father had come and", False),
        ("father had never come and", "father had come and", False),
    ],
)
def test_in_everyday_text_a_word_may_go_and_a_common_one_is_no_name(word: str, new: str, mended: bool):
    assert bool(_found(TALK.format(word) + "\n", word, new)) is mended


@pytest.mark.parametrize(
    ("text", "old", "new", "mended"),
    [
        ("You Can find it in the list below.\n", "Can", "can", True),
        ("How You Can Find It In The List Below\n", "Can", "can", False),  # a title
        ("Ask for the Naitonal Archive of it.\n", "Naitonal", "National", True),
        ("Ask for the Frobnik Archive of it.\n", "Frobnik", "Fabric", False),
        ("It is *everywwhere* in the list.\n", "everywwhere", "everywhere", True),
        ("This is the end of it .\n", " .", ".", True),
        ("A that list is sorted by name.\n", "A that", "That", True),
        ("Sort that list by name first.\n", "Sort that", "That", False),
        ("Is it sorted by name?\n", "Is it", "It", False),
        ("We thank Will for the report.\n", "Will", "will", False),
        ("The court in The Hague decided it.\n", "The Hague", "the Hague", False),
        ("We thank Jon Browne for the report.\n", "Browne", "Brown", False),
        ("It is a part in a in a series.\n", "in a in a", "in a", True),
    ],
)
def test_what_is_no_name_and_means_nothing_may_go(text: str, old: str, new: str, mended: bool):
    assert bool(_found(text, old, new)) is mended


def test_missing_bracket_may_be_added():
    (finding,) = _found("It works (with the old one too.\n", "too", "too)")
    assert finding.edits[0].text == ")"


def test_protected_code_is_left_alone():
    assert _found("Call `receeve` to get the list.\n", "receeve", "receive") == []


def test_name_that_opens_the_sentence_may_be_corrected():
    assert [finding.rule for finding in _found("Receeve the list of users.\n", "Receeve", "Receive")] == [
        "spelling"
    ]


def test_confidence_is_a_probability_that_grows_with_the_margin():
    values = [confidence(margin) for margin in (-1e9, -1.0, 0.0, 0.5, 4.0, 1e9)]
    assert values == sorted(values)
    assert all(0 <= value <= 1 for value in values)


def test_answer_that_points_outside_the_sentence_is_ignored():
    language = by_name("markdown")
    assert language is not None
    (scope,) = sentences(Snapshot.open("file:///a.md", language, 1, "A short line of prose.\n"))
    (question,) = SKILL.ask(scope)
    assert list(SKILL.read(scope, question, Revision((Change(90, 99, "x", 9.0),)))) == []


def test_word_that_has_nothing_to_do_with_the_old_one_is_trusted_less():
    (invented,) = _found("We are backing up the room.\n", "backing", "returning")
    (confused,) = _found("It has more rooms then doors.\n", "then", "than")
    assert invented.rule == confused.rule == "word-choice"
    assert invented.confidence < confused.confidence


def test_a_misspelling_the_model_sees_and_cannot_spell_is_spelled_by_the_vocabulary():
    (finding,) = _found("It is a represejtation of the list.\n", "represejtation", "reprejation")
    assert finding.edits[0].text == "representation"


def test_a_likely_misspelling_the_model_passes_over_is_found_without_a_margin():
    (finding,) = _found("The list and its represejtation.\n", "The", "The")
    assert finding.edits[0].text == "representation"
    assert ("the model was silent", 1.0) in finding.evidence


@pytest.mark.parametrize(
    ("variant", "old", "new", "shown"),
    [
        ("as-is", "colour", "color", False),
        ("as-is", "color", "colour", False),
        ("us", "colour", "color", True),
        ("us", "color", "colour", False),
        ("uk", "color", "colour", True),
        ("uk", "colour", "color", False),
    ],
)
def test_spelling_stays_in_its_country_unless_another_is_wanted(
    variant: Variant, old: str, new: str, shown: bool
):
    language = by_name("markdown")
    assert language is not None
    text = f"Choose the {old} of the button.\n"
    (scope,) = sentences(Snapshot.open("file:///a.md", language, 1, text))
    scope = replace(scope, variant=variant)
    (question,) = SKILL.ask(scope)
    answer = Revision((Change(11, 11 + len(old), new, 9.0),))
    assert (len(list(SKILL.read(scope, question, answer))) == 1) is shown


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("frobnik", "fabric", "frobnik"),
        ("python", "Python", "python"),
        ("form", "from", ""),
        ("list", "lists", ""),
    ],
)
def test_a_finding_names_the_word_whose_existence_is_doubted(old: str, new: str, word: str):
    (finding,) = _found(f"We show {old} here to the users.\n", old, new)
    assert finding.word == word


@pytest.mark.parametrize(
    ("text", "asked"), [("Teh lsit of teh users.\n", 1), ("Tippe jetzt deinen Namen ein.\n", 0)]
)
def test_only_english_sentences_are_asked_about(text: str, asked: int):
    language = by_name("markdown")
    assert language is not None
    (scope,) = sentences(Snapshot.open("file:///a.md", language, 1, text))
    assert len(list(SKILL.ask(scope))) == asked
