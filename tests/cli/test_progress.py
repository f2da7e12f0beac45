"""The line that tells how far a pass is."""

from __future__ import annotations

import io
import os

import pytest

from smallsense.cli.listing import columns
from smallsense.cli.progress import ProgressLine


class Terminal(io.StringIO):
    """A terminal of 30 columns."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(os, "get_terminal_size", lambda number: os.terminal_size((30, 24)))
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def test_line_is_written_over_and_cleared(terminal: Terminal):
    progress = ProgressLine(terminal)
    progress.show("a.md", "1 of 2 questions")
    progress.clear()
    assert terminal.getvalue() == "\r\x1b[Ka.md: 1 of 2 questions\r\x1b[K"


@pytest.mark.parametrize(
    "name", ["docs/a_very_long_name.md", "docs/とても長い名前.md", "\x1b[31mdocs/a.md\n"]
)
def test_line_never_breaks(terminal: Terminal, name: str):
    ProgressLine(terminal).show(name, "1 of 2 questions")
    shown = terminal.getvalue().removeprefix("\r\x1b[K")
    assert shown.endswith("1 of 2 questions")
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert 20 < columns(shown) < 30


def test_line_fits_where_there_is_no_room_for_a_name(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "get_terminal_size", lambda number: os.terminal_size((10, 24)))
    ProgressLine(terminal).show("a.md", "1 of 2 questions")
    assert terminal.getvalue() == "\r\x1b[K1 of 2 qu"


@pytest.mark.parametrize("name", ["dumb", "file"])
def test_nothing_is_shown_on_a_dumb_terminal_or_in_a_file(name: str, monkeypatch: pytest.MonkeyPatch):
    stream = Terminal() if name == "dumb" else io.StringIO()
    monkeypatch.setenv("TERM", "dumb" if name == "dumb" else "xterm")
    progress = ProgressLine(stream)
    progress.show("a.md", "1 of 2 questions")
    progress.clear()
    assert stream.getvalue() == ""
