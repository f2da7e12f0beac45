"""Sets of words, written as one writes words."""

from __future__ import annotations


def words(listing: str) -> frozenset[str]:
    """The words of a listing with blanks between them."""
    return frozenset(listing.split())
