"""JSON-RPC as it really arrives: malformed messages get a clear answer, and the next message is served."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

log = logging.getLogger(__name__)

_CONTENT_LENGTH = re.compile(rb"content-length:[ \t]*(\d+)[ \t]*\r?\n$", re.IGNORECASE)
_LONGEST = 512 * 2**20

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
    """

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


class Headers:
    """Standard input whose headers are found again after rubbish.

    pygls takes a header for one only when it fills its line exactly, so that one wrong byte count would make
    it deaf for good. Here a header counts wherever a line ends in one, in any case, and an absurd length is
    passed over.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """The next line, rid of whatever stands before a Content-Length header."""
        line = self._stream.readline()
        match = _CONTENT_LENGTH.search(line)
        if match is None:
            return line
        if match.start():
            log.error("%d stray bytes before a message are passed over", match.start())
        if int(match[1]) > _LONGEST:
            log.error(
                "a message of %s bytes is passed over: that is more than any message has", match[1].decode()
            )
            return b"\n"
        return b"Content-Length: " + match[1] + b"\r\n"

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer at the end."""
        return self._stream.read(size)

    def as_stream(self) -> BinaryIO:
        """This, as far as pygls is concerned a binary stream: it calls `readline` and `read` alone."""
        return cast(BinaryIO, self)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
