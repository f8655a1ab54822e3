"""The list's JSON, written by PostgreSQL: a page of postings costs one query and no objects.

Has to say what ``JobCardSerializer`` says; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from jobs.pay import REFERENCE_CURRENCY

STAMP = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
MONEY = "CASE WHEN {0} IS NOT NULL THEN json_build_object('amount', {0}::text, 'currency', j.salary_currency) END"
# As ``jobs.anonymity`` rounds it.
SPOT = "CASE WHEN j.is_anonymous THEN round(l.{0}::numeric, 1)::float8 ELSE l.{0} END"
CARDS = f"""
SELECT coalesce(json_agg(card ORDER BY n), '[]')::text FROM (
SELECT p.n, json_build_object(
    'id', j.public_id, 'title', j.title,
    'company', CASE WHEN NOT j.is_anonymous THEN json_build_object('slug', c.slug, 'name', c.name) END,
    'is_anonymous', j.is_anonymous,
    {{description}}
    'language', j.language, 'category', g.slug, 'employment_type', j.employment_type,
    'experience_level', j.experience_level, 'work_mode', j.work_mode,
    'eligible_countries', j.eligible_countries, 'openings', j.openings,
    'salary', CASE WHEN j.salary_currency <> '' THEN json_build_object(
        'min', {MONEY.format("j.salary_min")}, 'max', {MONEY.format("j.salary_max")}, 'period', j.salary_period,
        'basis', nullif(j.salary_basis, ''), 'yearly', CASE WHEN coalesce(j.salary_yearly_min, j.salary_yearly_max)
            IS NOT NULL THEN json_build_object('min', j.salary_yearly_min, 'max', j.salary_yearly_max,
            'currency', %(reference)s) END) END,
    'hours_per_week', j.hours_per_week::text,
    'locations', (SELECT coalesce(json_agg(json_build_object('city', l.city, 'region', l.region, 'country', l.country,
        'address', CASE WHEN j.is_anonymous THEN '' ELSE l.address END,
        'latitude', {SPOT.format("latitude")},
        'longitude', {SPOT.format("longitude")}) ORDER BY l.position, l.id), '[]')
        FROM jobs_joblocation l WHERE l.job_id = j.id),
    'skills', (SELECT coalesce(json_agg(json_build_object('id', s.public_id, 'slug', s.slug, 'name', s.name,
        'importance', k.importance, 'level', k.level, 'min_years', k.min_years) ORDER BY k.position, k.id), '[]')
        FROM jobs_jobskill k JOIN resumes_skill s ON s.id = k.skill_id WHERE k.job_id = j.id),
    'published_at', {STAMP.format("j.published_at")}, 'expires_at', {STAMP.format("j.expires_at")},
    'timezone', j.timezone) AS card
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY p(id, n)
JOIN jobs_job j ON j.id = p.id JOIN companies_company c ON c.id = j.company_id
LEFT JOIN jobs_category g ON g.id = j.category_id) cards
"""  # noqa: S608
PLAIN = CARDS.format(description="")
WITH_TEXT = CARDS.format(
    description="'description', j.description, 'requirements', j.requirements, 'benefits', j.benefits,"
)


def cards_of(job_ids: Sequence[int], *, with_text: bool = False) -> str:
    """Return the JSON array of these postings in this order; one query."""
    if not job_ids:
        return "[]"
    with connection.cursor() as cursor:
        cursor.execute(WITH_TEXT if with_text else PLAIN, {"ids": list(job_ids), "reference": REFERENCE_CURRENCY})
        return cursor.fetchone()[0]
