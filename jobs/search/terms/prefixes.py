"""Lists for crowded prefixes: whoever types ``s`` must not wait for the counting of all that begins with it.

A prefix with at most ``CROWD`` starts is answered from the starts themselves. One with more has a list of the terms
with most live postings. A list is mended from what changed; when too few of it are left, and every night, it is made
anew from all starts.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

CROWD = 32
LISTED = 24
# Of that many live ones, a list shows the best; with fewer, what is not on it might be better.
ENOUGH = 12
LONGEST = 24
TAKEN = 2_000
MANY = 20_000  # changed terms beyond which all lists are made anew sooner than they are mended
PAST = "chr(1114111)"  # comes after every letter: prefix <= start < prefix || PAST
BEST = """
SELECT array_agg(y.id ORDER BY y.live DESC, y.id) AS terms, count(*) AS n FROM (
    SELECT t.id, t.live FROM (SELECT DISTINCT d.id FROM ({ids}) d(id)) x JOIN jobs_searchterm t ON t.id = x.id
    WHERE t.live > 0 ORDER BY t.live DESC, t.id LIMIT {listed}
) y
"""
BEHIND = f"""
SELECT s.term_id AS id FROM jobs_termstart s
WHERE s.kind = c.kind AND s.start >= c.prefix AND s.start < c.prefix || {PAST}
"""  # noqa: S608
MENDED = BEST.format(
    ids="SELECT unnest(c.listed) UNION ALL SELECT unnest(c.changed)",
    listed=LISTED,
)
ANEW = BEST.format(ids=BEHIND, listed=LISTED)
LIST = f"""
WITH taken AS MATERIALIZED (
    SELECT id FROM jobs_searchterm WHERE changed ORDER BY id LIMIT {TAKEN}
), touched AS MATERIALIZED (
    SELECT s.kind, left(s.start, n) AS prefix, array_agg(DISTINCT s.term_id) AS changed
    FROM taken c JOIN jobs_termstart s ON s.term_id = c.id
    CROSS JOIN LATERAL generate_series(1, least(length(s.start), {LONGEST})) n GROUP BY 1, 2
), crowded AS MATERIALIZED (
    SELECT t.kind, t.prefix, t.changed, p.terms AS listed FROM touched t
    LEFT JOIN jobs_termprefix p ON (p.kind, p.prefix) = (t.kind, t.prefix)
    WHERE p.id IS NOT NULL OR (SELECT count(*) FROM (
        SELECT FROM jobs_termstart s WHERE s.kind = t.kind AND s.start >= t.prefix AND s.start < t.prefix || {PAST}
        LIMIT {CROWD} + 1) q) > {CROWD}
), told AS (
    UPDATE jobs_searchterm t SET changed = false FROM taken c WHERE t.id = c.id
), listed AS (
    INSERT INTO jobs_termprefix AS p (kind, prefix, terms)
    SELECT c.kind, c.prefix, coalesce(CASE WHEN c.listed IS NOT NULL AND m.n >= {ENOUGH} THEN m.terms ELSE a.terms END,
        '{{}}')
    FROM crowded c CROSS JOIN LATERAL ({MENDED}) m
    LEFT JOIN LATERAL (SELECT * FROM ({ANEW}) b WHERE c.listed IS NULL OR m.n < {ENOUGH}) a ON true
    ON CONFLICT (kind, prefix) DO UPDATE SET terms = excluded.terms
)
SELECT count(*) FROM taken
"""  # noqa: S608
UNLIST = """
UPDATE jobs_termprefix SET terms = ARRAY(
    SELECT id FROM unnest(terms) WITH ORDINALITY u(id, place) WHERE id <> ALL(%(ids)s) ORDER BY place)
WHERE terms && %(ids)s::bigint[]
"""
LEVEL = f"""
WITH c AS MATERIALIZED (
    SELECT kind, left(start, %(n)s) AS prefix FROM jobs_termstart s WHERE length(start) >= %(n)s
        AND (%(n)s = 1 OR EXISTS (SELECT FROM jobs_termprefix p
            WHERE p.kind = s.kind AND p.prefix = left(s.start, %(n)s - 1)))
    GROUP BY 1, 2 HAVING count(*) > {CROWD}
)
INSERT INTO jobs_termprefix (kind, prefix, terms)
SELECT c.kind, c.prefix, coalesce(a.terms, '{{}}') FROM c CROSS JOIN LATERAL ({ANEW}) a
"""  # noqa: S608


def list_prefixes() -> None:
    """Mend the lists for what changed, or make them anew where that is most of it; the caller is the one who learns."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT FROM jobs_searchterm WHERE changed LIMIT {MANY}) c")  # noqa: S608
        if cursor.fetchone()[0] == MANY:
            list_anew()
            return
        taken = TAKEN
        while taken == TAKEN:
            cursor.execute(LIST)
            (taken,) = cursor.fetchone()


def unlist(term_ids: Sequence[int]) -> None:
    """Take terms off all lists: their names changed, and they need not begin with the prefixes any more."""
    if term_ids:
        with connection.cursor() as cursor:
            cursor.execute(UNLIST, {"ids": list(term_ids)})


def list_anew() -> int:
    """Make all lists from all starts, longer prefixes only where shorter ones are crowded; returns their number.

    Reads every start some times: minutes for a million postings. The caller is the one who learns.
    """
    made = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM jobs_termprefix")
        for length in range(1, LONGEST + 1):
            cursor.execute(LEVEL, {"n": length})
            made += cursor.rowcount
            if cursor.rowcount == 0:
                break
        cursor.execute("UPDATE jobs_searchterm SET changed = false WHERE changed")
    return made
