"""Answers on disk: found again in the next session, bounded, and harmless whatever happens to the file."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from smallsense.assistant.cache import AnswerCache
from smallsense.assistant.store import AnswerStore
from smallsense.engine.questions import Change, Choice, Choose, Generate, Generation, Revise, Revision

QUESTION = Revise("We recieve it.", ((0, 2),), 0.5)
ANSWER = Revision((Change(3, 10, "receive", 2.25),), doubt=1.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "answers.sqlite3"


def store(path: Path, limit: int = 1) -> AnswerStore:
    return AnswerStore(path, lambda: limit)


def kept(path: Path) -> None:
    one = store(path)
    one.put("w", QUESTION, ANSWER)
    one.close()


def test_the_next_session_finds_the_answer(path: Path) -> None:
    kept(path)
    assert store(path).get("w", QUESTION) == ANSWER
    choose = Choose("a", ("b", "c"))
    one = store(path)
    one.put("w", choose, Choice((0.25, 0.75)))
    assert one.get("w", choose) == Choice((0.25, 0.75))
    assert AnswerCache(store=one).get("w", choose) == Choice((0.25, 0.75))


def test_other_weights_or_another_question_have_no_answer(path: Path) -> None:
    kept(path)
    assert store(path).get("v", QUESTION) is None
    assert store(path).get("w", Revise("We recieve it.")) is None


def test_the_text_of_a_question_is_not_in_the_file(path: Path) -> None:
    one = store(path)
    for number in range(200):
        one.put("w", Revise(f"My secret number is {number}."), Revision())
    one.close()
    assert b"secret" not in path.read_bytes()
    assert b"number" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_what_a_model_wrote_at_length_is_not_stored(path: Path) -> None:
    one = store(path)
    one.put("w", Generate("def f"), Generation("secret", ("secret",), 1.0))
    one.close()
    assert store(path).get("w", Generate("def f")) is None
    assert not path.exists()


def test_two_files_have_different_keys_for_one_question(tmp_path: Path) -> None:
    keys = []
    for name in ("a", "b"):
        kept(tmp_path / name)
        with sqlite3.connect(tmp_path / name) as connection:
            keys.append(connection.execute("SELECT key FROM answers").fetchall())
        connection.close()
    assert len(keys[0]) == len(keys[1]) == 1
    assert keys[0] != keys[1]


def test_the_file_stays_below_its_limit_and_keeps_the_newest(path: Path) -> None:
    one = store(path, limit=1)
    answer = Revision((Change(0, 1, "x" * 1000, 1.0),))
    for number in range(2000):
        one.put("w", Revise(str(number)), answer)
    assert path.stat().st_size <= 2**20
    assert one.get("w", Revise("1999")) == answer
    assert one.get("w", Revise("0")) is None


def test_with_no_room_granted_there_is_no_file(path: Path) -> None:
    one = store(path, limit=0)
    one.put("w", QUESTION, ANSWER)
    assert one.get("w", QUESTION) is None
    one.close()
    assert not path.exists()


@pytest.mark.parametrize("damage", [b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000, b""])
def test_a_damaged_file_is_made_anew(path: Path, damage: bytes) -> None:
    kept(path)
    path.write_bytes(damage)
    one = store(path)
    assert one.get("w", QUESTION) is None
    one.put("w", QUESTION, ANSWER)
    one.close()
    assert store(path).get("w", QUESTION) == ANSWER


def test_an_answer_that_makes_no_sense_is_none(path: Path) -> None:
    kept(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE answers SET answer = '{\"changes\": [[1]]}'")
    connection.close()
    assert store(path).get("w", QUESTION) is None


def test_a_place_that_cannot_be_written_to_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    one = store(tmp_path / "file" / "answers.sqlite3")
    one.put("w", QUESTION, ANSWER)
    assert one.get("w", QUESTION) is None
    one.close()


def test_a_file_that_another_process_holds_is_no_trouble(path: Path) -> None:
    kept(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert store(path).get("w", QUESTION) is None
    other.execute("COMMIT")
    other.close()
    assert store(path).get("w", QUESTION) == ANSWER


def test_erasing_removes_the_file_and_the_next_answer_is_kept_again(path: Path) -> None:
    cache = AnswerCache(store=store(path))
    cache.put("w", QUESTION, ANSWER)
    cache.close()
    assert path.exists()
    cache.erase()
    assert not path.exists()
    assert cache.get("w", QUESTION) is None
    kept(path)
    assert cache.get("w", QUESTION) == ANSWER


def test_many_threads_may_use_it_at_once(path: Path) -> None:
    one = store(path)

    def use(name: str) -> None:
        for number in range(100):
            one.put(name, Revise(str(number)), ANSWER)
            assert one.get(name, Revise(str(number))) == ANSWER

    threads = [threading.Thread(target=use, args=(str(name),)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.close()
    assert all(store(path).get(str(name), Revise("99")) == ANSWER for name in range(4))
