"""A posting's life: the verbs that move its state."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.verification import require_verified
from companies.models import Company
from companies.rights import Right, require
from jobs.events import JobArchived, JobClosed, JobPaused, JobPublished, JobReopened, JobResumed
from jobs.models import Job, JobVersion, Status
from jobs.search.index import index_jobs, next_ordinal, unindex_jobs
from jobs.snapshot import snapshot_of
from jobs.verbs import VERBS, Verb, actions_of, blockers_of
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


class JobIncomplete(Conflict):
    code = "job_incomplete"
    title = _("The job cannot be live yet")
    cause = _("Something that applicants need is missing, or the last day is past: `reasons` names it.")
    cure = _("Edit the job and publish again.")


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


def lock_for_edit(actor: User, job_id: int, *, with_quota: bool) -> Job:
    """Return the locked posting if the actor may post for its company.

    ``with_quota`` locks the company's row first: under it the number of live postings is true. Every
    caller takes the two in this order. Raises NotFound, Forbidden or EmailUnverified.
    """
    company_id = Job.objects.filter(pk=job_id).values_list("company_id", flat=True).first()
    if company_id is None:
        raise NotFound
    require(actor, company_id, Right.POST_JOBS)
    require_verified(actor)
    if with_quota:
        Company.objects.select_for_update(no_key=True).get(pk=company_id)
    return lock_row(job_id)


@counted_by(LIVE_JOBS)
def count_live_jobs(company: Company) -> int:
    """Return how many of the company's postings are live and not expired; true while its row is locked."""
    return Job.objects.filter(company=company).published().count()


def publish_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Make a draft or a paused posting live. Raises JobIncomplete, PlanLimitReached and what ``move`` raises."""
    return move(actor, job_id, VERBS["publish"], version)


def pause_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Take a live posting off the market for a while; it keeps its place in the order of publication."""
    return move(actor, job_id, VERBS["pause"], version)


def close_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """End a posting. It leaves every search at once and stays readable to those who applied."""
    return move(actor, job_id, VERBS["close"], version)


def reopen_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Make a closed posting live again, as a new publication: among the newest, never alerted again."""
    return move(actor, job_id, VERBS["reopen"], version)


def archive_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Put a draft or a closed posting away for good."""
    return move(actor, job_id, VERBS["archive"], version)


@transaction.atomic
def move(actor: User, job_id: int, verb: Verb, version: int | None) -> Job:
    """Move the posting's state under its lock, with index, history, event and audit record.

    Raises NotFound, Forbidden, EmailUnverified, StaleVersion (if a version was named) and WrongState.
    """
    job = lock_for_edit(actor, job_id, with_quota=verb.target == Status.LIVE)
    if version is not None and version != job.version:
        raise StaleVersion(current_version=job.version, **state_of(job))
    if job.status not in verb.sources:
        raise WrongState(**state_of(job))
    before = Status(job.status)
    if verb.target == Status.LIVE:
        check_publishable(job)
        judge(subject=job.company, key=LIVE_JOBS, used=count_live_jobs(job.company))
    enter(job, verb.target, before)
    job.save()
    if verb.target == Status.LIVE:
        index_jobs([job.pk])
        keep_version(job, actor)
    elif before == Status.LIVE:
        unindex_jobs([job.pk])
    publish(event_of(job, before), aggregate=job, actor=actor)
    record(f"job:{verb.name}", actor=actor, target=job, before=before, after=job.status, version=job.version)
    return job


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
        began = {Status.DRAFT: JobPublished, Status.PAUSED: JobResumed, Status.CLOSED: JobReopened}
        return cast("Event", began[before](job.pk))
    ended = {Status.PAUSED: JobPaused, Status.CLOSED: JobClosed, Status.ARCHIVED: JobArchived}
    return cast("Event", ended[Status(job.status)](job.pk))
