"""Which server answers for a skill, where the user wants one to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Api = Literal["completions", "chat"]


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model on a server at `url` (up to and with `/v1`).

    With `api` "completions" it is asked as our own models are, and should be one of them or trained alike;
    with "chat" any model that follows instructions will do. `model` is its name there: vLLM serves an adapter
    under a name of its own. `adapter` is the number of an adapter of llama-server. `key_variable` names the
    environment variable with the key, where one is needed. `timeout` is in seconds.
    """

    url: str
    model: str = ""
    api: Api = "completions"
    adapter: int | None = None
    key_variable: str = ""
    timeout: float = 10.0

    @property
    def host(self) -> str:
        """Who is asked, as people are told."""
        return urlsplit(self.url).netloc

    @property
    def identity(self) -> str:
        """A name for the weights behind it, as exact as can be."""
        return f"{self.url} {self.model} {self.api} {self.adapter}"
