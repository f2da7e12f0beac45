"""The three kinds of question, answered by the real weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smallsense.engine.catalog import Catalog
from smallsense.engine.engine import EngineError, Request
from smallsense.engine.local import LocalEngine, revising
from smallsense.engine.questions import Choice, Choose, Generate, Generation, Question, Revise, Revision

pytestmark = pytest.mark.model

SENTENCES = (
    "This function return a list of users.",
    "You will recieve an email when the job are done.",
    "The cache is cleared whenever a setting changes.",
    "Each of these option are documented below.",
    "It do not matter which order the files is read in.",
    "Set the timeout to 30 seconds.",
    "Their are two way to install the package.",
    "The server keeps no state between requests.",
    "A error is raised if the file does not exists.",
    "Use this method to opens a connection.",
    "See the guide for details.",
    "We are looking foward to hear from you.",
)


@pytest.fixture(scope="module")
def engine(catalog: Catalog) -> Iterator[LocalEngine]:
    engine = LocalEngine(catalog)
    yield engine
    engine.close()


def revisions(engine: LocalEngine, *texts: str) -> list[str]:
    answers = engine.answer(Request("grammar", tuple(Revise(text) for text in texts)))
    revised: list[str] = []
    for text, answer in zip(texts, answers, strict=True):
        assert isinstance(answer, Revision)
        revised.append(answer.apply(text))
    return revised


def test_a_faulty_sentence_is_corrected_and_a_clean_one_stands(engine: LocalEngine) -> None:
    assert revisions(engine, "This function return a list of users.", "The server keeps no state.") == [
        "This function returns a list of users.",
        "The server keeps no state.",
    ]


def test_an_answer_does_not_depend_on_what_is_asked_beside_it(engine: LocalEngine) -> None:
    assert revisions(engine, *SENTENCES) == [revisions(engine, text)[0] for text in SENTENCES]


def test_revise_writes_what_plain_greedy_decoding_writes(engine: LocalEngine, catalog: Catalog) -> None:
    from smallsense.engine.greedy import revise_plainly

    with revising(catalog, "grammar") as (context, *_):
        expected = [revise_plainly(context, text, steady=True) for text in SENTENCES]
    assert revisions(engine, *SENTENCES) == expected


def test_protected_text_stands(engine: LocalEngine) -> None:
    text = "Call the recieve_msg function, wich recieve a message."
    at = text.index("recieve_msg")
    (answer,) = engine.answer(Request("grammar", (Revise(text, ((at, at + len("recieve_msg")),)),)))
    assert isinstance(answer, Revision)
    assert answer.changes
    assert "recieve_msg" in answer.apply(text)


def test_choose_prefers_what_is_likely(engine: LocalEngine) -> None:
    question = Choose("The capital of France is", (" potato.", " Paris.", " seventeen."))
    (answer,) = engine.answer(Request("docstring", (question,)))
    assert isinstance(answer, Choice)
    assert answer.best == 1
    assert sum(answer.probabilities) == pytest.approx(1.0)


def test_generate_goes_on_where_the_text_ends(engine: LocalEngine) -> None:
    question = Generate("def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return")
    (answer,) = engine.answer(Request("completion", (question,)))
    assert isinstance(answer, Generation)
    assert answer.text.strip() == "a - b"
    assert 0 < answer.confidence <= 1


def test_questions_of_all_kinds_in_one_request_are_answered_in_order(engine: LocalEngine) -> None:
    questions: tuple[Question, ...] = (
        Generate("one two three one two"),
        Revise("It are late."),
        Choose("Yes or no?", (" yes", " no")),
    )
    answers = engine.answer(Request("grammar", questions))
    assert [type(answer) for answer in answers] == [Generation, Revision, Choice]


def test_a_file_that_is_no_model_is_an_error_that_names_it(tmp_path: Path) -> None:
    from smallsense.engine.llama import LlamaModel

    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(EngineError, match=r"broken\.gguf"):
        LlamaModel(broken)
    with pytest.raises(EngineError, match="no model at"):
        LlamaModel(tmp_path / "missing.gguf")


def test_a_closed_engine_loads_again(catalog: Catalog) -> None:
    engine = LocalEngine(catalog)
    before = revisions(engine, SENTENCES[0])
    engine.close()
    assert revisions(engine, SENTENCES[0]) == before
    engine.close()
