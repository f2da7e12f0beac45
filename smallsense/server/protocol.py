"""JSON-RPC as it really arrives: malformed messages get a clear answer, and the next message is served."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from smallsense.server.greeting import Greeted

log = logging.getLogger(__name__)

NOT_INITIALIZED = -32002
INVALID_REQUEST = -32600


@dataclass(frozen=True, slots=True)
class Malformed:
    """A message that is JSON but not a message of the protocol."""

    id: Any
    method: Any
    error: JsonRpcException


class Protocol(LanguageServerProtocol):
    """The protocol of pygls, with two differences.

    Documents are not kept twice: text synchronization goes to the server's own handlers alone. And whatever
    can't be understood is answered, where an answer is expected, and logged.

    `greeted` is the request `initialize` that was answered before there was a server, None where none was.
    """

    greeted: Greeted | None = None

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Turn a JSON object into a message; one that can't be becomes a `Malformed`."""
        if "jsonrpc" not in data:
            return data
        method = data.get("method")
        if isinstance(method, str) and self.get_message_type(method) is None:
            data.setdefault("params", None)
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if self.greeted is not None and data.get("id") == self.greeted.id:
                # The client relies on what it was told: only what was not looked at then can be missed.
                log.error("initialize is malformed, but for what matters most: %s", error)
                return super().structure_message(self.greeted.essence())
            return Malformed(data.get("id"), method, error)

    def handle_message(self, message: Any) -> None:
        """Serve one message."""
        if isinstance(message, Malformed):
            self._refuse(message)
            return
        if not hasattr(message, "jsonrpc"):
            log.error("a message that is no JSON-RPC message is ignored: %s", _short(message))
            return
        method, msg_id = getattr(message, "method", None), getattr(message, "id", None)
        if method is not None and msg_id is not None:
            if self._workspace is None and method != t.INITIALIZE:
                self._answer_error(msg_id, NOT_INITIALIZED, f"{method} came before initialize")
                return
            if self._workspace is not None and method == t.INITIALIZE:
                self._answer_error(msg_id, INVALID_REQUEST, "initialize came twice")
                return
            if self._shutdown:
                self._answer_error(msg_id, INVALID_REQUEST, f"{method} came after shutdown")
                return
        elif method is not None and self._workspace is None and method != t.EXIT:
            log.warning("%s came before initialize and is ignored", method)
            return
        super().handle_message(message)

    def _send_response(
        self, msg_id: str | int, result: Any | None = None, error: t.ResponseError | None = None
    ) -> None:
        if self.greeted is not None and msg_id == self.greeted.id:
            self.greeted = None  # it has its answer
            return
        super()._send_response(msg_id, result, error)

    def _refuse(self, message: Malformed) -> None:
        log.error("a malformed message is ignored (method %s): %s", _short(message.method), message.error)
        if message.id is None:
            return
        if message.method is not None:
            code = message.error.code
            self._answer_error(message.id, code, f"{_short(message.method)}: the parameters make no sense")
        elif isinstance(message.id, str | int) and (waiting := self._request_futures.pop(message.id, None)):
            waiting.set_exception(message.error)

    def _answer_error(self, msg_id: Any, code: int, message: str) -> None:
        log.warning("%s", message)
        if isinstance(msg_id, str | int):
            self._send_response(msg_id, error=t.ResponseError(code=code, message=f"smallsense: {message}"))

    @lsp_method(t.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: t.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on the opening of a document."""
        yield self.fm.features[t.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(t.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: t.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """Hand on a change of a document."""
        yield self.fm.features[t.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(t.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: t.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on the closing of a document."""
        yield self.fm.features[t.TEXT_DOCUMENT_DID_CLOSE], (params,), None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
