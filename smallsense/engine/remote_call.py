"""One request to a server of the user's, which whoever waits for it may give up at any moment."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import threading
from urllib.parse import urlsplit

from smallsense.engine.remote_model import RemoteModel

_LONGEST_REPLY = 16 * 2**20


class RemoteCall:
    """An HTTP request in a thread of its own; it is sent when this is made.

    `path` goes on from the address of `remote`, or from the address without its `/v1` where there is no
    `body` to send: only then it is a GET. Once `done` is set there is an `error`, which reads on from “the
    server at …”, or a `status` and what the server said, `reply`.
    """

    def __init__(self, remote: RemoteModel, path: str, body: bytes | None = None) -> None:
        parts = urlsplit(remote.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.netloc, timeout=2 * remote.timeout)
        self._headers = {"Content-Type": "application/json"}
        if key := os.environ.get(remote.key_variable, "") if remote.key_variable else "":
            self._headers["Authorization"] = f"Bearer {key}"
        base = parts.path.rstrip("/")
        self._target = (base if body is not None else base.removesuffix("/v1")) + path
        self._body = body
        self._unwanted = threading.Event()
        self.done = threading.Event()
        self.error: str | None = None
        self.status = 0
        self.reply = b""
        threading.Thread(target=self._run, daemon=True).start()

    def give_up(self) -> None:
        """Hang up."""
        self._unwanted.set()
        if (sock := self._connection.sock) is not None:
            # Closing alone does not wake the thread that waits for it.
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            self._connection.connect()
            if self._unwanted.is_set():
                return
            method = "GET" if self._body is None else "POST"
            self._connection.request(method, self._target, self._body, self._headers)
            response = self._connection.getresponse()
            self.reply = response.read(_LONGEST_REPLY)
            self.status = response.status
        except Exception as error:
            # Whatever goes wrong between two machines: it is said, and the others go on.
            self.error = f"cannot be asked ({type(error).__name__}: {error})"
        finally:
            self._connection.close()
            self.done.set()
