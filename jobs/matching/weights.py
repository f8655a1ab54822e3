"""Counting how rare skills are."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from jobs.matching.models import SkillWeight

DEFAULT_WEIGHT = 3_000  # of a skill that was not counted yet: as if one résumé in twenty had it
COUNT = """
WITH r AS (SELECT skill_id, count(*) n FROM resumes_resumeskill WHERE skill_id IS NOT NULL GROUP BY 1),
     p AS (SELECT skill_id, count(*) n FROM jobs_jobskill GROUP BY 1),
     whole AS (SELECT greatest(1, count(DISTINCT resume_id)) n FROM resumes_resumeskill)
INSERT INTO jobs_skillweight AS w (skill_id, resumes, postings, weight)
SELECT s.id, coalesce(r.n, 0), coalesce(p.n, 0), round(1000 * ln(2 + whole.n::numeric / (1 + coalesce(r.n, 0))))::int
FROM resumes_skill s CROSS JOIN whole LEFT JOIN r ON r.skill_id = s.id LEFT JOIN p ON p.skill_id = s.id
WHERE r.n > 0 OR p.n > 0
ORDER BY s.id
ON CONFLICT (skill_id) DO UPDATE SET resumes = excluded.resumes, postings = excluded.postings, weight = excluded.weight
WHERE (w.resumes, w.postings, w.weight) IS DISTINCT FROM (excluded.resumes, excluded.postings, excluded.weight)
"""


def count_weights() -> int:
    """Count all skills anew; returns how many changed. Reads every skill of every résumé: seconds, once a day."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return cursor.rowcount


def weights_of(skill_ids: Iterable[int]) -> dict[int, SkillWeight]:
    """Return the counted skills among these; one query."""
    return SkillWeight.objects.in_bulk(list(skill_ids))
