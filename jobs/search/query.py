"""What a searcher asks for, as a value: no SQL, no engine's language."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

Ordering = Literal["relevance", "-published_at", "-salary"]
FACETS = ("work_mode", "employment_type", "experience_level", "category", "country", "language", "company", "skills")
PIECE = re.compile(r'(-?)"([^"]*)"?|(\S+)')
MAX_PIECES = 24


@dataclass(frozen=True)
class Piece:
    """A word or a quoted phrase of the text; ``excluded`` after a minus."""

    text: str
    phrase: bool = False
    excluded: bool = False


@dataclass(frozen=True)
class Pay:
    """The least pay that one looks for, as one states it."""

    amount: Decimal
    currency: str
    period: str
    hours_per_week: Decimal | None = None


@dataclass(frozen=True)
class Circle:
    """All places at most ``radius_km`` from a point."""

    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True)
class SearchQuery:
    """One search. Filters join by *and*; the values of one filter by *or*, but each skill is wanted.

    Unknown names (a company or skill that does not exist) find nothing.
    """

    text: str = ""
    skills: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    work_mode: tuple[str, ...] = ()
    employment_type: tuple[str, ...] = ()
    experience_level: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    eligible_in: str = ""
    location: str = ""
    circle: Circle | None = None
    pay: Pay | None = None
    posted_after: datetime | None = None
    ordering: Ordering = "-published_at"
    # Postings that the searcher never wants to see. Not part of what tells one search from another: a cursor
    # stays good when something is hidden between two pages.
    hidden: tuple[int, ...] = field(default=(), repr=False, compare=False)
    # Nothing but these postings, where it is not None; they do not tell searches apart either.
    only: tuple[int, ...] | None = field(default=None, repr=False, compare=False)
    pieces: tuple[Piece, ...] = field(init=False)
    # What an engine looked up for this query, so that its page and its facets look it up once.
    memo: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pieces", tuple(pieces_of(self.text)))

    def fingerprint(self) -> str:
        """Return what tells this query from others, the same in every process."""
        return hashlib.blake2b(repr(self).encode(), digest_size=9).hexdigest()

    def is_ranked(self) -> bool:
        """Say whether the order is by relevance to words that were given."""
        return self.ordering == "relevance" and any(not piece.excluded for piece in self.pieces)


def pieces_of(text: str) -> list[Piece]:
    """Split ``data "machine learning" -senior`` into its pieces; never fails, keeps the first MAX_PIECES."""
    found = []
    for minus, phrase, word in PIECE.findall(text):
        if word:
            excluded = word.startswith("-") and len(word) > 1
            found.append(Piece(word[1:] if excluded else word, excluded=excluded))
        elif phrase.strip():
            found.append(Piece(phrase.strip(), phrase=True, excluded=bool(minus)))
    return found[:MAX_PIECES]
