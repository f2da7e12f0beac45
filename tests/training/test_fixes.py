"""Telling corrections of errors from matters of style and fact."""

import pytest

from smallsense.training.fixes import genuine, read_variants, without_markers, word_edits

VARIANTS = read_variants("A Bv: color / B: colour\n# a comment\nA: analyze / B: analyse | note: more\n")


def judged(source: str, target: str) -> bool:
    edits = word_edits(source, target)
    return bool(edits) and all(genuine(edit, VARIANTS) for edit in edits)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("the performence of it", "the performance of it"),
        ("this function return a list", "this function returns a list"),
        ("returns a integer", "returns an integer"),
        ("the the list", "the list"),
        ("how specify a path", "how to specify a path"),
        ("if its done", "if it's done"),
        ("then upto ten", "then up to ten"),
        ("However it works", "However, it works"),
    ],
)
def test_errors_that_the_sentence_shows_train(source: str, target: str) -> None:
    assert judged(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("a nice color here", "a nice colour here"),
        ("it does not work", "it doesn't work"),
        ("we re-use it", "we reuse it"),
        ("call foo_bar now", "call foo_baz now"),
        ("wait 3 seconds", "wait 5 seconds"),
        ("Return the list", "Returns the list"),
        ("the last sentence", "the last sentence."),
        ("an apple pie", "an orange pie"),
        ("we use the fast parser", "we use the parser we wrote last year"),
    ],
)
def test_style_facts_and_code_do_not_train(source: str, target: str) -> None:
    assert not judged(source, target)


def test_shared_comment_markers_go() -> None:
    assert without_markers('// Teh end."""', '// The end."""') == ("Teh end.", "The end.")
    assert without_markers("# Teh end", "* The end") == ("# Teh end", "* The end")
