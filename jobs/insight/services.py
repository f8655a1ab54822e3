"""Counting: one small row per visit, folded into days by the clock, added up when somebody asks.

A visit is a row the moment it is made, folding deletes rows and adds them up in one statement, and reading
adds up both sides in one statement: no process that dies at any point loses or doubles one.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from jobs.insight.models import Visit
from jobs.insight.visitors import source_of
from jobs.models import Job

BATCH = 20_000
FOLD = """
WITH taken AS (
    DELETE FROM jobs_visit WHERE id IN (SELECT id FROM jobs_visit ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    RETURNING job_id, day, source, is_apply
), folded AS (
    INSERT INTO jobs_dailycount AS c (job_id, day, source, views, applies)
    SELECT job_id, day, source, count(*) FILTER (WHERE NOT is_apply), count(*) FILTER (WHERE is_apply)
    FROM taken GROUP BY job_id, day, source ORDER BY job_id, day, source
    ON CONFLICT (job_id, day, source) DO UPDATE
    SET views = c.views + excluded.views, applies = c.applies + excluded.applies
)
SELECT count(*) FROM taken
"""
COUNTS = """
SELECT day, source, sum(views), sum(applies) FROM (
    SELECT day, source, views, applies FROM jobs_dailycount
    WHERE job_id = %(job)s AND day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT day, source, (NOT is_apply)::int, is_apply::int FROM jobs_visit
    WHERE job_id = %(job)s AND day BETWEEN %(first)s AND %(last)s
) counted GROUP BY day, source ORDER BY day, source
"""


def count_view(*, job: Job, source: str = "") -> None:
    """Count that somebody opened the posting; one insert."""
    count(job, source, is_apply=False)


def count_apply(*, job: Job, source: str = "") -> None:
    """Count an application, in the transaction that makes it; one insert. For the app above that takes them."""
    count(job, source, is_apply=True)


def count(job: Job, source: str, *, is_apply: bool) -> None:
    """Write the visit down, on the day that it is in the posting's zone."""
    Visit.objects.create(job=job, day=today_of(job), source=source_of(source), is_apply=is_apply)


def today_of(job: Job) -> date:
    """Return which day it is where the posting's clocks are."""
    return timezone.localdate(timezone=ZoneInfo(job.timezone))


def fold_visits() -> int:
    """Add waiting visits to their days; returns how many. Any number of processes may do so at once."""
    folded = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(FOLD, {"batch": BATCH})
            (taken,) = cursor.fetchone()
        folded += taken
        if taken < BATCH:
            return folded


def counts_of(job: Job, first: date, last: date) -> list[dict[str, Any]]:
    """Return ``{"day", "source", "views", "applies"}`` of every day and source that has any; one query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"job": job.pk, "first": first, "last": last})
        return [dict(zip(("day", "source", "views", "applies"), row, strict=True)) for row in cursor.fetchall()]
