"""What a search engine has to do for us. Views and services know this, never an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from django.conf import settings

from jobs.search.highlighting import Highlight
from jobs.search.query import SearchQuery


@dataclass(frozen=True)
class Hit:
    """One posting found; ``score`` is 0 where the order is not by relevance."""

    job_id: int
    score: float = 0.0


@dataclass(frozen=True)
class SearchPage:
    """One page. ``plan`` names how it was found, the first thing to look at when a query is slow."""

    hits: list[Hit]
    next: str | None
    previous: str | None
    plan: str


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class FacetResult:
    """Counts per dimension, largest first, and the total; ``exact`` says whether estimated.

    A count is what the list would have if the dimension's own choice were that value (for skills: that
    value in addition), all other filters kept.
    """

    total: int
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    exact: bool = True


@dataclass(frozen=True)
class Suggestion:
    """A term that the beginning of a word may become, and how many public postings have it."""

    kind: str
    text: str
    value: str
    jobs: int


@dataclass(frozen=True)
class CorrectedWord:
    """A word that no posting has, what was searched instead, and what else may be meant, the likeliest first."""

    typed: str
    searched: str
    others: list[str]


@dataclass(frozen=True)
class Correction:
    """The query with its unknown words put right."""

    query: SearchQuery
    words: list[CorrectedWord]


class SearchBackend(Protocol):
    """An engine.

    ``capabilities`` may hold: exact_counts, phrase, exclusion, geo, facets, suggest, correct, highlight.
    """

    capabilities: frozenset[str]

    def search(self, query: SearchQuery, *, cursor: str | None = None, size: int = 20) -> SearchPage:
        """Return one page of what is public now; raise Invalid for a cursor of another query."""

    def facets(self, query: SearchQuery, dimensions: Sequence[str]) -> FacetResult:
        """Return the counts of the dimensions (names of ``FACETS``) and the total."""

    def suggest(self, prefix: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[Suggestion]:
        """Return what the beginning of a word may become: terms (``terms.models.OFFERED``) of public postings."""

    def correct(self, query: SearchQuery) -> Correction | None:
        """Return the query with the words that no posting has put right; None if there is nothing to."""

    def highlight(self, query: SearchQuery, job_ids: Sequence[int]) -> dict[int, Highlight]:
        """Return where in these postings the words were found; empty where the query wants no words."""

    def rebuild(self) -> int:
        """Make the index anew from the postings; returns how many are in it."""


def search_backend() -> SearchBackend:
    """Return the engine that this house searches with (``SEARCH_BACKEND``)."""
    return engine(settings.SEARCH_BACKEND)


@cache
def engine(name: str) -> SearchBackend:
    """Return an engine by its name."""
    if name == "opensearch":
        from jobs.search.opensearch.backend import OpenSearchBackend

        return OpenSearchBackend()
    from jobs.search.postgres import PostgresBackend

    return PostgresBackend()
