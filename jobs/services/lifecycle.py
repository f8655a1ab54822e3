"""A posting's life: the verbs that move its state."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.verification import require_verified
from companies.models import Company, Role
from companies.rights import RIGHTS, Right, require
from jobs.closing import waiting_for_a_decision
from jobs.events import (
    JobArchived,
    JobClosed,
    JobPaused,
    JobPublished,
    JobRecalled,
    JobReopened,
    JobResumed,
    JobScheduled,
)
from jobs.models import Job, JobVersion, Status
from jobs.search.index import index_jobs, next_ordinal, unindex_jobs
from jobs.services.duplicates import refuse_duplicates
from jobs.snapshot import snapshot_of
from jobs.verbs import VERBS, Verb, actions_of, blockers_of, needs_approval
from subscriptions.entitlements import counted_by, judge
from umemployed.api.actions import ActionSerializer
from umemployed.api.errors import Conflict, NotFound
from umemployed.api.preconditions import StaleVersion
from umemployed.audit.record import record
from umemployed.events.log import Event, publish

LIVE_JOBS = "live_jobs"


class JobNotOpen(Conflict):
    code = "job_not_open"
    title = _("The job takes no applications")
    cause = _("The job is not live, or its time is over.")
    cure = _("Look for another job; the company may reopen this one.")


class WrongState(Conflict):
    code = "wrong_state"
    title = _("The job's state does not allow this")
    cause = _("From its present state the job cannot be moved this way.")
    cure = _("Choose among the `actions` that the answer carries.")


class ApplicantsWaiting(Conflict):
    """Carries ``waiting``, how many there are."""

    code = "applicants_waiting"
    title = _("Applicants wait for a decision")
    cause = _("People have applied to this job and nobody has decided about them: `waiting` says how many.")
    cure = _(
        "POST `jobs/{id}/dispositions/` closes it and decides about everybody; or close it with `keep_applicants`,"
        " and they stay in the pipeline."
    )


class JobIncomplete(Conflict):
    code = "job_incomplete"
    title = _("The job cannot be live yet")
    cause = _(
        "Something that applicants need is missing, the last day is past, or an anonymous posting names its"
        " employer: `reasons` says which."
    )
    cure = _("Edit the job and publish again.")


class ApprovalNeeded(Conflict):
    code = "approval_needed"
    title = _("Somebody else has to approve this")
    cause = _("The company has every posting approved by a second person before the public reads it.")
    cure = _("Submit the job; to change one that is public already, ask somebody who may approve.")


def lock_open_job(job_id: int) -> Job:
    """Return the posting, its row locked to the end of the transaction, if one may apply to it now.

    Closing takes the same lock, so whichever comes first wins cleanly. Company and category are loaded with it.
    Raises NotFound when there is no such row and JobNotOpen when it is not open at this moment.
    """
    job = lock_row(job_id)
    if not job.is_open():
        raise JobNotOpen(job_status=job.status)
    return job


def lock_row(job_id: int) -> Job:
    """Return the posting with its row locked; rows that point to it can still be added meanwhile."""
    rows = Job.objects.with_company().select_for_update(of=("self",), no_key=True)
    job = rows.filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def lock_for_edit(actor: User, job_id: int, *, with_quota: bool, right: Right = Right.POST_JOBS) -> Any:
    """Return the locked posting if the actor holds the right in its company; says what the actor is to it.

    ``with_quota`` locks the company's row first: under it the number of live postings is true. Every
    caller takes the two in this order. Raises NotFound, Forbidden or EmailUnverified.
    """
    company_id = Job.objects.filter(pk=job_id).values_list("company_id", flat=True).first()
    if company_id is None:
        raise NotFound
    member = require(actor, company_id, right)
    require_verified(actor)
    if with_quota:
        Company.objects.select_for_update(no_key=True).get(pk=company_id)
    job: Any = lock_row(job_id)
    job.is_approver = Right.APPROVE_JOBS in RIGHTS[Role(member.role)]
    job.is_own = actor.pk in {job.created_by_id, job.submitted_by_id}
    return job


@counted_by(LIVE_JOBS)
def count_live_jobs(company: Company) -> int:
    """Return how many of the company's postings are live and not expired; true while its row is locked."""
    return Job.objects.filter(company=company).published().count()


def publish_job(*, actor: User, job_id: int, version: int | None = None, allow_duplicate: bool = False) -> Job:
    """Make a draft, a scheduled or a paused posting live; a draft whose moment is to come is scheduled for it.

    Raises ApprovalNeeded, JobIncomplete, DuplicatePosting, PlanLimitReached and what ``move`` raises.
    """
    return move(actor, job_id, VERBS["publish"], version, allow_duplicate=allow_duplicate)


def recall_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Take a submitted or scheduled posting back to draft."""
    return move(actor, job_id, VERBS["recall"], version)


def pause_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Take a live posting off the market for a while; it keeps its place in the order of publication."""
    return move(actor, job_id, VERBS["pause"], version)


def close_job(*, actor: User, job_id: int, version: int | None = None, keep_applicants: bool = False) -> Job:
    """End a posting. It leaves every search at once and stays readable to those who applied.

    Raises ApplicantsWaiting, unless those who are still being decided are meant to be kept, and what ``move`` raises.
    """
    return move(actor, job_id, VERBS["close"], version, keep_applicants=keep_applicants)


def reopen_job(*, actor: User, job_id: int, version: int | None = None, allow_duplicate: bool = False) -> Job:
    """Make a closed posting live again, as a new publication: among the newest, never alerted again."""
    return move(actor, job_id, VERBS["reopen"], version, allow_duplicate=allow_duplicate)


def archive_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Put a draft or a closed posting away for good."""
    return move(actor, job_id, VERBS["archive"], version)


@transaction.atomic
def move(
    actor: User,
    job_id: int,
    verb: Verb,
    version: int | None,
    *,
    allow_duplicate: bool = False,
    keep_applicants: bool = False,
) -> Job:
    """Move the posting's state under its lock, with index, history, event and audit record.

    Raises NotFound, Forbidden, EmailUnverified, StaleVersion (if a version was named) and WrongState.
    """
    job = lock_for_edit(actor, job_id, with_quota=verb.goes_live())
    check_seen(job, verb, version)
    if verb.name == "publish" and needs_approval(job):
        raise ApprovalNeeded(**state_of(job))
    if verb.name == "close" and not keep_applicants and (waiting := waiting_for_a_decision(job)):
        raise ApplicantsWaiting(waiting=waiting, **state_of(job))
    before = Status(job.status)
    transfer(job, verb, actor, allow_duplicate=allow_duplicate)
    record(f"job:{verb.name}", actor=actor, target=job, before=before, after=job.status, version=job.version)
    return job


def check_seen(job: Job, verb: Verb, version: int | None) -> None:
    """Raise StaleVersion or WrongState where the locked posting is not what the actor acts upon."""
    if version is not None and version != job.version:
        raise StaleVersion(current_version=job.version, **state_of(job))
    if job.status not in verb.sources:
        raise WrongState(**state_of(job))


def transfer(job: Job, verb: Verb, actor: User | None, *, allow_duplicate: bool = False) -> None:
    """Do a move that is allowed: judge what publication asks for, save, index, keep the version, tell."""
    before, target = Status(job.status), verb.target_of(job)
    if verb.goes_live():
        check_publishable(job)
        if before != Status.PAUSED and not allow_duplicate:
            refuse_duplicates(job)
    if target == Status.LIVE:
        judge(subject=job.company, key=LIVE_JOBS, used=count_live_jobs(job.company))
    enter(job, target, before)
    job.save()
    if target == Status.LIVE:
        index_jobs([job.pk])
        keep_version(job, actor)
    elif before == Status.LIVE:
        unindex_jobs([job.pk])
    publish(event_of(job, before), aggregate=job, actor=actor)


def state_of(job: Job) -> dict[str, Any]:
    """Return the state that a conflict tells."""
    return {"job_status": job.status, "actions": ActionSerializer(actions_of(job), many=True).data}


def check_publishable(job: Job) -> None:
    """Raise JobIncomplete naming every reason why the posting cannot be live as it is."""
    reasons = blockers_of(job)
    if reasons:
        raise JobIncomplete(reasons=reasons)


def enter(job: Job, target: Status, before: Status) -> None:
    """Set what a state brings with it. A publication takes a place in the order; a pause keeps it."""
    job.status = target
    job.version += 1
    job.hold_reason = ""
    if target == Status.LIVE and before != Status.PAUSED:
        job.published_at, job.search_ord, job.closed_at = timezone.now(), next_ordinal(), None
    if target == Status.CLOSED:
        job.closed_at = timezone.now()


def keep_version(job: Job, author: User | None) -> None:
    """Keep what the posting says from now on, unless the newest kept version says the same; 6 queries."""
    snapshot = snapshot_of(job)
    last = job.versions.values_list("snapshot", flat=True).first()
    if last is None or {**last, "version": None} != {**snapshot, "version": None}:
        JobVersion.objects.create(job=job, number=job.version, snapshot=snapshot, author=author)


def event_of(job: Job, before: Status) -> Event:
    """Return the fact that the move made true."""
    if job.status == Status.LIVE:
        began = {Status.PAUSED: JobResumed, Status.CLOSED: JobReopened}
        return cast("Event", began.get(before, JobPublished)(job.pk))
    others = {
        Status.DRAFT: JobRecalled,
        Status.SCHEDULED: JobScheduled,
        Status.PAUSED: JobPaused,
        Status.CLOSED: JobClosed,
        Status.ARCHIVED: JobArchived,
    }
    return cast("Event", others[Status(job.status)](job.pk))
