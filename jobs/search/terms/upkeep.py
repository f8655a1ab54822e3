"""What the nightly round mends: counts from their sources, dead terms, lists; and hourly the words of texts."""

from __future__ import annotations

from django.db import connection, transaction

from jobs.search import work
from jobs.search.terms.edits import LONGEST, SHORTEST
from jobs.search.terms.learning import LOCK, learn_words, start_terms
from jobs.search.terms.models import OFFERED, SearchTerm, TermKind
from jobs.search.terms.prefixes import list_anew

SAMPLE = 3_000  # of the newest postings
OFTEN = 3  # of them that have to have a word
READ = 5_000  # characters of each
MISSED = """
SELECT coalesce(p.job_id, s.job_id)
FROM jobs_postingterms p FULL JOIN jobs_jobsearch s ON s.job_id = p.job_id
WHERE s.job_id IS NULL OR (p.job_id IS NULL AND s.expires > extract(epoch FROM now()))
"""
RECOUNT = """
UPDATE jobs_searchterm t SET live = coalesce(c.n, 0), changed = true
FROM jobs_searchterm o LEFT JOIN (
    SELECT u.term, count(*) AS n FROM jobs_postingterms p CROSS JOIN unnest(p.terms) u(term) GROUP BY u.term
) c ON c.term = o.id
WHERE t.id = o.id AND t.kind <> 'text' AND t.live <> coalesce(c.n, 0)
"""
FORGET = """
WITH dead AS (SELECT id FROM jobs_searchterm WHERE live <= 0),
    started AS (DELETE FROM jobs_termstart WHERE term_id IN (SELECT id FROM dead))
DELETE FROM jobs_searchterm WHERE id IN (SELECT id FROM dead)
"""
# The frequent words of texts are learned from the newest postings and scaled to all of them: counting every word of
# every text would write a hundred rows for one publication. What is not among them is still known to the index.
WORDS = f"""
WITH newest AS MATERIALIZED (
    SELECT job_id FROM jobs_jobsearch WHERE expires > extract(epoch FROM now()) ORDER BY ord DESC LIMIT {SAMPLE}
), share AS MATERIALIZED (
    SELECT greatest(1, (SELECT count(*) FROM jobs_jobsearch)::float8 / greatest(1, (SELECT count(*) FROM newest))) AS n
), said AS MATERIALIZED (
    SELECT lower(unaccent(w)) AS value, min(lower(w)) AS label, count(DISTINCT j.id) AS n
    FROM newest JOIN jobs_job j ON j.id = newest.job_id
    CROSS JOIN regexp_split_to_table(
        left(concat_ws(' ', j.description, j.requirements, j.benefits), {READ}), '[^[:alnum:]]+') w
    WHERE length(w) BETWEEN {SHORTEST - 1} AND {LONGEST} AND w ~ '[[:alpha:]]'
    GROUP BY 1 HAVING count(DISTINCT j.id) >= {OFTEN}
), silent AS (
    DELETE FROM jobs_searchterm t WHERE t.kind = 'text' AND NOT EXISTS (SELECT FROM said s WHERE s.value = t.value)
)
INSERT INTO jobs_searchterm AS t (kind, value, label, label_fr, live, changed)
SELECT 'text', value, label, '', said.n * share.n, false FROM said, share
ON CONFLICT (kind, value) DO UPDATE SET live = excluded.live
RETURNING id, value, deletes IS NULL
"""  # noqa: S608


def begin() -> None:
    """Become the one who learns, until the transaction ends; waits for whoever is.

    Statements over all postings take longer than those of requests may; the task's own limit holds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def learn_texts() -> int:
    """Learn the frequent words of texts anew; returns how many. Reads SAMPLE postings, a second or two."""
    begin()
    with connection.cursor() as cursor:
        cursor.execute(WORDS)
        rows = cursor.fetchall()
    learn_words([(term_id, word) for term_id, word, is_new in rows if is_new])
    return len(rows)


@transaction.atomic
def mend() -> int:
    """Make counts and lists right again from what they are made of; returns how many postings were missed.

    Those are counted by the next round of ``learn``. Rows go missing only when they are deleted past our services.
    """
    begin()
    with connection.cursor() as cursor:
        cursor.execute(MISSED)
        missed = [job_id for (job_id,) in cursor]
        work.ask(work.TERMS, missed)
        cursor.execute(RECOUNT)
        cursor.execute(FORGET)
    for kind in OFFERED:
        # Skills may have got other labels; they are few, the titles may be many and never change theirs.
        if kind == TermKind.SKILL:
            start_terms(list(SearchTerm.objects.filter(kind=kind).values_list("pk", flat=True)))
    list_anew()
    return len(missed)
