"""The engine of a cluster. What it finds is shown only if the narrow table still says that it is public."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from jobs.search.backend import (
    CorrectedWord,
    Correction,
    FacetResult,
    FacetValue,
    Hit,
    SearchPage,
    Suggestion,
)
from jobs.search.codes import CODES
from jobs.search.counting import named
from jobs.search.cursors import read_cursor, write_cursor
from jobs.search.highlighting import Highlight, pieces_of
from jobs.search.opensearch import feeding, queries
from jobs.search.opensearch.cluster import reached
from jobs.search.opensearch.documents import SEPARATOR, SPACES
from jobs.search.opensearch.feeding import alias
from jobs.search.query import SearchQuery
from jobs.search.resolve import resolve
from jobs.search.terms.models import OFFERED
from jobs.search.terms.spelling import MOST, replaced, suspects

# The cluster hears of a change a moment late. Whatever is not public any more, and whatever hides its employer since,
# is taken out of what it found.
PUBLIC = """
SELECT s.job_id FROM unnest(%s::bigint[], %s::bigint[]) h(job_id, company_id)
JOIN jobs_jobsearch s ON s.job_id = h.job_id AND s.company_id = h.company_id AND s.expires > extract(epoch FROM now())
"""
NAMES = """
SELECT 'category', id, slug, CASE WHEN %(french)s AND name_fr <> '' THEN name_fr ELSE name END
    FROM jobs_category WHERE id = ANY(%(category)s)
UNION ALL SELECT 'company', id, slug, name FROM companies_company WHERE id = ANY(%(company)s)
UNION ALL SELECT 'skills', id, slug, name FROM resumes_skill WHERE id = ANY(%(skills)s)
"""
KEYED = {"relevance", "-salary"}


class OpenSearchBackend:
    """The same questions as PostgresBackend answers; names, currencies and places are looked up in PostgreSQL.

    Raises SearchUnavailable where the cluster does not answer.
    """

    capabilities = frozenset(
        {"exact_counts", "phrase", "exclusion", "geo", "facets", "suggest", "correct", "highlight"}
    )

    def search(self, query: SearchQuery, *, cursor: str | None = None, size: int = 20) -> SearchPage:
        """Return one page: one request, and one query to see what of it is still public."""
        found = resolve(query)
        edge = read_cursor(cursor, query)
        since = edge["since"] if edge else int(time.time()) // 3600 * 3600
        if found.impossible:
            return SearchPage([], None, None, "impossible")
        hits = ask(queries.page_of(query, found, edge, since, size))["hits"]["hits"]
        backward = bool(edge and edge["backward"])
        more, hits = len(hits) > size, hits[:size]
        hits = hits[::-1] if backward else hits
        rows = [(int(hit["_id"]), hit["sort"][-1], hit["sort"][0] if len(hit["sort"]) > 1 else 0) for hit in hits]
        shown = public({int(hit["_id"]): hit["_source"]["company_id"] for hit in hits})
        return SearchPage(
            [Hit(job_id, float(key) if query.is_ranked() else 0.0) for job_id, _, key in rows if job_id in shown],
            write_cursor(query, rows[-1], since, backward=False) if rows and (more or backward) else None,
            write_cursor(query, rows[0], since, backward=True) if rows and (more if backward else edge) else None,
            f"opensearch:{query.ordering}",
        )

    def facets(self, query: SearchQuery, dimensions: Sequence[str]) -> FacetResult:
        """Count exactly what the index holds: one request, and one query for the names."""
        found = resolve(query)
        if found.impossible:
            return FacetResult(0, {name: [] for name in dimensions})
        counted = ask(queries.facets_of(query, found, dimensions))["aggregations"]
        buckets = {name: counted[name]["values"]["buckets"] for name in dimensions}
        names = names_of({name: [bucket["key"] for bucket in found] for name, found in buckets.items()})
        facets = {name: [*values_of(name, found, names)] for name, found in buckets.items()}
        return FacetResult(counted["total"]["doc_count"], facets)

    def suggest(self, prefix: str, *, kinds: Sequence[str] = (), limit: int = 10) -> list[Suggestion]:
        """Return terms that have a word beginning with the prefix; one request."""
        typed = queries.fold(prefix)[:48]
        if not typed:
            return []
        buckets = ask(queries.suggestions_of(typed, kinds or OFFERED, limit))["aggregations"]["starts"]["buckets"]
        french = (get_language() or "").startswith("fr")
        terms: dict[tuple[str, str], tuple[bool, Suggestion]] = {}
        for bucket in buckets:
            start, kind, value, label, label_fr = bucket["key"].split(SEPARATOR)
            term = Suggestion(kind, label_fr if french and label_fr else label, value, bucket["doc_count"])
            is_whole = start == typed or terms.get((kind, value), (False,))[0]
            terms[kind, value] = (is_whole, term)
        ranked = sorted(terms.values(), key=lambda term: (not term[0], -term[1].jobs, term[1].text))
        return [term for _, term in ranked[:limit]]

    def correct(self, query: SearchQuery) -> Correction | None:
        """Put words right that no posting has; one request."""
        words = suspects(query.text)
        if not words:
            return None
        answer = ask(queries.spellings_of(words, MOST))
        meant: dict[str, list[str]] = {}
        for number, word in enumerate(words):
            options = [option["text"] for near in answer["suggest"][str(number)] for option in near["options"]]
            if options and not answer["aggregations"]["known"]["buckets"][str(number)]["doc_count"]:
                meant[word] = options
        if not meant:
            return None
        text = replaced(query.text, {word: near[0] for word, near in meant.items()})
        told = [CorrectedWord(word, near[0], near[1:]) for word, near in meant.items()]
        return Correction(replace(query, text=text), told)

    def highlight(self, query: SearchQuery, job_ids: Sequence[int]) -> dict[int, Highlight]:
        """Mark the words in titles and texts; one request."""
        if not job_ids or all(piece.excluded for piece in query.pieces):
            return {}
        hits = ask(queries.highlights_of(query, job_ids))["hits"]["hits"]
        return {int(hit["_id"]): marked(hit.get("highlight", {})) for hit in hits}

    def rebuild(self) -> int:
        """Make the index anew beside the old one, then put it in its place."""
        return feeding.rebuild()


def ask(body: dict[str, Any]) -> dict[str, Any]:
    """Send a search. A cluster that could not ask all its shards has not answered."""
    with reached() as cluster:
        return cluster.search(index=alias(), body=body, params={"allow_partial_search_results": "false"})


def public(hits: dict[int, int]) -> set[int]:
    """Return which of the hits (posting, employer in the index) are public, and of that employer; one query."""
    if not hits:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC, [list(hits), list(hits.values())])
        return {job_id for (job_id,) in cursor}


def names_of(keys: dict[str, list[Any]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Return slug and name of what is counted by its id; one query, none where nothing is."""
    wanted = {name: keys.get(name, []) for name in ("category", "company", "skills")}
    if not any(wanted.values()):
        return {}
    french = (get_language() or "").startswith("fr")
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {**wanted, "french": french})
        return {(kind, key): (slug, name) for kind, key, slug, name in cursor}


def values_of(name: str, buckets: list[dict[str, Any]], names: dict[tuple[str, int], tuple[str, str]]) -> Any:
    """Give a facet's values; ids that lead nowhere (no category, an anonymous employer) are left out."""
    for bucket in buckets:
        key = bucket["key"]
        if name in CODES:
            yield FacetValue(*named(name, str(key), str(key)), bucket["doc_count"])
        elif name not in ("category", "company", "skills"):
            yield FacetValue(key, key, bucket["doc_count"])
        elif (name, key) in names:
            yield FacetValue(*names[name, key], bucket["doc_count"])


def marked(fields: dict[str, list[str]]) -> Highlight:
    """Return the pieces of what a posting's fields answered: only those of its own language are there."""
    found = {part: texts for name, texts in fields.items() for part in [name.partition("_")[0]]}
    title, text = " ".join(found.get("title", [])), " \u2026 ".join(found.get("body", []))
    return {"title": pieces_of(title), "text": pieces_of(SPACES.sub(" ", text).strip())}
