"""An engine on a server that speaks as OpenAI's does: llama-server, vLLM, Ollama, LM Studio.

Off unless the user names a server for a skill: only then is a connection opened.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import os
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from smallsense.engine.cancellation import Cancellation
from smallsense.engine.difference import changes
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
from smallsense.engine.remote_model import RemoteModel
from smallsense.engine.reply import Reply, UnfitReply, read_reply

REST_SECONDS = 5.0
"""A server that failed is left alone for so long: nobody wants to wait for it at every keystroke."""

UNKNOWN = 0.95
"""Where a server gives no probabilities, what it writes is taken to be this probable."""

_TOP = 20
_POLL_SECONDS = 0.02
_LONGEST_REPLY = 16 * 2**20
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
        try:
            return read_reply(self._post(path, json.dumps(body).encode(), cancel))
        except UnfitReply as unfit:
            raise EngineError(f"the server at {self.remote.host} {unfit}") from unfit

    def _post(self, path: str, body: bytes, cancel: Cancellation | None) -> bytes:
        if time.monotonic() < self._rests_until:
            raise EngineError(self._why)
        call = _Call(self.remote, path, body)
        deadline = time.monotonic() + self.remote.timeout
        while not call.done.wait(_POLL_SECONDS):
            if cancel is not None and cancel.is_set():
                call.give_up()
                raise Cancelled
            if time.monotonic() > deadline:
                call.give_up()
                call.error = f"gave no answer within {self.remote.timeout:g} seconds"
                break
        if call.error is not None:
            self._why = f"the server at {self.remote.host} {call.error}"
            self._rests_until = time.monotonic() + REST_SECONDS
            raise EngineError(self._why)
        return call.body


class _Call:
    """One HTTP request in a thread of its own, so that whoever waits can stop waiting at any moment."""

    def __init__(self, remote: RemoteModel, path: str, body: bytes) -> None:
        parts = urlsplit(remote.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.netloc, timeout=2 * remote.timeout)
        self._headers = {"Content-Type": "application/json"}
        if key := os.environ.get(remote.key_variable, "") if remote.key_variable else "":
            self._headers["Authorization"] = f"Bearer {key}"
        self.done = threading.Event()
        self.error: str | None = None
        self.body = b""
        target = parts.path.rstrip("/") + path
        threading.Thread(target=self._run, args=(target, body), daemon=True).start()

    def give_up(self) -> None:
        """Hang up."""
        if (sock := self._connection.sock) is not None:
            # Closing alone does not wake the thread that waits for it.
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _run(self, target: str, body: bytes) -> None:
        try:
            self._connection.request("POST", target, body, self._headers)
            response = self._connection.getresponse()
            self.body = response.read(_LONGEST_REPLY)
            if response.status != 200:
                said = self.body[:300].decode("utf-8", "replace").strip()
                self.error = f"refuses with status {response.status}: {said}"
        except Exception as error:
            # Whatever goes wrong between two machines: it is said, and the others go on.
            self.error = f"cannot be asked ({type(error).__name__}: {error})"
        finally:
            self._connection.close()
            self.done.set()


def _revision(question: Revise, reply: Reply) -> Revision:
    found = changes(question.text, question.protected, _stopped(reply.text, ("\n",)).strip(), reply.tokens)
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
