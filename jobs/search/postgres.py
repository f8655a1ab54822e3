"""The engine: one narrow table, one GIN index over words and facet tokens, exact answers.

A search is a list of conditions; each AND group is a qual of its own, because GIN steps between quals
and not inside one. Exclusions and phrases are rechecked on the rows, never negated in the index.

Two traps of the planner are closed here. It takes ``@@`` for cheap and would rather unpack every document
than ask the index, so a statement that has a qual for the index forbids itself the sequential scan. And it
does not know that the newest come first, so "newest" walks the order of publication, or windows of it, and
stops when the page is full.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jobs.geography import EARTH_RADIUS_KM, cells_around
from jobs.models.vocabulary import EmploymentType, ExperienceLevel, WorkMode
from jobs.search import index
from jobs.search.backend import Correction, FacetResult, FacetValue, Hit, SearchPage, Suggestion
from jobs.search.codes import CODES, LETTERS, MAX_CELLS, PAY_BAND, PAY_BANDS, code_of
from jobs.search.highlighting import Highlight, highlight
from jobs.search.query import Circle, SearchQuery
from jobs.search.resolve import Resolved, quoted, resolve
from jobs.search.terms.spelling import correct
from jobs.search.terms.suggesting import suggest
from umemployed.api.errors import Invalid

SIGNER = signing.Signer(salt="jobs.search.cursor")
LABELS = {"work_mode": WorkMode, "employment_type": EmploymentType, "experience_level": ExperienceLevel}
FACET_LIMIT = 50
# Title, skills, company and place weigh 1, 0.4, 0.15; fresh postings up to two thirds more, halved in two weeks.
SCORE = """(ts_rank('{0,0.15,0.4,1.0}', head, %(ranking)s::tsquery)::float8
    * (0.6 + 0.4 * exp((posted - %(since)s) / 1814400.0::float8))
    + 0.001 * exp((posted - %(since)s) / 1814400.0::float8))"""
NEWEST = "0"
KEYS = {"relevance": SCORE, "-published_at": NEWEST, "-salary": "coalesce(sal_max, -1)"}
# Blocks of 2 thousand, 16 thousand and 131 thousand publications, newest first; each is looked at only when
# those before it did not fill the page. ``ord + 0`` keeps the planner from walking the primary key, which
# would unpack the document of every row on its way.
WINDOWED = """
SELECT x.* FROM (SELECT min(ord) AS bottom, {top} AS top FROM jobs_jobsearch) m
CROSS JOIN LATERAL (
    SELECT 'W1:' || n AS token FROM generate_series(top >> 11, greatest(top >> 14 << 3, bottom >> 11), -1) n
    UNION ALL
    SELECT 'W2:' || n FROM generate_series((top >> 14) - 1, greatest(top >> 17 << 3, bottom >> 14), -1) n
    UNION ALL
    SELECT 'W3:' || n FROM generate_series((top >> 17) - 1, bottom >> 17, -1) n
) w
CROSS JOIN LATERAL (
    SELECT job_id, ord, 0 AS key FROM jobs_jobsearch WHERE doc @@ quote_literal(w.token)::tsquery AND {conditions}
    ORDER BY ord + 0 DESC LIMIT %(size)s
) x LIMIT %(size)s
"""
DISTANCE = f"""EXISTS (SELECT FROM unnest(lat, lon) p(a, b) WHERE 2 * {EARTH_RADIUS_KM} * asin(least(1, sqrt(
    sin(radians(p.a - %(latitude)s) / 2) ^ 2
    + cos(radians(%(latitude)s)) * cos(radians(p.a)) * sin(radians(p.b - %(longitude)s) / 2) ^ 2))) <= %(radius)s)"""
# How each facet is chosen, on the row's own columns, and how its values are counted and named.
CHOSEN = {
    "work_mode": "work_mode = ANY(%(work_mode)s)",
    "employment_type": "employment_type = ANY(%(employment_type)s)",
    "experience_level": "experience_level = ANY(%(experience_level)s)",
    "category": "category = ANY(%(category)s)",
    "language": "language = ANY(%(language)s)",
    "company": "company_id = ANY(%(company)s)",
    "country": "countries && %(country)s::varchar[]",
}
COUNTED = {
    "category": ("category", "JOIN jobs_category n ON n.id = v.value", "n.slug, {name}"),
    "company": ("company_id", "JOIN companies_company n ON n.id = v.value", "n.slug, n.name"),
    "skills": ("unnest(skills)", "JOIN resumes_skill n ON n.id = v.value", "n.slug, n.name"),
    "country": ("unnest(countries)", "", "v.value::text, v.value::text"),
}
PLAIN = ("{column}", "", "v.value::text, v.value::text")


class PostgresBackend:
    """Everything exact, from PostgreSQL alone."""

    capabilities = frozenset(
        {"exact_counts", "phrase", "exclusion", "geo", "facets", "suggest", "correct", "highlight"}
    )

    def search(self, query: SearchQuery, *, cursor: str | None = None, size: int = 20) -> SearchPage:
        """Return one page; at most two queries."""
        found = resolve(query)
        edge = read_cursor(cursor, query)
        since = edge["since"] if edge else int(time.time()) // 3600 * 3600
        if found.impossible:
            return SearchPage([], None, None, "impossible")
        rows = self.page(query, found, edge, since, size)
        backward = bool(edge and edge["backward"])
        more, rows = len(rows) > size, rows[:size]
        rows = rows[::-1] if backward else rows
        return SearchPage(
            [Hit(job_id, float(key) if query.is_ranked() else 0.0) for job_id, _ord, key in rows],
            write_cursor(query, rows[-1], since, backward=False) if rows and (more or backward) else None,
            write_cursor(query, rows[0], since, backward=True) if rows and (more if backward else edge) else None,
            f"{query.ordering}:{len(found.groups)} groups",
        )

    def page(
        self, query: SearchQuery, found: Resolved, edge: dict[str, Any] | None, since: int, size: int
    ) -> list[tuple[int, int, Any]]:
        """Return ``size`` + 1 rows (job, ordinal, key) beyond the edge, nearest first."""
        quals, residual, params = conditions_of(query, found)
        key = KEYS[query.ordering if query.ordering != "relevance" or found.wanted else "-published_at"]
        backward = bool(edge and edge["backward"])
        params |= {"since": since, "ranking": " | ".join(map(quoted, found.wanted)), "size": size + 1}
        if edge:
            params |= {"edge_key": edge["key"], "edge_ord": edge["ord"]}
        if key == NEWEST:
            statement = newest(quals, residual, bool(edge), backward)
        else:
            beyond = f"WHERE (key, ord) {'>' if backward else '<'} (%(edge_key)s, %(edge_ord)s)" if edge else ""
            way = "ASC" if backward else "DESC"
            statement = (
                f"SELECT job_id, ord, key FROM (SELECT job_id, ord, {key} AS key FROM jobs_jobsearch"  # noqa: S608
                f" WHERE {both([*quals, *residual])} OFFSET 0) f {beyond} ORDER BY key {way}, ord {way} LIMIT %(size)s"
            )
        with connection.cursor() as cursor:
            cursor.execute(by_index(quals) + statement, params)
            return cursor.fetchall()

    def facets(self, query: SearchQuery, dimensions: Sequence[str]) -> FacetResult:
        """Count exactly; at most two queries."""
        found = resolve(query)
        quals, residual, params = conditions_of(query, found, but=CHOSEN)
        chosen = {name: CHOSEN[name] for name in CHOSEN if getattr(query, name)}
        params |= choices_of(query, found)
        counts = " UNION ALL ".join(self.counting(dimension, chosen) for dimension in dimensions)
        total = f"SELECT '', 'total', '', count(*) FROM base WHERE {both(chosen.values())}"  # noqa: S608
        if found.impossible:
            residual.append("false")
        with connection.cursor() as cursor:
            cursor.execute(
                f"{by_index(quals)}WITH base AS MATERIALIZED (SELECT work_mode, employment_type,"  # noqa: S608
                " experience_level, category, language,"
                f" company_id, countries, skills FROM jobs_jobsearch WHERE {both([*quals, *residual])})"
                f" {total}" + (f" UNION ALL {counts}" if counts else ""),
                params,
            )
            rows = cursor.fetchall()
        result = FacetResult(next(count for name, _v, _l, count in rows if not name), {name: [] for name in dimensions})
        for name, value, label, count in rows:
            if name:
                result.facets[name].append(FacetValue(*named(name, value, label), count))
        return result

    def counting(self, dimension: str, chosen: dict[str, str]) -> str:
        """Return the statement that counts one dimension, its own choice left out."""
        column, join, names = COUNTED.get(dimension, PLAIN)
        french = (get_language() or "").startswith("fr")
        names = names.format(name="coalesce(nullif(n.name_fr, ''), n.name)" if french else "n.name")
        others = [condition for name, condition in chosen.items() if name != dimension]
        return (
            f"SELECT '{dimension}', w.* FROM (SELECT {names}, v.count FROM (SELECT"  # noqa: S608
            f" {column.format(column=dimension)} AS value, count(*) AS count FROM base WHERE {both(others)} GROUP BY 1"
            f") v {join} ORDER BY v.count DESC, 1 LIMIT {FACET_LIMIT}) w"
        )

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


def by_index(quals: list[str]) -> str:
    """Return what goes before a statement whose quals the GIN index answers; it ends with the statement.

    Sent with it in one round trip, which PostgreSQL takes as one transaction; inside a longer transaction
    it lasts until that one's end.
    """
    return "SET LOCAL enable_seqscan = off; " if quals else ""


def newest(quals: list[str], residual: list[str], edged: bool, backward: bool) -> str:
    """Return the statement of a page in the order of publication.

    Without quals the primary key is walked; with them windows of it, newest first. A page before another
    has its rows close to the edge on the other side, where windows would have to be walked upwards; it is
    rare, so all that is found is sorted.
    """
    beyond = [f"ord {'>' if backward else '<'} %(edge_ord)s"] if edged else []
    conditions = both([*quals, *residual, *beyond])
    if quals and not backward:
        return WINDOWED.format(top="%(edge_ord)s - 1" if edged else "max(ord)", conditions=conditions)
    way, walked = "ASC" if backward else "DESC", "ord + 0" if quals else "ord"
    return (
        f"SELECT job_id, ord, 0 AS key FROM jobs_jobsearch WHERE {conditions}"  # noqa: S608
        f" ORDER BY {walked} {way} LIMIT %(size)s"
    )


def both(conditions: Any) -> str:
    """Join conditions; none is no restriction."""
    return " AND ".join(conditions) or "true"


def conditions_of(query: SearchQuery, found: Resolved, but: Any = ()) -> tuple[list[str], list[str], dict[str, Any]]:
    """Return the quals for the index, the other conditions, and their parameters, without the facets in ``but``."""
    # Whole seconds, like the column: a fraction would make PostgreSQL compare as numeric, row by row.
    params: dict[str, Any] = {"now": int(time.time())}
    groups = [*found.groups, *facet_groups(query, found, but)]
    residual = ["expires > %(now)s"]
    if query.circle:
        near, values = circle_conditions(query.circle)
        groups += near
        residual.append(DISTANCE)
        params |= values
    if found.pay is not None:
        if found.pay >= PAY_BAND:
            groups.append(quoted(f"S:{min(found.pay // PAY_BAND, PAY_BANDS)}"))
        residual.append("sal_max >= %(pay)s")
        params["pay"] = found.pay
    if query.hidden:
        residual.append("job_id <> ALL(%(hidden)s::bigint[])")
        params["hidden"] = list(query.hidden)
    if query.only is not None:
        residual.append("job_id = ANY(%(only)s::bigint[])")
        params["only"] = list(query.only)
    if query.posted_after:
        residual.append("posted >= %(posted_after)s")
        params["posted_after"] = math.ceil(query.posted_after.timestamp())
    quals = []
    for number, group in enumerate(groups):
        params[f"g{number}"] = group
        quals.append(f"doc @@ %(g{number})s::tsquery")
    for number, group in enumerate(found.excluded):
        params[f"x{number}"] = group
        residual.append(f"NOT doc @@ %(x{number})s::tsquery")
    return quals, residual, params


def facet_groups(query: SearchQuery, found: Resolved, but: Any) -> list[str]:
    """Return one tsquery per filter that the index answers by tokens."""
    tokens: dict[str, list[str]] = {
        **{name: [f"{LETTERS[name]}:{code_of(name, word)}" for word in getattr(query, name)] for name in LETTERS},
        "category": [f"C:{pk}" for pk in found.category_ids],
        "company": [f"O:{pk}" for pk in found.company_ids],
        "country": [f"N:{code}" for code in query.country],
        "language": [f"X:{code}" for code in query.language],
    }
    groups = [" | ".join(map(quoted, words)) for name, words in tokens.items() if words and name not in but]
    groups += [quoted(f"K:{pk}") for pk in found.skill_ids]
    if query.eligible_in:
        groups.append(f"'Q:*' | {quoted('Q:' + query.eligible_in)}")
    if found.places:
        groups.append(" | ".join(quoted(f"Y:{name}") for name in found.places))
    return groups


def choices_of(query: SearchQuery, found: Resolved) -> dict[str, list[Any]]:
    """Return the parameters of ``CHOSEN``."""
    return {
        **{name: [code_of(name, word) for word in getattr(query, name)] for name in LETTERS},
        "category": found.category_ids,
        "company": found.company_ids,
        "language": list(query.language),
        "country": list(query.country),
    }


def circle_conditions(circle: Circle) -> tuple[list[str], dict[str, Any]]:
    """Return the cells that an index begins with, and the parameters of the exact distance."""
    cells = cells_around(circle.latitude, circle.longitude, circle.radius_km, MAX_CELLS)
    groups = [" | ".join(quoted(f"G:{row},{column}") for row, column in cells)] if cells else []
    return groups, {"latitude": circle.latitude, "longitude": circle.longitude, "radius": circle.radius_km}


def named(facet: str, value: str, label: str) -> tuple[str, str]:
    """Return a facet's value and label as the API names them."""
    if facet not in CODES:
        return value, label
    word = CODES[facet][int(value) - 1]
    return word, str(LABELS[facet](word).label)


def write_cursor(query: SearchQuery, row: tuple[int, int, Any], since: int, *, backward: bool) -> str:
    """Return a signed cursor: the row at the edge, and the moment by which freshness is judged."""
    _job_id, ordinal, key = row
    return SIGNER.sign_object([query.fingerprint(), key, ordinal, since, int(backward)])


def read_cursor(cursor: str | None, query: SearchQuery) -> dict[str, Any] | None:
    """Return what a cursor holds; raise Invalid unless we made it for this very query."""
    if not cursor:
        return None
    try:
        fingerprint, key, ordinal, since, backward = SIGNER.unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid.on_field("cursor", _("This cursor was not made by this server."), code="bad_cursor") from None
    if fingerprint != query.fingerprint():
        raise Invalid.on_field("cursor", _("This cursor belongs to another search."), code="bad_cursor")
    return {"key": key, "ord": ordinal, "since": since, "backward": bool(backward)}
