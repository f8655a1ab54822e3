"""The engine: one narrow table, one GIN index over words and facet tokens, and plans whose cost is bounded.

Which plan answers is decided here, from how frequent the query's tokens are (``frequencies``), never by the
planner: what is found is small and is sorted, or it is large and is walked in an order that stops when the page
is full. ``SearchPage.plan`` says which. ``docs/search.md`` tells how a query travels.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobs.search import frequencies, index
from jobs.search.asking import ask
from jobs.search.backend import Correction, FacetResult, Hit, SearchPage, Suggestion
from jobs.search.conditions import CHOSEN, Conditions, conditions_of
from jobs.search.counting import Counting
from jobs.search.cursors import Walk, read_cursor, write_cursor
from jobs.search.frequencies import Frequencies
from jobs.search.highlighting import Highlight, highlight
from jobs.search.ordered import by_pay, newest, walks
from jobs.search.query import SearchQuery
from jobs.search.relevance import SCORE, Row, Tiers, ranking_of
from jobs.search.resolve import Resolved, resolve
from jobs.search.terms.spelling import correct
from jobs.search.terms.suggesting import suggest


@dataclass(frozen=True)
class Limits:
    """How many rows are looked at before a plan that stops early is taken: of a sorted page, and of exact counts.

    ``certain``: no more than these, however the groups depend on one another. ``likely``: what a product of
    shares may promise instead, if no group has more than ``most``, so that a broken promise stays bounded.
    ``tried``: what it may promise for a page by relevance that gives up after ``certain`` rows.
    """

    certain: int = 3_000
    likely: int = 600
    most: int = 30_000
    counted: int = 3_000
    likely_counted: int = 1_000
    tried: int = 2_500

    def few(self, conditions: Conditions, known: Frequencies, *, counted: bool = False) -> bool:
        """Say whether all that is found may be looked at."""
        most = known.most(conditions.groups)
        certain, likely = (self.counted, self.likely_counted) if counted else (self.certain, self.likely)
        return most <= certain or (most <= self.most and known.likely(conditions.groups) <= likely)


class PostgresBackend:
    """PostgreSQL alone. Pages are exact in the orders of publication and pay; see ``relevance`` for that of words."""

    capabilities = frozenset(
        {"exact_counts", "phrase", "exclusion", "geo", "facets", "suggest", "correct", "highlight"}
    )

    def __init__(self, limits: Limits = Limits()) -> None:
        self.limits = limits

    def search(self, query: SearchQuery, *, cursor: str | None = None, size: int = 20) -> SearchPage:
        """Return one page; at most three statements. Raises SearchTooSlow."""
        found = resolve(query)
        edge = read_cursor(cursor, query)
        since = edge["since"] if edge else int(time.time()) // 3600 * 3600
        if found.impossible:
            return SearchPage([], None, None, "impossible")
        plan, rows, walk = self.page(query, found, edge, since, size + 1)
        backward = bool(edge and edge["backward"])
        more, rows = len(rows) > size, rows[:size]
        rows = rows[::-1] if backward else rows
        ranked = query.is_ranked()
        return SearchPage(
            [Hit(job_id, max(0.0, float(key)) if ranked else 0.0) for job_id, _ord, key, *_ in rows],
            write_cursor(query, rows[-1], since, backward=False, walk=walk) if rows and (more or backward) else None,
            write_cursor(query, rows[0], since, backward=True, walk=walk)
            if rows and (more if backward else edge)
            else None,
            plan,
        )

    def page(
        self, query: SearchQuery, found: Resolved, edge: dict[str, Any] | None, since: int, size: int
    ) -> tuple[str, list[Row], Walk | None]:
        """Return the plan's name, ``size`` rows (job, ordinal, key) beyond the edge, and how a walk was begun."""
        known = frequencies.known()
        conditions = conditions_of(query, found, known)
        few = self.limits.few(conditions, known)
        if query.ordering == "relevance" and found.wanted:
            if edge["walk"] is None if edge else few:
                return "relevance: all scored", ranked(found, conditions, edge, since, size), None
            if edge is None and known.likely(conditions.groups) <= self.limits.tried:
                rows = ranked(found, conditions, None, since, size, most=self.limits.certain)
                if not rows or rows[0][3] <= self.limits.certain:
                    return "relevance: all scored", rows, None
            tiers = Tiers(found, conditions, known, since)
            if edge is None:
                rows, walk = tiers.first(size)
                return "relevance: tiers", rows, walk
            return "relevance: tiers", tiers.page(edge["walk"], edge, size), edge["walk"]
        if query.ordering == "-salary":
            plan = "all sorted" if few else "walked" if walks(conditions, known) else "bands"
            return f"pay: {plan}", by_pay(conditions, known, edge, size, few=few), None
        plan = "walked" if not conditions.quals else "all sorted" if few else "windows"
        return f"newest: {plan}", newest(conditions, known, edge, size, few=few), None

    def facets(self, query: SearchQuery, dimensions: Sequence[str]) -> FacetResult:
        """Count, exactly where what is found is little; at most two statements. Raises SearchTooSlow."""
        found = resolve(query)
        known = frequencies.known()
        counting = Counting(query, found, dimensions)
        # A facet that is asked for leaves its own choice out, so all that is found without choices is looked at.
        base = conditions_of(query, found, known, but=CHOSEN if dimensions else ())
        if found.impossible or self.limits.few(base, known, counted=True):
            return counting.exactly(base)
        return counting.estimated(known)

    def suggest(self, prefix: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[Suggestion]:
        """Return terms that have a word beginning with the prefix; one query."""
        return suggest(prefix, kinds, limit)

    def correct(self, query: SearchQuery) -> Correction | None:
        """Put words right that no posting has; at most two queries."""
        return correct(query)

    def highlight(self, query: SearchQuery, job_ids: Sequence[int]) -> dict[int, Highlight]:
        """Mark the words in titles and texts; one query."""
        return highlight(query, job_ids)

    def rebuild(self) -> int:
        """Index every live posting anew."""
        return index.rebuild()


def ranked(
    found: Resolved, conditions: Conditions, edge: dict[str, Any] | None, since: int, size: int, most: int | None = None
) -> list[Row]:
    """Return ``size`` rows beyond the edge by score, nearest first, all that is found being scored; one statement.

    With ``most``, no more than one above it are read; a row's last column is how many there were.
    """
    backward = bool(edge and edge["backward"])
    params = conditions.params | {"since": since, "ranking": ranking_of(found), "size": size}
    beyond, way = "", "ASC" if backward else "DESC"
    if edge:
        params |= {"edge_key": edge["key"], "edge_ord": edge["ord"]}
        beyond = f"WHERE (key, ord) {'>' if backward else '<'} (%(edge_key)s::float8, %(edge_ord)s)"
    bound, counted = "OFFSET 0", ""
    if most is not None:
        params["most"] = most + 1
        bound, counted = "LIMIT %(most)s", ", count(*) OVER ()"
    return ask(
        f"SELECT job_id, ord, key{counted} FROM (SELECT job_id, ord, {SCORE} AS key FROM jobs_jobsearch"  # noqa: S608
        f" WHERE {conditions.where()} {bound}) f {beyond} ORDER BY key {way}, ord {way} LIMIT %(size)s",
        params,
        "seqscan",
    )
