"""Rows that say what a public posting of the company says already (decision 0121), found a batch at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from companies.models import Company
from jobs.anonymity import words_of
from jobs.models import Job, Status
from jobs.services.duplicates import MOST, OCCUPYING, places_of
from jobs.similarity import SAME_TEXT, SAME_TITLE, bands_of, resemblance, shingles_of, text_of, title_resemblance

ALIKE = """
SELECT q.n, c.id, c.title FROM jsonb_to_recordset(%(rows)s) AS q(n int, bands int[])
CROSS JOIN LATERAL (
    SELECT j.id, j.title FROM jobs_jobfingerprint f JOIN jobs_job j ON j.id = f.job_id
    WHERE f.bands && q.bands AND j.company_id = %(company)s AND j.status = ANY(%(states)s)
        AND (j.expires_at IS NULL OR j.expires_at > now())
    ORDER BY j.id DESC LIMIT %(most)s
) c
"""
# Rows of a dry run that would be public are remembered up to this number; others are in the table.
REMEMBERED = 2_000
title_likeness = lru_cache(maxsize=20_000)(title_resemblance)
Places = set[tuple[str, ...]]


@dataclass(frozen=True)
class Said:
    """What a row says, in the form that is compared."""

    job: Job
    shingles: frozenset[int]
    bands: frozenset[int]
    places: Places

    def repeats(self, other: Said) -> bool:
        """Say whether both are the same work."""
        return (
            title_likeness(self.job.title, other.job.title) >= SAME_TITLE
            and bool(self.places & other.places or not (self.places or other.places))
            and resemblance(self.shingles, other.shingles) >= SAME_TEXT
        )


def said_by(job: Job, places: list[dict[str, Any]]) -> Said:
    """Return what a row's posting, which need not be saved, says."""
    shingles = shingles_of(text_of(job))
    where: Places = {(*words_of(place.get("city", "")), place.get("country", "")) for place in places}
    return Said(job, shingles, frozenset(bands_of(shingles)), where)


class Twins:
    """The postings of one company that rows may repeat: those in the table, and rows that went before."""

    def __init__(self, company: Company, *, is_rehearsal: bool = False) -> None:
        """A rehearsal writes nothing for good: its rows are remembered from batch to batch, and have no ids."""
        self.company, self.is_rehearsal = company, is_rehearsal
        self.before: list[Said] = []
        self.found: dict[int, list[Said]] = {}

    def look_up(self, rows: dict[int, Said]) -> None:
        """Find what is public and looks like these rows, by their numbers; three statements for a whole batch."""
        asked = json.dumps([{"n": number, "bands": list(said.bands)} for number, said in rows.items()])
        states = [str(status) for status in OCCUPYING]
        with connection.cursor() as cursor:
            cursor.execute(ALIKE, {"rows": asked, "company": self.company.pk, "states": states, "most": MOST})
            hits = [
                (number, job_id)
                for number, job_id, title in cursor.fetchall()
                if title_likeness(rows[number].job.title, title) >= SAME_TITLE
            ]
        known = Job.objects.filter(pk__in={job_id for _, job_id in hits}).prefetch_related("locations")
        others = {job.pk: Said(job, shingles_of(text_of(job)), frozenset(), places_of(job)) for job in known}
        self.found = {}
        for number, job_id in hits:
            self.found.setdefault(number, []).append(others[job_id])

    def of(self, number: int, said: Said) -> list[dict[str, Any]]:
        """Return the postings that this row repeats, as a report tells of them."""
        known = [
            other.job for other in self.found.get(number, ()) if other.job.pk != said.job.pk and said.repeats(other)
        ]
        rows = [other.job for other in self.before if said.bands & other.bands and said.repeats(other)]
        return [
            *(told(job, str(job.public_id), job.status) for job in known),
            *(told(job, None if self.is_rehearsal else str(job.public_id), Status.LIVE) for job in rows),
        ]

    def remember(self, said: Said) -> None:
        """Note a row that goes live, for those behind it."""
        if len(self.before) < REMEMBERED:
            self.before.append(said)

    def end_batch(self) -> None:
        """Forget the rows of a batch that is written: the table has them."""
        if not self.is_rehearsal:
            self.before.clear()


def told(job: Job, public_id: str | None, status: str) -> dict[str, Any]:
    """Return what a report says of a posting."""
    return {"id": public_id, "title": job.title, "status": status, "external_id": job.external_id}
