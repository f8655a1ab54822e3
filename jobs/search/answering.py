"""From a query to its page: what is asked first, and what instead where nothing is found."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.search.backend import Correction, SearchPage, search_backend
from jobs.search.query import SearchQuery


@dataclass(frozen=True)
class Answer:
    """A page, the query that found it, and how that differs from the one that was asked."""

    page: SearchPage
    query: SearchQuery
    correction: Correction | None = None


def answer(query: SearchQuery, *, cursor: str | None, size: int, exact: bool) -> Answer:
    """Search; where a first page finds nothing, search again with unknown words put right.

    A word that no posting has finds nothing, so a search that finds something pays nothing for this. With
    ``exact``, or where every word is known, the answer is the empty page.
    """
    engine = search_backend()
    page = engine.search(query, cursor=cursor, size=size)
    if page.hits or cursor or exact:
        return Answer(page, query)
    correction = engine.correct(query)
    if correction is None:
        return Answer(page, query)
    return Answer(engine.search(correction.query, size=size), correction.query, correction)
