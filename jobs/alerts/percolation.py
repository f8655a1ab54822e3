"""Which of all saved searches find a posting: one statement, whose cost is mostly that of what it finds."""

from __future__ import annotations

from django.db import connection

from jobs.geography import EARTH_RADIUS_KM

# The tokens of the posting meet the anchors in their index; what an anchor needs besides is looked up in the
# hash of the same tokens; only what is left reads the search's row and the true question. '' is the anchor of
# searches that no token narrows. What was public when a search was saved is no news to it. A block does not keep
# anonymous postings away: that would tell who it is.
PERCOLATE = f"""
WITH posting AS MATERIALIZED (
    SELECT s.*, j.company_id AS employer_id, j.is_anonymous, j.published_at
    FROM jobs_jobsearch s JOIN jobs_job j ON j.id = s.job_id
    WHERE s.job_id = %(job)s AND s.expires > extract(epoch FROM now())
), token AS MATERIALIZED (
    SELECT unnest(tsvector_to_array(doc)) AS token FROM posting UNION ALL SELECT ''
), candidate AS MATERIALIZED (
    SELECT DISTINCT a.search_id FROM token t JOIN jobs_searchanchor a ON a.token = t.token COLLATE "C"
    WHERE (a.needs[1] IS NULL OR a.needs[1] IN (SELECT token FROM token))
        AND (a.needs[2] IS NULL OR a.needs[2] IN (SELECT token FROM token))
)
INSERT INTO jobs_alertmatch (search_id, job_id, matched_at, seen, awaits_telling)
SELECT q.id, p.job_id, now(), false, q.frequency <> 'off'
FROM posting p CROSS JOIN candidate c JOIN jobs_savedsearch q ON q.id = c.search_id
WHERE (q.wanted = '' OR p.doc @@ q.wanted::tsquery)
    AND (q.pay IS NULL OR p.sal_max >= q.pay)
    AND (q.posted_after IS NULL OR p.posted >= q.posted_after)
    AND (q.latitude IS NULL OR EXISTS (SELECT FROM unnest(p.lat, p.lon) s(a, b)
        WHERE 2 * {EARTH_RADIUS_KM} * asin(least(1, sqrt(sin(radians(s.a - q.latitude) / 2) ^ 2
            + cos(radians(q.latitude)) * cos(radians(s.a)) * sin(radians(s.b - q.longitude) / 2) ^ 2)))
            <= q.radius_km))
    AND q.created_at <= p.published_at
    AND NOT EXISTS (SELECT FROM jobs_hiddenjob h WHERE h.user_id = q.user_id AND h.job_id = p.job_id)
    AND NOT EXISTS (SELECT FROM companies_membership m
        WHERE m.user_id = q.user_id AND m.company_id = p.employer_id)
    AND (p.is_anonymous OR NOT EXISTS (SELECT FROM companies_block b
        WHERE b.blocker_id = q.user_id AND b.company_id = p.employer_id))
ON CONFLICT (search_id, job_id) DO NOTHING
RETURNING search_id
"""  # noqa: S608


def percolate(*, job_id: int) -> list[int]:
    """Keep which saved searches find a posting that went live; return those that had not found it before.

    A posting that is not live any more is found by none. One statement, whose cost grows with what it finds
    (``./dev bench alerts``).
    """
    with connection.cursor() as cursor:
        cursor.execute(PERCOLATE, {"job": job_id})
        return [search_id for (search_id,) in cursor.fetchall()]
