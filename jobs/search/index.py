"""Keeping the narrow search table: called in the transaction that changes a posting, so it is never late."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection

from jobs.search.codes import CODES, CONFIGURATIONS, FALLBACK, PAY_BAND, PAY_BANDS
from jobs.search.work import TELL, readers

# One statement for one posting or for a thousand. `doc` keeps the words' positions, so that phrases are
# exact; '¦' holds the fields 20 places apart, so that no phrase spans two of them, and is taken out again.
# Tokens: T B words of the title, of skills, R E L C N X work mode, employment type, level, category, countries,
# language, D text configuration, Y names of places (each, and together), O company, K skills, G half-degree cells,
# Q countries of eligibility, S SB pay bands, W1-3 windows of publication. Short documents get a padding
# token: see the migration that made the table.
INDEX = """
INSERT INTO jobs_jobsearch AS s (
    ord, job_id, posted, expires, company_id, sal_min, sal_max, work_mode, employment_type, experience_level,
    category, language, countries, lat, lon, skills, head, doc)
SELECT j.search_ord, j.id, extract(epoch FROM j.published_at)::int,
    least(coalesce(ceil(extract(epoch FROM j.expires_at)), 2147483647), 2147483647)::int,
    f.company_id, f.sal_min, f.sal_max, f.work_mode, f.employment_type, f.experience_level,
    coalesce(j.category_id, 0)::smallint, j.language, p.countries, p.lat, p.lon, k.ids,
    setweight(v.title, 'A') || setweight(v.skills, 'B') || setweight(v.place, 'C'),
    d.doc || CASE WHEN pg_column_size(d.doc) < 2048 THEN array_to_tsvector(ARRAY['Z' || repeat('z', 1500)])
                  ELSE ''::tsvector END
FROM jobs_job j
JOIN companies_company c ON c.id = j.company_id
CROSS JOIN LATERAL (SELECT
    array_position(%(work_mode)s::text[], j.work_mode::text)::smallint AS work_mode,
    array_position(%(employment_type)s::text[], j.employment_type::text)::smallint AS employment_type,
    array_position(%(experience_level)s::text[], j.experience_level::text)::smallint AS experience_level,
    coalesce(j.salary_yearly_min, j.salary_yearly_max) AS sal_min,
    coalesce(j.salary_yearly_max, j.salary_yearly_min) AS sal_max,
    coalesce(%(configurations)s::jsonb ->> j.language, %(fallback)s) AS configuration,
    -- An anonymous posting is of company 0, without a name, and its spots are as coarse as they are shown.
    CASE WHEN j.is_anonymous THEN 0 ELSE j.company_id END AS company_id,
    CASE WHEN j.is_anonymous THEN '' ELSE c.name END AS employer
) f
CROSS JOIN LATERAL (SELECT
    coalesce(array_agg(DISTINCT l.country), '{{}}') AS countries,
    coalesce(array_agg(l.latitude ORDER BY l.id) FILTER (WHERE l.latitude IS NOT NULL), '{{}}') AS lat,
    coalesce(array_agg(l.longitude ORDER BY l.id) FILTER (WHERE l.latitude IS NOT NULL), '{{}}') AS lon,
    coalesce(string_agg(l.city || ' ' || l.region, ' ' ORDER BY l.position, l.id), '') AS words,
    coalesce(array_agg(DISTINCT 'G:' || floor(l.latitude * 2)::int || ',' || floor(l.longitude * 2)::int)
        FILTER (WHERE l.latitude IS NOT NULL), '{{}}') AS cells
    FROM (SELECT id, position, city, region, country,
            CASE WHEN j.is_anonymous THEN round(latitude::numeric, 1)::float8 ELSE latitude END AS latitude,
            CASE WHEN j.is_anonymous THEN round(longitude::numeric, 1)::float8 ELSE longitude END AS longitude
        FROM jobs_joblocation WHERE job_id = j.id) l
) p
CROSS JOIN LATERAL (SELECT coalesce(array_agg(DISTINCT 'Y:' || n.name), '{{}}') AS names
    FROM jobs_joblocation l CROSS JOIN generate_series(1, 7) m(mask) CROSS JOIN LATERAL (
        SELECT string_agg(u.part, '|' ORDER BY u.part COLLATE "C") AS name
        FROM unnest(ARRAY[{city}, {region}, lower(l.country)]) WITH ORDINALITY u(part, place)
        WHERE (m.mask >> (u.place::int - 1)) & 1 = 1 AND u.part <> ''
    ) n WHERE l.job_id = j.id AND n.name IS NOT NULL
) y
CROSS JOIN LATERAL (SELECT coalesce(array_agg(js.skill_id ORDER BY js.position, js.id), '{{}}') AS ids,
    coalesce(string_agg(sk.name, ' ¦ ' ORDER BY js.position, js.id), '') AS words
    FROM jobs_jobskill js JOIN resumes_skill sk ON sk.id = js.skill_id WHERE js.job_id = j.id
) k
CROSS JOIN LATERAL (SELECT
    to_tsvector(f.configuration::regconfig, j.title) AS title,
    to_tsvector(f.configuration::regconfig, k.words) AS skills,
    to_tsvector(f.configuration::regconfig, f.employer || ' ' || p.words) AS place,
    to_tsvector(f.configuration::regconfig, j.description || ' ' || j.requirements || ' ' || j.benefits) AS body
    OFFSET 0 -- a fence: the words are split once, however often they are named
) v
CROSS JOIN LATERAL (SELECT
    ts_delete(v.title || '¦:20'::tsvector || v.skills || '¦:20'::tsvector || v.place || '¦:20'::tsvector || v.body, '¦')
    || array_to_tsvector(
        ARRAY(SELECT 'T:' || w FROM unnest(tsvector_to_array(v.title)) w)
        || ARRAY(SELECT 'B:' || w FROM unnest(tsvector_to_array(v.skills)) w)
        || ARRAY['R:' || f.work_mode, 'E:' || f.employment_type, 'L:' || f.experience_level,
            'C:' || coalesce(j.category_id, 0), 'X:' || j.language, 'D:' || f.configuration, 'O:' || f.company_id,
            'W1:' || (j.search_ord >> 11), 'W2:' || (j.search_ord >> 14), 'W3:' || (j.search_ord >> 17)]
        || ARRAY(SELECT 'N:' || w FROM unnest(p.countries) w)
        || ARRAY(SELECT 'K:' || w FROM unnest(k.ids) w)
        || CASE WHEN j.eligible_countries = '{{}}' THEN ARRAY['Q:*']
            ELSE ARRAY(SELECT DISTINCT 'Q:' || w FROM unnest(j.eligible_countries) w) END
        || p.cells || y.names
        || CASE WHEN f.sal_max IS NULL THEN ARRAY['SB:-']
            ELSE ARRAY['SB:' || least(f.sal_max / %(band)s, %(bands)s)]
                || ARRAY(SELECT 'S:' || b FROM generate_series(1, least(f.sal_max / %(band)s, %(bands)s)) b) END
    ) AS doc
    OFFSET 0
) d
WHERE j.id = ANY(%(ids)s) AND j.status = 'live'
ON CONFLICT (job_id) DO UPDATE SET ord = excluded.ord, posted = excluded.posted, expires = excluded.expires,
    company_id = excluded.company_id, sal_min = excluded.sal_min, sal_max = excluded.sal_max,
    work_mode = excluded.work_mode,
    employment_type = excluded.employment_type, experience_level = excluded.experience_level,
    category = excluded.category, language = excluded.language, countries = excluded.countries,
    lat = excluded.lat, lon = excluded.lon, skills = excluded.skills, head = excluded.head, doc = excluded.doc
"""
# Case, accents and runs of spaces do not distinguish places. Queries are folded by the same expression.
FOLD = r"lower(unaccent(btrim(regexp_replace({}, '\s+', ' ', 'g'))))"
STATEMENT = INDEX.format(city=FOLD.format("l.city"), region=FOLD.format("l.region"))


def index_jobs(job_ids: Sequence[int]) -> None:
    """Make the rows of these postings say what the postings say now; those that are not live get none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{STATEMENT}; {TELL}",
            {
                "ids": list(job_ids),
                "readers": readers(),
                "configurations": json.dumps(CONFIGURATIONS),
                "fallback": FALLBACK,
                "band": PAY_BAND,
                "bands": PAY_BANDS,
                **{facet: list(words) for facet, words in CODES.items()},
            },
        )


def unindex_jobs(job_ids: Sequence[int]) -> None:
    """Take these postings out of every search."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM jobs_jobsearch WHERE job_id = ANY(%(ids)s); {TELL}",  # noqa: S608
            {"ids": list(job_ids), "readers": readers()},
        )


def next_ordinal() -> int:
    """Return the next place in the order of publication."""
    return next_ordinals(1)[0]


def next_ordinals(number: int) -> list[int]:
    """Return the next places in the order of publication, ascending; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('jobs_search_ord') FROM generate_series(1, %s)", [number])
        return sorted(ordinal for (ordinal,) in cursor.fetchall())


def rebuild() -> int:
    """Index every live posting anew and drop what should not be there; returns the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM jobs_jobsearch s WHERE NOT EXISTS"
            " (SELECT FROM jobs_job j WHERE j.id = s.job_id AND j.status = 'live')"
        )
        cursor.execute("SELECT id FROM jobs_job WHERE status = 'live' ORDER BY search_ord")
        job_ids = [job_id for (job_id,) in cursor.fetchall()]
    for start in range(0, len(job_ids), 1_000):
        index_jobs(job_ids[start : start + 1_000])
    return len(job_ids)
