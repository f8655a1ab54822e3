"""Applying, and what stands against it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import require_verified
from applications.barriers import stands_against
from applications.capsules import freeze
from applications.events import ApplicationSubmitted
from applications.models import Application, ApplicationFile
from applications.pipeline.layout import stages_of
from applications.pipeline.models import JobPipeline
from applications.referrals.services import note_code
from applications.services.acting import write_history
from applications.vocabulary import STANDING, EventKind
from jobs.forms import check_answers
from jobs.insight.services import count_apply
from jobs.models import Job, QuestionType
from jobs.services import lock_open_job
from resumes.snapshot import whole_resume_of
from subscriptions.entitlements import consume
from umemployed.api.errors import Conflict, Invalid, NotFound
from umemployed.api.gather import gather
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.files.services import FileNotReady, attach

FILE_PURPOSE = "application_answer"
ONE_APPLICATION = {"application_one_standing", "application_once_per_attempt"}


class AlreadyApplied(Conflict):
    code = "already_applied"
    title = _("You have applied already")
    cause = _("One person has one application to a job at a time.")
    cure = _("Look at `application`; withdraw it if you want to apply anew.")


class CompanyBlocked(Conflict):
    code = "company_blocked"
    title = _("You blocked this company")
    cause = _("While your block stands the company could not answer you.")
    cure = _("Lift your block at /api/v1/blocks/, then apply.")


class CooldownRunning(Conflict):
    code = "cooldown_running"
    title = _("Too early to apply again")
    cause = _("After a withdrawal or a rejection one waits before applying to the same job again.")
    cure = _("Apply again after `may_apply_at`.")


def submit_application(
    *,
    actor: User,
    job_id: int,
    resume_id: uuid.UUID,
    answers: Any = None,
    cover_letter: str = "",
    source: str = "",
    referral: str = "",
) -> Application:
    """Apply, and freeze what was sent. Locks the job, so closing it wins or loses cleanly.

    Calling this is the person's consent that the company keeps the capsule. Raises EmailUnverified,
    NotFound, JobNotOpen, AlreadyApplied, CooldownRunning, Invalid, PlanLimitReached. The application comes
    with its parties, ready to be shown to the candidate.
    """
    require_verified(actor)
    try:
        with transaction.atomic():
            job = lock_open_job(job_id)
            if referral:
                note_code(actor, job, referral)
            return apply_to(job, actor, resume_id, answers, cover_letter, source)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) in ONE_APPLICATION:
            raise AlreadyApplied() from None
        raise


def apply_to(job: Job, actor: User, resume_id: uuid.UUID, answers: Any, cover_letter: str, source: str) -> Application:
    """Judge and write everything, under the job's lock."""
    if stands_against(actor, job):
        raise CompanyBlocked
    attempt = next_attempt(actor, job)
    gather(job, "locations", "skills__skill", "questions", "stages", "pipelines")
    resume = whole_resume_of(actor, resume_id)
    if resume is None:
        raise Invalid.on_field("resume", _("There is no such résumé, or it is not yours."), code="does_not_exist")
    checked = check_answers(job, answers)
    consume(subject=actor, key="applications_per_day")
    stages = stages_of(job)
    application = Application.objects.create(
        job=job,
        company=job.company,
        candidate=actor,
        resume=resume,
        attempt=attempt,
        stage=stages[0],
        source=source,
        reply_due_at=promise_of(job),
        is_knocked_out=any(answer["knocked_out"] for answer in checked),
    )
    freeze(application, resume=resume, answers=checked, cover_letter=cover_letter)
    attach_files(actor, application, checked)
    count_apply(job=job, source=source)
    write_history(application, EventKind.SUBMITTED, actor=actor, shown=True)
    publish(ApplicationSubmitted(application.pk), aggregate=application, actor=actor)
    record("application:submitted", actor=actor, target=application, attempt=attempt)
    return application


def promise_of(job: Job) -> datetime | None:
    """Return until when an application that is sent now is to be answered, if the job promises anything."""
    pipeline = next(iter(job.pipelines.all()), None) or JobPipeline.objects.filter(job=job).first()
    days = pipeline.reply_days if pipeline is not None else None
    return timezone.now() + timedelta(days=days) if days else None


def next_attempt(actor: User, job: Job) -> int:
    """Return the number of the next attempt; raises AlreadyApplied and CooldownRunning."""
    last = Application.objects.filter(job=job, candidate=actor).order_by("-attempt").first()
    if last is None:
        return 1
    if last.status in STANDING or last.withheld_until is not None:
        raise AlreadyApplied(application=str(last.public_id))
    may_apply_at = (last.decided_at or timezone.now()) + settings.REAPPLY_COOLDOWN
    if may_apply_at > timezone.now():
        raise CooldownRunning(application=str(last.public_id), may_apply_at=may_apply_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return last.attempt + 1


def attach_files(actor: User, application: Application, checked: list[dict[str, Any]]) -> None:
    """Take the files that answers name into use; raises Invalid naming the answers."""
    for answer in checked:
        if answer["type"] != QuestionType.FILE or answer["value"] is None:
            continue
        try:
            file = attach(actor=actor, file_id=uuid.UUID(answer["value"]), purpose=FILE_PURPOSE)
        except (NotFound, FileNotReady):
            raise Invalid.on_field(
                "answers", f"{answer['label']}: {_('there is no such file, or it cannot be used.')}", code="bad_file"
            ) from None
        ApplicationFile.objects.create(application=application, file=file)
