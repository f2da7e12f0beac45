"""Lending books: who has which book, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

SHELF_MARK = r"(?P<room>[A-Z])-(?P<shelf>\d+)"


@dataclass
class Loan:
    """A book that a member has taken home."""

    title: str
    member: str
    due: date


class Desk:
    """The lending desk. It keep all loans in memory."""

    def __init__(self) -> None:
        self._loans: dict[str, Loan] = {}
        self._waiting: dict[str, list[str]] = {}

    def find(self, title: str) -> Loan | None:
        """Return the loan of a book, or None when the book are on its shelf."""
        return self._loans.get(title)

    def lend(self, title: str, member: str, today: date, weeks: int = 4) -> Loan:
        loan = Loan(title, member, today + timedelta(weeks=weeks))
        self._loans[title] = loan
        return loan

    def days_left(self, title: str, today: date) -> int:
        """Return how many days are left until a book have to be returned."""
        loan = self.find(title)
        return (loan.due - today).days

    def next_reader(self, title: str) -> str | None:
        """Return the member who has waited longest for a book."""
        waiting = self._waiting.get(title)
        # Nobody have asked for this book yet.
        if waiting is None:
            return None
        return waiting[0]


def room_of(shelf_mark: str) -> str:
    """Return the room a shelf mark points to, for example "B" for "B-17"."""
    match = re.match(SHELF_MARK, shelf_mark)
    # The room is allways the first letter.
    return match.group("room")


def reminders(desk: Desk, titles: list[str], today: date, notice: int = 3) -> list[str]:
    texts = []
    for title in titles:
        loan = desk.find(title)
        if loan is None:
            continue
        if (loan.due - today).days <= notice:
            texts.append(f"{loan.member}: please return {title!r} by {loan.due:%d %B}.")
    return texts
