"""Publication at a moment that was set before: exactly once, and not later than somebody asks."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from companies.models import Company
from jobs.events import JobHeldBack
from jobs.models import Job, Status
from jobs.services.lifecycle import JobIncomplete, lock_row, transfer
from jobs.verbs import VERBS
from subscriptions.entitlements import PlanLimitReached
from umemployed.audit.record import record
from umemployed.events.log import publish

BATCH = 200


def publish_due_jobs() -> int:
    """Publish every posting whose moment has come, each in a transaction of its own; returns how many went live."""
    due = Job.objects.filter(status=Status.SCHEDULED, publish_at__lte=timezone.now()).order_by("publish_at", "pk")
    return sum(publish_due_job(job_id=pk) for pk in due.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def publish_due_job(*, job_id: int) -> bool:
    """Publish one posting if its moment has come and nobody else did; say whether this call did it.

    Nobody asks for it at that moment, so what stands against it (the plan's limit, an expiry that passed) is
    not raised: the posting becomes a draft again, with the reason, and its team is told.
    """
    company_id = Job.objects.filter(pk=job_id).values_list("company_id", flat=True).first()
    if company_id is None:
        return False
    Company.objects.select_for_update(no_key=True).get(pk=company_id)
    job = lock_row(job_id)
    if not job.is_due():
        return False
    try:
        with transaction.atomic():
            transfer(job, VERBS["publish"], None, allow_duplicate=True)
    except (JobIncomplete, PlanLimitReached) as refusal:
        hold_back(lock_row(job_id), refusal)
        return False
    record("job:publish", actor=None, target=job, before=Status.SCHEDULED, after=job.status, version=job.version)
    return True


def hold_back(job: Job, refusal: JobIncomplete | PlanLimitReached) -> None:
    """Make a posting that could not be published at its moment a draft that says why."""
    job.status = Status.DRAFT
    job.hold_reason = (refusal.extra.get("reasons") or [refusal.code])[0]
    job.version += 1
    job.save()
    publish(JobHeldBack(job.pk), aggregate=job)
    record("job:held_back", actor=None, target=job, reason=job.hold_reason, version=job.version)
