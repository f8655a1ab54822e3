"""The same work posted twice: the guard against it by mistake, and the verb that copies on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.verification import require_verified
from companies.rights import Right, require
from jobs.anonymity import words_of
from jobs.models import Job, JobLocation, JobSkill, ScreeningQuestion, Status
from jobs.models.fingerprint import JobFingerprint
from jobs.similarity import (
    SAME_TEXT,
    SAME_TITLE,
    bands_of,
    resemblance,
    shingles_of,
    text_of,
    title_resemblance,
)
from umemployed.api.errors import Conflict, NotFound
from umemployed.audit.record import record

OCCUPYING = (Status.PENDING, Status.SCHEDULED, Status.LIVE, Status.PAUSED)
MOST = 50
COPIED = (
    *("title", "description", "requirements", "benefits", "language", "category", "employment_type"),
    *("experience_level", "work_mode", "eligible_countries", "openings", "is_anonymous", "timezone"),
    *("salary_min", "salary_max", "salary_currency", "salary_period", "salary_basis", "hours_per_week"),
    *("salary_yearly_min", "salary_yearly_max"),
)


class DuplicatePosting(Conflict):
    code = "duplicate_posting"
    title = _("The company has this posting already")
    cause = _("Title, place and text are nearly those of the postings in `duplicates`.")
    cure = _("Go on with one of those, or send `allow_duplicate: true` if this is meant.")


def refuse_duplicates(job: Job) -> None:
    """Keep the posting's fingerprint; raise DuplicatePosting naming the company's own that it repeats.

    True while the company's row is locked: of two equal drafts that go live at once, one does. Two queries,
    and two more where some text is alike.
    """
    keep_fingerprints([job])
    found = duplicates_of(job)
    if found:
        raise DuplicatePosting(
            duplicates=[{"id": str(twin.public_id), "title": twin.title, "status": twin.status} for twin in found]
        )


def keep_fingerprints(jobs: Sequence[Job]) -> None:
    """Make the fingerprints say what the postings say; one statement for all."""
    JobFingerprint.objects.bulk_create(
        [JobFingerprint(job=job, bands=bands_of(shingles_of(text_of(job)))) for job in jobs],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["bands"],
    )


def duplicates_of(job: Job) -> list[Job]:
    """Return the company's postings that are public, or on their way, and say nearly the same."""
    shingles = shingles_of(text_of(job))
    alike = Job.objects.filter(
        company_id=job.company_id, status__in=OCCUPYING, fingerprint__bands__overlap=bands_of(shingles)
    )
    candidates = [
        other
        for other in alike.exclude(pk=job.pk).order_by("-pk").prefetch_related("locations")[:MOST]
        if not other.is_expired() and title_resemblance(job.title, other.title) >= SAME_TITLE
    ]
    if not candidates:
        return []
    here = places_of(job)
    return [
        other
        for other in candidates
        if (here & places_of(other) or not (here or places_of(other)))
        and resemblance(shingles, shingles_of(text_of(other))) >= SAME_TEXT
    ]


def places_of(job: Job) -> set[tuple[str, ...]]:
    """Return where the work is, each place in a form that case and accents do not change."""
    return {(*words_of(place.city), place.country) for place in job.locations.all()}


@transaction.atomic
def duplicate_job(*, actor: User, job_id: int) -> Job:
    """Make a new draft that says the same: without dates, references and the marks of an import.

    Raises NotFound, Forbidden and EmailUnverified.
    """
    original = Job.objects.with_parts().filter(pk=job_id).first()
    if original is None:
        raise NotFound
    require(actor, original.company_id, Right.POST_JOBS)
    require_verified(actor)
    copy = Job(company=original.company, created_by=actor, **{name: getattr(original, name) for name in COPIED})
    copy.save()
    copy_parts(original, copy)
    record("job:duplicated", actor=actor, target=copy, original=str(original.public_id))
    return copy


def copy_parts(original: Job, copy: Job) -> None:
    """Give the copy places, skills and questions of its own; three statements."""
    parts: tuple[Any, ...] = (
        (JobLocation, original.locations, ("city", "region", "country", "address", "latitude", "longitude")),
        (JobSkill, original.skills, ("skill_id", "importance", "level", "min_years")),
        (
            ScreeningQuestion,
            original.questions,
            ("type", "label", "help_text", "is_required", "options", "bounds", "knock_out"),
        ),
    )
    for model, rows, names in parts:
        model.objects.bulk_create(
            model(job=copy, position=row.position, **{name: getattr(row, name) for name in names}) for row in rows.all()
        )
