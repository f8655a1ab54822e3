"""Putting postings on the shelf, and taking them off. Every verb may be repeated and changes nothing then."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from jobs.models import Job
from jobs.shelf.models import HiddenJob, SavedJob
from umemployed.api.errors import NotFound

# The oldest beyond it are forgotten, so that a search costs the same for everybody.
MOST_HIDDEN = 1_000


@transaction.atomic
def save_job(*, actor: User, job_id: int) -> None:
    """Put a posting that one may read on the shelf. Raises NotFound."""
    job = readable(actor, job_id)
    SavedJob.objects.bulk_create([SavedJob(user=actor, job=job, title=job.title)], ignore_conflicts=True)


@transaction.atomic
def unsave_job(*, actor: User, job_id: int) -> None:
    """Take a posting off the shelf, whether it is still there or not."""
    SavedJob.objects.for_user(actor).filter(job_id=job_id).delete()


@transaction.atomic
def hide_job(*, actor: User, job_id: int) -> None:
    """Leave a posting out of one's own searches. Raises NotFound."""
    job = readable(actor, job_id)
    HiddenJob.objects.bulk_create([HiddenJob(user=actor, job=job)], ignore_conflicts=True)
    kept = HiddenJob.objects.for_user(actor).order_by("-pk").values("pk")[:MOST_HIDDEN]
    HiddenJob.objects.for_user(actor).exclude(pk__in=kept).delete()


@transaction.atomic
def unhide_job(*, actor: User, job_id: int) -> None:
    """Let a posting be found again."""
    HiddenJob.objects.for_user(actor).filter(job_id=job_id).delete()


def readable(actor: User, job_id: int) -> Job:
    """Return the posting if the actor may read it. Raises NotFound."""
    job = Job.objects.for_user(actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def hidden_by(user: User | AnonymousUser) -> tuple[int, ...]:
    """Return the ids of what this person never wants to see, at most MOST_HIDDEN; one query, none for nobody."""
    if not user.is_authenticated:
        return ()
    return tuple(HiddenJob.objects.for_user(user).order_by("-pk").values_list("job_id", flat=True)[:MOST_HIDDEN])
