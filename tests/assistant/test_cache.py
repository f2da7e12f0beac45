import threading

from smallsense.assistant.cache import AnswerCache
from smallsense.engine.questions import Change, Choice, Choose, Revise, Revision

ANSWER = Revision((Change(0, 1, "b", 2.0),))


def test_finds_an_answer_by_the_value_of_the_question() -> None:
    cache = AnswerCache()
    cache.put("weights", Revise("a b"), ANSWER)
    assert cache.get("weights", Revise("a" + " b")) == ANSWER


def test_other_weights_or_another_question_have_no_answer() -> None:
    cache = AnswerCache()
    cache.put("weights", Revise("a"), ANSWER)
    assert cache.get("newer weights", Revise("a")) is None
    assert cache.get("weights", Revise("a", ((0, 1),))) is None
    assert cache.get("weights", Choose("a", ())) is None


def test_forgets_the_answer_used_longest_ago() -> None:
    cache = AnswerCache(capacity=2)
    cache.put("w", Revise("1"), ANSWER)
    cache.put("w", Revise("2"), ANSWER)
    cache.get("w", Revise("1"))
    cache.put("w", Revise("3"), ANSWER)
    assert len(cache) == 2
    assert cache.get("w", Revise("1")) is not None
    assert cache.get("w", Revise("2")) is None


def test_clear_forgets_everything() -> None:
    cache = AnswerCache()
    cache.put("w", Revise("1"), ANSWER)
    cache.clear()
    assert cache.get("w", Revise("1")) is None


def test_takes_text_with_a_lone_surrogate() -> None:
    cache = AnswerCache()
    cache.put("w", Revise("\ud800"), ANSWER)
    assert cache.get("w", Revise("\ud800")) == ANSWER


def test_threads_do_not_get_in_each_others_way() -> None:
    cache = AnswerCache(capacity=50)
    failures: list[Exception] = []

    def work(seed: int) -> None:
        try:
            for number in range(300):
                question = Choose(str((number * seed) % 97), ("a",))
                if (answer := cache.get("w", question)) is not None:
                    assert answer == Choice((1.0,))
                cache.put("w", question, Choice((1.0,)))
        except Exception as error:
            failures.append(error)

    workers = [threading.Thread(target=work, args=(seed,)) for seed in (3, 5, 7)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures
    assert len(cache) == 50
