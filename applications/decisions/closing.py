"""Closing a job with a decision about everybody who is still active in it."""

from __future__ import annotations

import time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.decisions.events import DispositionFinished
from applications.decisions.models import Disposition, DispositionItem
from applications.decisions.vocabulary import Act, DispositionStatus, ItemStatus
from applications.hiring.rights import require_on_job
from applications.models.core import Application
from applications.services.deciding import reject_application
from applications.vocabulary import RejectionReason, Status
from companies.rights import Right
from jobs.closing import waits_for_a_decision
from jobs.models import Job
from jobs.models import Status as JobStatus
from jobs.services import close_job
from jobs.services.lifecycle import lock_row
from umemployed.api.errors import ApiError, Conflict, Forbidden, Invalid
from umemployed.audit.record import record
from umemployed.events.log import publish

BATCH = 50


class DispositionRunning(Conflict):
    code = "disposition_running"
    title = _("A disposition of this job is running")
    cause = _("One decision about all who are left is made at a time.")
    cure = _("Wait until `jobs/{id}/dispositions/` shows it done.")


@waits_for_a_decision
def active_applicants(job: Job) -> int:
    """Count those about whom nobody has decided; under the job's lock nobody can apply."""
    return Application.objects.filter(job=job, status=Status.ACTIVE).count()


# --- Starting ------------------------------------------------------------------------------------
@transaction.atomic
def start_disposition(
    *,
    actor: User,
    job_id: int,
    version: int | None = None,
    act: Act = Act.REJECT,
    reason: str = RejectionReason.JOB_CLOSED,
    delay_minutes: int | None = None,
    exceptions: list[dict[str, Any]] | None = None,
) -> Disposition:
    """Close the job, unless it is closed, and decide about every active applicant; workers carry it out.

    ``exceptions`` are ``{application, act, reason}`` that differ from the rest. Under the job's lock nobody can
    apply, so nobody is forgotten. Raises what ``close_job`` raises, Forbidden, Invalid and DispositionRunning.
    """
    job = lock_row(job_id)
    require_on_job(actor, company_id=job.company_id, job_id=job.pk, right=Right.MOVE_APPLICATIONS)
    if job.status != JobStatus.CLOSED:
        close_job(actor=actor, job_id=job_id, version=version, keep_applicants=True)
    disposition = open_disposition(Disposition(job=job, started_by=actor, delay_minutes=delay_minutes))
    special = {each["application"]: each for each in exceptions or []}
    active = Application.objects.filter(job=job, status=Status.ACTIVE).order_by("pk").values_list("pk", "public_id")
    unknown = set(special) - {public_id for _pk, public_id in active}
    if unknown:
        raise Invalid.on_field("exceptions", _("An application is not active in this job."), code="does_not_exist")
    DispositionItem.objects.bulk_create(
        item_for(disposition, pk, special.get(public_id, {"act": act, "reason": reason})) for pk, public_id in active
    )
    record("disposition:started", actor=actor, target=disposition, items=len(active), reason=reason)
    finish_if_done(disposition)
    return disposition


def open_disposition(disposition: Disposition) -> Disposition:
    """Insert it, unless one is running."""
    try:
        with transaction.atomic():
            disposition.save()
    except IntegrityError:
        raise DispositionRunning from None
    return disposition


def item_for(disposition: Disposition, pk: int, choice: dict[str, Any]) -> DispositionItem:
    """Return the item of one applicant; who is kept is done with already."""
    kept = choice["act"] == Act.KEEP
    return DispositionItem(
        disposition=disposition,
        application_id=pk,
        act=choice["act"],
        reason="" if kept else choice.get("reason") or RejectionReason.JOB_CLOSED,
        status=ItemStatus.DONE if kept else ItemStatus.PENDING,
    )


@transaction.atomic
def retry_disposition(*, actor: User, disposition_id: int) -> Disposition:
    """Take up again what failed. Raises Forbidden and DispositionRunning."""
    disposition = Disposition.objects.for_user(actor).select_related("job").get(pk=disposition_id)
    job = lock_row(disposition.job_id)
    require_on_job(actor, company_id=job.company_id, job_id=job.pk, right=Right.MOVE_APPLICATIONS)
    disposition.status, disposition.started_by, disposition.finished_at = DispositionStatus.RUNNING, actor, None
    open_disposition(disposition)
    disposition.items.filter(status=ItemStatus.FAILED).update(status=ItemStatus.PENDING, problem="")
    finish_if_done(disposition)
    return disposition


# --- Carrying it out -----------------------------------------------------------------------------
def work_off_dispositions(*, seconds: float) -> int:
    """Carry out what is pending, for so long at most; returns the number of items. Any number may run at once."""
    deadline, done = time.monotonic() + seconds, 0
    for disposition in Disposition.objects.filter(status=DispositionStatus.RUNNING).order_by("pk"):
        while time.monotonic() < deadline and (batch := list(pending_of(disposition)[:BATCH])):
            worked = sum(work_off_item(pk) for pk in batch)
            done += worked
            if not worked:
                break  # others hold all of these
        finish_if_done(disposition)
    return done


def pending_of(disposition: Disposition) -> QuerySet[DispositionItem, Any]:
    """Return the ids of what is left to do, in order."""
    return disposition.items.filter(status=ItemStatus.PENDING).order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def work_off_item(item_id: int) -> bool:
    """Decide about one applicant in one transaction with its item, so that a death in between does neither."""
    locked = DispositionItem.objects.select_for_update(skip_locked=True, of=("self",))
    item = locked.select_related("disposition__started_by").filter(pk=item_id, status=ItemStatus.PENDING).first()
    if item is None:
        return False
    item.problem = carry_out(item)
    item.status = ItemStatus.FAILED if item.problem else ItemStatus.DONE
    item.save(update_fields=["status", "problem"])
    return True


def carry_out(item: DispositionItem) -> str:
    """Reject, by the hand and with the rights of who started it; return the code of what stood against it."""
    disposition = item.disposition
    try:
        if disposition.started_by is None:
            raise Forbidden
        reject_application(
            actor=disposition.started_by,
            application_id=item.application_id,
            version=None,
            reason=item.reason,
            delay_minutes=disposition.delay_minutes,
        )
    except ApiError as error:
        return str(error.extra.get("reason") or error.code)
    return ""


@transaction.atomic
def finish_if_done(disposition: Disposition) -> None:
    """Note once that nothing is pending any more, and tell it."""
    running = Disposition.objects.filter(pk=disposition.pk, status=DispositionStatus.RUNNING)
    if pending_of(disposition).exists():
        return
    if running.update(status=DispositionStatus.DONE, finished_at=timezone.now()):
        disposition.refresh_from_db(fields=["status", "finished_at"])
        publish(DispositionFinished(disposition.pk), aggregate=disposition, actor=disposition.started_by)
