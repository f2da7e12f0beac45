"""Answers already given, found again by content: an unchanged sentence is never asked twice."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict

from smallsense.assistant.store import AnswerStore
from smallsense.engine.questions import Answer, Question


class AnswerCache:
    """The most recently used `capacity` answers, and those in `store`. Safe to use from any thread.

    Keyed by the identity of the weights and the value of the question, never by place or document: the same
    sentence in two files, or moved within one, is one entry, and new weights start afresh. `hits` counts the
    answers that were found, by identity.
    """

    def __init__(self, capacity: int = 20_000, store: AnswerStore | None = None) -> None:
        self.capacity = capacity
        self.hits: Counter[str] = Counter()
        self._store = store
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, identity: str, question: Question) -> Answer | None:
        """The answer given to this question by these weights, or None."""
        key = _key(identity, question)
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
        if answer is None and self._store is not None:
            answer = self._store.get(identity, question)
            if answer is not None:
                self._keep(key, answer)
        self.hits[identity] += answer is not None
        return answer

    def put(self, identity: str, question: Question, answer: Answer) -> None:
        """Remember an answer, forgetting the one used longest ago where there is no more room."""
        self._keep(_key(identity, question), answer)
        if self._store is not None:
            self._store.put(identity, question, answer)

    def clear(self) -> None:
        """Forget everything but what is on disk."""
        with self._lock:
            self._answers.clear()

    def erase(self) -> None:
        """Forget everything, on disk too."""
        self.clear()
        if self._store is not None:
            self._store.clear()

    def close(self) -> None:
        """Write to disk what is not written yet."""
        if self._store is not None:
            self._store.close()

    def _keep(self, key: bytes, answer: Answer) -> None:
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > self.capacity:
                self._answers.popitem(last=False)


def _key(identity: str, question: Question) -> bytes:
    # A digest, so that a key costs the same for a sentence and for a whole function given as context.
    return hashlib.sha256(f"{identity}\0{question!r}".encode("utf-8", "surrogatepass")).digest()
