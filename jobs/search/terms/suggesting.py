"""What the beginning of a word may become: terms of what is public at this moment, those of most postings first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import get_language

from jobs.search.backend import Suggestion
from jobs.search.index import FOLD
from jobs.search.terms.models import OFFERED
from jobs.search.terms.prefixes import CROWD, LONGEST, PAST
from jobs.search.work import TERMS

# How many starts are looked at beside a list: enough for those that are the prefix itself.
BESIDE = 8
# Counts are a few seconds late, what is offered is not: a posting that changed and was not counted anew, or expired,
# is subtracted here from all that it was counted in.
SUGGEST = f"""
WITH asked AS MATERIALIZED (SELECT {FOLD.format("%(typed)s")} AS prefix),
away AS MATERIALIZED (
    SELECT u.id, count(*) AS n FROM (
        SELECT unnest(terms) AS id FROM jobs_postingterms p
        WHERE p.expires <= extract(epoch FROM now())
            OR p.job_id IN (SELECT job_id FROM jobs_indexwork WHERE reader = '{TERMS}')
    ) u GROUP BY u.id
), near AS MATERIALIZED (
    SELECT x.id, bool_or(x.is_whole) AS is_whole
    FROM asked a CROSS JOIN unnest(%(kinds)s::text[]) k(kind)
    LEFT JOIN jobs_termprefix p ON p.kind = k.kind AND p.prefix = a.prefix
    CROSS JOIN LATERAL (
        SELECT unnest(p.terms) AS id, false AS is_whole
        UNION ALL
        (SELECT s.term_id, s.is_whole AND s.start = a.prefix FROM jobs_termstart s
            WHERE s.kind = k.kind AND s.start >= a.prefix AND s.start < a.prefix || {PAST}
            ORDER BY s.start, s.is_whole DESC LIMIT CASE WHEN p.id IS NULL THEN {CROWD} ELSE {BESIDE} END)
    ) x
    WHERE a.prefix <> '' GROUP BY x.id
)
SELECT t.kind, CASE WHEN %(french)s AND t.label_fr <> '' THEN t.label_fr ELSE t.label END, t.value,
    t.live - coalesce(w.n, 0) AS jobs
FROM near n JOIN jobs_searchterm t ON t.id = n.id LEFT JOIN away w ON w.id = n.id
WHERE t.live > coalesce(w.n, 0)
ORDER BY n.is_whole DESC, jobs DESC, t.label, t.id LIMIT %(limit)s
"""  # noqa: S608


def suggest(typed: str, kinds: Sequence[str] = (), limit: int = 10) -> list[Suggestion]:
    """Return at most ``limit`` terms that have a word beginning with what was typed; one statement.

    What it reads is bounded whatever there is: a list of the best, or at most CROWD starts, of each kind.
    """
    french = (get_language() or "").startswith("fr")
    with connection.cursor() as cursor:
        cursor.execute(
            SUGGEST,
            {"typed": typed[: LONGEST * 2], "kinds": list(kinds or OFFERED), "french": french, "limit": limit},
        )
        return [Suggestion(kind, text, value, jobs) for kind, text, value, jobs in cursor]
