"""Counting what live postings say: which term is in how many, taken over from the narrow table's work rows.

Publishing only leaves a work row, so popular terms are no row that all who publish wait for. One learner at a time
takes rows, compares what each posting says now with what it was counted in, and adds the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from jobs.search import work
from jobs.search.index import FOLD
from jobs.search.terms.edits import LONGEST, indexed_deletes
from jobs.search.terms.models import OFFERED, TermKind
from jobs.search.terms.prefixes import list_prefixes, unlist

BATCH = 500
LOCK = 7_110_155  # an advisory lock's number: whoever learns
# What postings that are public at this moment say. An anonymous one does not say whose it is.
SAID = f"""
WITH posting AS MATERIALIZED (
    SELECT j.id, s.expires, j.title, j.category_id, CASE WHEN NOT j.is_anonymous THEN j.company_id END AS company_id
    FROM jobs_job j JOIN jobs_jobsearch s ON s.job_id = j.id
    WHERE j.id = ANY(%(ids)s) AND s.expires > extract(epoch FROM now())
), employer AS MATERIALIZED (
    SELECT p.id, p.expires, c.slug, c.name FROM posting p JOIN companies_company c ON c.id = p.company_id
), skill AS MATERIALIZED (
    SELECT p.id, p.expires, s.slug, s.name
    FROM posting p JOIN jobs_jobskill k ON k.job_id = p.id JOIN resumes_skill s ON s.id = k.skill_id
), place AS MATERIALIZED (
    SELECT p.id, p.expires, concat_ws(', ', l.city, nullif(nullif(l.region, ''), l.city), l.country) AS name
    FROM posting p JOIN jobs_joblocation l ON l.job_id = p.id
    -- A comma inside a name would be read as the end of it by those who search for the place.
    WHERE l.city <> '' AND l.city || l.region !~ ','
), spoken AS MATERIALIZED (
    SELECT id, expires, title AS words FROM posting UNION ALL SELECT id, expires, name FROM employer
    UNION ALL SELECT id, expires, name FROM skill UNION ALL SELECT id, expires, name FROM place
), said AS MATERIALIZED (
    SELECT id, expires, 'title' AS kind, {FOLD.format("title")} AS value, btrim(title) AS label, '' AS label_fr
    FROM posting WHERE length(title) <= 120
    UNION ALL SELECT id, expires, 'company', slug, name, '' FROM employer
    UNION ALL SELECT id, expires, 'skill', slug, name, '' FROM skill
    UNION ALL SELECT id, expires, 'place', {FOLD.format("name")}, name, '' FROM place
    UNION ALL SELECT p.id, p.expires, 'category', g.slug, g.name, g.name_fr
        FROM posting p JOIN jobs_category g ON g.id = p.category_id
    UNION ALL SELECT s.id, s.expires, 'word', lower(unaccent(w)), lower(w), ''
        FROM spoken s CROSS JOIN regexp_split_to_table(s.words, '[^[:alnum:]]+') w
        WHERE length(w) BETWEEN 3 AND {LONGEST} AND w ~ '[[:alpha:]]'
)
"""  # noqa: S608
# A slug keeps its meaning when its label changes; of what is only its label, the first one stays while it is said.
NAME = f"""{SAID} INSERT INTO jobs_searchterm AS t (kind, value, label, label_fr, live, changed)
SELECT DISTINCT ON (s.kind, s.value) s.kind, s.value, s.label, s.label_fr, 0, s.kind <> 'word'
FROM said s LEFT JOIN jobs_searchterm o ON (o.kind, o.value) = (s.kind, s.value)
WHERE o.id IS NULL OR ((o.label, o.label_fr) <> (s.label, s.label_fr)
    AND (o.live = 0 OR s.kind IN ('company', 'skill', 'category')))
ORDER BY s.kind, s.value, s.id
ON CONFLICT (kind, value) DO UPDATE SET label = excluded.label, label_fr = excluded.label_fr, changed = excluded.changed
RETURNING id, kind, value, xmax <> 0 -- which is so where there was a row
"""  # noqa: S608
COUNT = f"""{SAID}, after AS MATERIALIZED (
    SELECT s.id, max(s.expires) AS expires, array_agg(DISTINCT t.id) AS terms
    FROM said s JOIN jobs_searchterm t ON (t.kind, t.value) = (s.kind, s.value) GROUP BY s.id
), change AS MATERIALIZED (
    SELECT term, sum(n) AS n FROM (
        SELECT unnest(terms) AS term, 1 AS n FROM after
        UNION ALL SELECT unnest(terms), -1 FROM jobs_postingterms WHERE job_id = ANY(%(ids)s)
    ) c GROUP BY term HAVING sum(n) <> 0
), kept AS (
    INSERT INTO jobs_postingterms AS p (job_id, expires, terms) SELECT id, expires, terms FROM after
    ON CONFLICT (job_id) DO UPDATE SET expires = excluded.expires, terms = excluded.terms
), gone AS (
    DELETE FROM jobs_postingterms WHERE job_id = ANY(%(ids)s) AND job_id NOT IN (SELECT id FROM after)
)
UPDATE jobs_searchterm t SET live = t.live + c.n, changed = t.kind <> 'word' FROM change c WHERE t.id = c.term
"""  # noqa: S608
LABELS = f"""
SELECT DISTINCT ON (t.id, n.start) t.kind, n.start, n.place = 1, t.id
FROM jobs_searchterm t
CROSS JOIN LATERAL (
    SELECT t.label AS label UNION SELECT t.label_fr WHERE t.label_fr <> ''
    UNION SELECT a.label FROM resumes_skillalias a JOIN resumes_skill s ON s.id = a.skill_id
        WHERE t.kind = 'skill' AND s.slug = t.value
) l
CROSS JOIN LATERAL (SELECT {FOLD.format("l.label")} AS folded) f
CROSS JOIN LATERAL (
    SELECT left(substr(f.folded, place), 60) AS start, place FROM generate_series(1, length(f.folded)) place
    WHERE place = 1 OR (substr(f.folded, place, 1) ~ '[[:alnum:]]' AND substr(f.folded, place - 1, 1) !~ '[[:alnum:]]')
    ORDER BY place LIMIT 8
) n
WHERE t.id = ANY(%(ids)s) ORDER BY t.id, n.start, n.place
"""  # noqa: S608
EXPIRED = "SELECT job_id FROM jobs_postingterms WHERE expires <= extract(epoch FROM now())::int LIMIT %s"


def learn() -> int:
    """Count what changed since the last time, and what expired; returns how many postings. One process at a time.

    Some 3 ms a posting, and as much for each that brings new terms into crowded prefixes.
    """
    learned = 0
    while True:
        with transaction.atomic():
            if not lock():
                return learned
            work_ids, job_ids = work.take(work.TERMS, BATCH)
            job_ids += expired()
            if job_ids:
                count_terms(job_ids)
            work.finish(work_ids)
        learned += len(set(job_ids))
        if len(job_ids) < BATCH:
            break
    with transaction.atomic():
        if lock():
            list_prefixes()
    return learned


def lock() -> bool:
    """Say whether we are the one who learns, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def expired() -> list[int]:
    """Return postings that are counted and whose time is over."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED, [BATCH])
        return [job_id for (job_id,) in cursor]


def count_terms(job_ids: Sequence[int]) -> None:
    """Make the counts say what these postings say now; at most six statements. The caller is the one who learns."""
    with connection.cursor() as cursor:
        cursor.execute(NAME, {"ids": list(job_ids)})
        named = cursor.fetchall()
        learn_words([(term_id, word) for term_id, kind, word, _ in named if kind == TermKind.WORD])
        unlist([term_id for term_id, kind, _, is_renamed in named if is_renamed and kind in OFFERED])
        start_terms([term_id for term_id, kind, _, _ in named if kind in OFFERED])
        cursor.execute(COUNT, {"ids": list(job_ids)})


def learn_words(words: Sequence[tuple[int, str]]) -> None:
    """Keep by which hashes words are found."""
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs_searchterm t SET deletes = u.deletes::int[]"
            " FROM unnest(%s::bigint[], %s::text[]) u(id, deletes) WHERE t.id = u.id",
            [[term_id for term_id, _ in words], [array_of(indexed_deletes(word)) for _, word in words]],
        )


def array_of(numbers: Sequence[int]) -> str:
    """Return numbers as PostgreSQL writes an array: lists of different lengths cannot be one parameter."""
    return "{" + ",".join(map(str, numbers)) + "}"


def start_terms(term_ids: Sequence[int]) -> None:
    """Keep with what terms begin: each of their labels, from its first eight words on."""
    if not term_ids:
        return
    params: dict[str, Any] = {"ids": list(term_ids)}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM jobs_termstart WHERE term_id = ANY(%(ids)s)", params)
        cursor.execute(f"INSERT INTO jobs_termstart (kind, start, is_whole, term_id) {LABELS}", params)
