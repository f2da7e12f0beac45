"""What a server answers to a request for text, in either of the forms that are in use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


class UnfitReply(Exception):
    """What the server said is no completion; the message says why, and reads on from “the server at …”."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, its log-probability, and those of the tokens `offered` in its place."""

    text: str
    log: float
    offered: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server wrote; no `tokens` where it does not tell them."""

    text: str
    tokens: tuple[Token, ...] = ()


def read_reply(body: bytes) -> Reply:
    """Read the JSON of a completion or a chat completion.

    Raises:
        UnfitReply: it is neither.
    """
    try:
        data = json.loads(body)
        choice = data["choices"][0]
        text = choice["text"] if "text" in choice else choice["message"]["content"] or ""
        if not isinstance(text, str):
            raise TypeError("the text is none")
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise UnfitReply(f"answers with something that is no completion ({error})") from error
    try:
        return Reply(text, tuple(_tokens(choice.get("logprobs"))))
    except (ValueError, LookupError, TypeError, AttributeError):
        # Probabilities are an extra; a form of them that is not known is as good as none.
        return Reply(text)


def refusal(body: bytes) -> str:
    """What a server that refuses has to say, in at most 300 characters."""
    try:
        said = json.loads(body)
        said = said.get("error", said)
        said = said if isinstance(said, str) else said["message"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        said = body.decode("utf-8", "replace")
    return str(said).strip()[:300]


def adapters(body: bytes) -> frozenset[int] | None:
    """The numbers of the adapters that llama-server has; None where the body is no list of adapters."""
    try:
        return frozenset(int(one["id"]) for one in json.loads(body))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _tokens(given: Any) -> Iterator[Token]:
    if not given:
        return
    if given.get("content") is not None:
        for one in given["content"]:
            offered = {other["token"]: float(other["logprob"]) for other in one.get("top_logprobs") or ()}
            yield Token(one["token"], float(one["logprob"]), offered)
        return
    logs = given["token_logprobs"]
    tops = given.get("top_logprobs") or [{}] * len(logs)
    for text, log, offered in zip(given["tokens"], logs, tops, strict=True):
        yield Token(text, float(log), {key: float(value) for key, value in (offered or {}).items()})
