"""Reporting, looking, and deciding. Only a person takes a posting down, and another can put it back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.events import JobClosed, JobRestored, JobTakenDown
from jobs.models import Job, Status
from jobs.moderation.models import FraudSignal, JobReport
from jobs.moderation.signals import LOOKS
from jobs.moderation.vocabulary import Verdict
from jobs.search.index import unindex_jobs
from jobs.services.lifecycle import lock_row
from umemployed.api.errors import Conflict, Forbidden, NotFound
from umemployed.api.limits import spend
from umemployed.audit.record import record
from umemployed.events.log import publish


class AlreadyReported(Conflict):
    code = "already_reported"
    title = _("You reported this already")
    cause = _("Your earlier report of this job has not been judged yet.")
    cure = _("Nothing more is needed; staff will look at it.")


@transaction.atomic
def report_job(*, actor: User, job_id: int, reason: str, details: str = "") -> JobReport:
    """Tell staff that something is wrong with a posting that one may read.

    Raises NotFound, AlreadyReported and TooManyRequests.
    """
    job = Job.objects.for_user(actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    spend("report", f"user:{actor.pk}")
    try:
        with transaction.atomic():
            report = JobReport.objects.create(job=job, reporter=actor, reason=reason, details=details)
    except IntegrityError:
        raise AlreadyReported from None
    record("job:reported", actor=actor, target=job, reason=reason)
    return report


@transaction.atomic
def examine_job(*, job_id: int) -> list[FraudSignal]:
    """Look at a posting and keep what looks wrong, with its evidence; returns what is open now.

    What does not look wrong any more goes; what staff judged stays judged as long as the evidence is the same.
    """
    job = Job.objects.select_related("company").filter(pk=job_id).first()
    if job is None:
        return []
    known = {signal.kind: signal for signal in FraudSignal.objects.select_for_update().filter(job=job)}
    for kind, look in LOOKS.items():
        evidence, signal = look(job), known.get(kind)
        if evidence is None:
            FraudSignal.objects.filter(job=job, kind=kind, verdict=Verdict.OPEN).delete()
        elif signal is None or signal.evidence != evidence:
            fresh = {"evidence": evidence, "found_at": timezone.now(), "verdict": Verdict.OPEN, "note": ""}
            FraudSignal.objects.update_or_create(
                job=job, kind=kind, defaults={**fresh, "judged_by": None, "judged_at": None}
            )
    return list(FraudSignal.objects.filter(job=job, verdict=Verdict.OPEN))


@transaction.atomic
def judge_job(*, actor: User, job_id: int, verdict: Verdict, note: str = "") -> int:
    """Judge everything that is open about a posting; returns how many. Raises Forbidden unless the actor is staff."""
    require_staff(actor)
    job = lock_row(job_id)
    said = {"verdict": verdict, "note": note, "judged_by": actor, "judged_at": timezone.now()}
    number = sum(
        model.objects.filter(job=job, verdict=Verdict.OPEN).update(**said)  # type: ignore[attr-defined]
        for model in (JobReport, FraudSignal)
    )
    record("job:judged", actor=actor, target=job, verdict=str(verdict), number=number)
    return number


@transaction.atomic
def take_down_job(*, actor: User, job_id: int, note: str = "") -> Job:
    """Take a posting off the market, and keep it off until ``restore_job``. What is open about it is upheld.

    Raises NotFound, and Forbidden unless the actor is staff.
    """
    require_staff(actor)
    job = lock_row(job_id)
    if job.taken_down_at is not None:
        return job
    was_live, before = job.status == Status.LIVE, job.status
    if job.status in {Status.LIVE, Status.PAUSED}:
        job.status, job.closed_at = Status.CLOSED, timezone.now()
        publish(JobClosed(job.pk), aggregate=job, actor=actor)
    elif job.status in {Status.PENDING, Status.SCHEDULED}:
        job.status = Status.DRAFT
    job.taken_down_at = timezone.now()
    job.version += 1
    job.save()
    if was_live:
        unindex_jobs([job.pk])
    judge_job(actor=actor, job_id=job.pk, verdict=Verdict.UPHELD, note=note)
    publish(JobTakenDown(job.pk), aggregate=job, actor=actor)
    record("job:taken_down", actor=actor, target=job, before=before, after=job.status, note=note)
    return job


@transaction.atomic
def restore_job(*, actor: User, job_id: int) -> Job:
    """Let a posting that was taken down be published again by its company.

    Raises NotFound, and Forbidden unless the actor is staff.
    """
    require_staff(actor)
    job = lock_row(job_id)
    if job.taken_down_at is not None:
        job.taken_down_at = None
        job.version += 1
        job.save()
        publish(JobRestored(job.pk), aggregate=job, actor=actor)
        record("job:restored", actor=actor, target=job)
    return job


def require_staff(actor: User) -> None:
    """Raise Forbidden unless the actor is active staff."""
    if not (actor.is_active and actor.is_staff):
        raise Forbidden
