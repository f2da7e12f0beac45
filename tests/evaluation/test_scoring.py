"""The measures of corrections."""

import pytest

from smallsense.evaluation.scoring import by_words, f_beta, false_alarms, gleu, score, tokenize_words


def test_a_perfect_answer_scores_one() -> None:
    rows = [("a teh b", "a the b"), ("all good", "all good")]
    result = score(rows, ["a the b", "all good"], by_words)
    assert (result.exact, result.precision, result.recall, result.f05) == (1.0, 1.0, 1.0, 1.0)


def test_silence_is_precise_and_recalls_nothing() -> None:
    result = score([("a teh b", "a the b")], ["a teh b"], by_words)
    assert (result.exact, result.precision, result.recall, result.f05) == (0.0, 1.0, 0.0, 0.0)


def test_right_wrong_and_missed_edits_are_counted() -> None:
    rows = [("teh cat sit here", "the cat sits here"), ("fine text here", "fine text here")]
    result = score(rows, ["the cat sit here", "fine texts here"], by_words)
    assert result.precision == pytest.approx(1 / 2)
    assert result.recall == pytest.approx(1 / 2)
    assert result.exact == 0.0


def test_f_leans_to_precision() -> None:
    assert f_beta(1, 0, 1)[2] > f_beta(1, 1, 0)[2]


def test_false_alarms_are_per_thousand() -> None:
    assert false_alarms(["a", "b", "c", "d"], ["a", "b", "c", "x"]) == 250.0


def test_gleu_is_one_for_the_reference_and_falls_for_what_was_left_wrong() -> None:
    source, reference = "he go to the school every day now", "he goes to school every day now"
    assert gleu([source], [reference], [[reference]]) == pytest.approx(1.0)
    assert gleu([source], [source], [[reference]]) < 0.5


def test_gleu_averages_over_references() -> None:
    source, answer = "this is a very long test of it", "this is a very long test of them"
    other = "that was a rather short trial of those"
    both = gleu([source], [answer], [[answer], [other]], rounds=400)
    assert gleu([source], [answer], [[other]]) < both < 1.0


def test_text_is_tokenized_as_corrected_corpora_are() -> None:
    assert tokenize_words("I don't know, it's John's.") == "I do n't know , it 's John 's ."
