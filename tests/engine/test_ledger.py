from __future__ import annotations

from smallsense.engine.ledger import LATEST, Account, Ledger


def test_nothing_asked_is_an_empty_account() -> None:
    assert Ledger().account("grammar") == Account(0, 0, 0.0, 0.0)


def test_questions_and_times_are_kept_by_model() -> None:
    ledger = Ledger()
    for number in range(1, 101):
        ledger.record("grammar", 32, number / 100)
    ledger.record("completion", 1, 7.0)
    account = ledger.account("grammar")
    assert (account.questions, account.requests) == (3200, 100)
    assert 0.49 < account.p50 < 0.52
    assert 0.94 < account.p95 < 0.97
    assert ledger.account("completion") == Account(1, 1, 7.0, 7.0)


def test_times_are_those_of_the_latest_requests() -> None:
    ledger = Ledger()
    for seconds in [9.0] * LATEST + [1.0] * LATEST:
        ledger.record("grammar", 1, seconds)
    assert ledger.account("grammar") == Account(2 * LATEST, 2 * LATEST, 1.0, 1.0)
