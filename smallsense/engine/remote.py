"""An engine on a server that speaks as OpenAI's does: llama-server, vLLM, Ollama, LM Studio.

Off unless the user names a server for a skill: only then is a connection opened.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from typing import Any

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.difference import changes, without_lead
from smallsense.engine.engine import Cancelled, EngineError, Request
from smallsense.engine.questions import (
    Answer,
    Choice,
    Choose,
    Generate,
    Generation,
    Question,
    Revise,
    Revision,
    Slot,
)
from smallsense.engine.remote_call import RemoteCall
from smallsense.engine.remote_model import RemoteModel
from smallsense.engine.reply import Reply, UnfitReply, adapters, read_reply, refusal

REST_SECONDS = 5.0
"""A server that failed is left alone for so long: nobody wants to wait for it at every keystroke."""

UNKNOWN = 0.95
"""Where a server gives no probabilities, what it writes is taken to be this probable."""

_TOP = 20
_POLL_SECONDS = 0.02
# Statuses that say something of the question (too long for the model, for one) and nothing of the server.
_OF_THE_QUESTION = frozenset({400, 413, 422})
_CORRECT = (
    "Correct the spelling and grammar of the sentence. Change as little as possible, and nothing that is"
    " right. Answer with the sentence alone."
)
_CONTINUE = "Continue the text exactly where it ends. Answer with the continuation alone."
_ANSWER = "Answer with one of: "


class RemoteEngine:
    """Answers by asking a server, one question after the other. Safe to use from any thread."""

    def __init__(self, remote: RemoteModel) -> None:
        self.remote = remote
        self._rests_until = 0.0
        self._why = ""
        self._refusals: dict[int, str] = {}
        self._adapter_is_there = remote.adapter is None

    def answer(self, request: Request) -> Sequence[Answer]:
        """See `Engine.answer`."""
        return [self._one(question, request.cancel) for question in request.questions]

    def close(self) -> None:
        """See `Engine.close`: there is nothing to free."""

    def _one(self, question: Question, cancel: Cancellation | None) -> Answer:
        match question:
            case Revise():
                chat = self.remote.api == "chat"
                prompt = question.text if chat else f"{question.text}<file_sep>"
                room = len(question.text) // 2 + 32
                return _revision(question, self._ask(prompt, _CORRECT, ("\n",), room, cancel))
            case Choose():
                wanted = _ANSWER + ", ".join(one.strip() for one in question.candidates)
                return _choice(question, self._ask(question.context, wanted, (), 1, cancel))
            case Generate():
                return self._generated(question, cancel)

    def _generated(self, question: Generate, cancel: Cancellation | None) -> Generation:
        text = ""
        slots: list[str] = []
        logs: list[float] = []
        for part in question.shape.parts:
            if isinstance(part, Slot):
                reply = self._ask(question.prefix + text, _CONTINUE, part.stop, part.max_tokens, cancel)
                slots.append(_stopped(reply.text, part.stop))
                logs += [token.log for token in reply.tokens] or [math.log(UNKNOWN)]
                text += slots[-1]
            else:
                text += part
        confidence = math.exp(sum(logs) / len(logs)) if logs else 0.0
        return Generation(text, tuple(slots), confidence)

    def _ask(
        self, prompt: str, task: str, stop: Sequence[str], most: int, cancel: Cancellation | None
    ) -> Reply:
        """What the server writes after the prompt, or to the task.

        Raises:
            EngineError: the server cannot be reached, refuses, or makes no sense.
            Cancelled: `cancel` was set.
        """
        body: dict[str, Any] = {"temperature": 0, "max_tokens": most, "stream": False}
        if self.remote.model:
            body["model"] = self.remote.model
        if stop:
            body["stop"] = list(stop)[:4]
        if self.remote.adapter is not None:
            body["lora"] = [{"id": self.remote.adapter, "scale": 1.0}]
        if self.remote.api == "chat":
            messages = [{"role": "system", "content": task}, {"role": "user", "content": prompt}]
            body |= {"messages": messages, "logprobs": True, "top_logprobs": _TOP}
            path = "/chat/completions"
        else:
            body |= {"prompt": prompt, "logprobs": _TOP}
            path = "/completions"
        if not self._adapter_is_there:
            self._look_for_adapter(cancel)
        try:
            return read_reply(self._post(path, json.dumps(body).encode(), cancel))
        except UnfitReply as unfit:
            raise EngineError(f"the server at {self.remote.host} {unfit}") from unfit

    def _post(self, path: str, body: bytes, cancel: Cancellation | None) -> bytes:
        call = self._call(path, body, cancel)
        if call.status == 200:
            return call.reply
        why = f"the server at {self.remote.host} refuses with status {call.status}: {refusal(call.reply)}"
        if call.status in _OF_THE_QUESTION:
            # It may name the question's size or the like: said in ever new words it would be told ever again.
            raise EngineError(self._refusals.setdefault(call.status, why))
        self._rest(why)
        raise EngineError(why)

    def _look_for_adapter(self, cancel: Cancellation | None) -> None:
        """Make sure that the adapter is there: llama-server answers without one where it is not.

        Raises:
            EngineError: the server has others, or none.
        """
        call = self._call("/lora-adapters", None, cancel)
        there = adapters(call.reply) if call.status == 200 else None
        # A server that does not tell is believed.
        if there is not None and self.remote.adapter not in there:
            has = ", ".join(map(str, sorted(there))) or "none"
            raise EngineError(
                f"the server at {self.remote.host} has no adapter {self.remote.adapter} (it has: {has})"
            )
        self._adapter_is_there = True

    def _call(self, path: str, body: bytes | None, cancel: Cancellation | None) -> RemoteCall:
        if time.monotonic() < self._rests_until:
            raise EngineError(self._why)
        call = RemoteCall(self.remote, path, body)
        deadline = time.monotonic() + self.remote.timeout
        error = None
        while not call.done.wait(_POLL_SECONDS):
            if cancel is not None and cancel.is_set():
                call.give_up()
                raise Cancelled
            if time.monotonic() > deadline:
                call.give_up()
                error = f"gave no answer within {self.remote.timeout:g} seconds"
                break
        if error := error or call.error:
            self._rest(f"the server at {self.remote.host} {error}")
            raise EngineError(self._why)
        return call

    def _rest(self, why: str) -> None:
        """Leave the server alone for a while; it may come back as another."""
        self._why = why
        self._rests_until = time.monotonic() + REST_SECONDS
        self._adapter_is_there = self.remote.adapter is None


def _revision(question: Revise, reply: Reply) -> Revision:
    revised = _stopped(reply.text.lstrip(), ("\n",))
    tokens = tuple(without_lead(reply.tokens, len(reply.text) - len(reply.text.lstrip())))
    found = changes(question.text, question.protected, revised.rstrip(), tokens)
    return Revision(tuple(change for change in found if change.margin >= question.margin))


def _choice(question: Choose, reply: Reply) -> Choice:
    """The probability of each candidate by the first token that the server offers for it."""
    offered = reply.tokens[0].offered if reply.tokens else {}
    if not offered:
        # Without probabilities there is only what it wrote; what fits no candidate says nothing.
        written = reply.text.strip()
        scores = [float(bool(written) and one.strip().startswith(written)) for one in question.candidates]
    else:
        scores = [
            sum(
                math.exp(log)
                for token, log in offered.items()
                if token.strip() and one.strip().startswith(token.strip())
            )
            for one in question.candidates
        ]
    total = sum(scores)
    if not total:
        return Choice(tuple(1 / len(scores) for _ in scores))
    return Choice(tuple(score / total for score in scores))


def _stopped(text: str, stop: Sequence[str]) -> str:
    """The text before the first stop: not every server takes all of them."""
    return text[: min((at for mark in stop if (at := text.find(mark)) >= 0), default=len(text))]
