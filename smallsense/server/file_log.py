"""What the server logs, in a file of the user's as well: one JSON object to a line."""

from __future__ import annotations

import json
import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

_ROOM = "smallsense"
_SIZE = 1_000_000
_KEPT = 3

log = logging.getLogger(__name__)


def default_path() -> Path:
    """The file that `SMALLSENSE_LOG` names, or else one in the user's folder for logs."""
    named = os.environ.get("SMALLSENSE_LOG")
    return Path(named) if named else Path(platformdirs.user_log_dir("smallsense")) / "server.log"


class JsonLines(logging.Formatter):
    """A record as a JSON object: time (seconds since 1970), process, level, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        line = {
            "time": round(record.created, 3),
            "process": record.process,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class FileLog:
    """Keeps a log in a file while it is switched on: three of a megabyte at most, the oldest dropped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handler: logging.Handler | None = None
        self._level = logging.NOTSET

    def switch(self, on: bool) -> None:
        """Begin or end to keep it. Where the file cannot be written, that is logged, and nothing is kept."""
        if on == (self._handler is not None):
            return
        room = logging.getLogger(_ROOM)
        if self._handler is not None:
            room.removeHandler(self._handler)
            room.setLevel(self._level)
            self._handler.close()
            self._handler = None
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(
                self._path,
                maxBytes=_SIZE,
                backupCount=_KEPT - 1,
                encoding="utf-8",
                errors="replace",
                delay=True,
            )
        except OSError as error:
            log.warning("no log can be kept in %s: %s", self._path, error)
            return
        handler.setFormatter(JsonLines())
        # What is logged for the file alone must not come out where only errors are wanted.
        root = logging.getLogger()
        for other in root.handlers:
            other.setLevel(max(other.level, root.level))
        self._handler, self._level = handler, room.level
        room.addHandler(handler)
        room.setLevel(min(room.getEffectiveLevel(), logging.INFO))
