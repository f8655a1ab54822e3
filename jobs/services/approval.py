"""Approval before publishing: what one person submits, another one lets through or sends back.

Two pairs of eyes: whoever wrote or submitted a posting never judges it. The judge names the version that
they saw, and an edit takes a posting out of its review, so nothing is approved that was not read.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.rights import Right
from jobs.events import JobApproved, JobRejected, JobSubmitted
from jobs.models import Job, JobReview, Status
from jobs.services.lifecycle import (
    WrongState,
    check_publishable,
    check_seen,
    lock_for_edit,
    state_of,
    transfer,
)
from jobs.verbs import VERBS
from umemployed.api.errors import Forbidden
from umemployed.audit.record import record
from umemployed.events.log import publish


class OwnPosting(Forbidden):
    code = "own_posting"
    title = _("Somebody else has to judge it")
    cause = _("You wrote or submitted this posting, and nobody approves their own.")
    cure = _("Ask another member of the company who may approve postings.")


@transaction.atomic
def submit_job(*, actor: User, job_id: int, version: int | None = None) -> Job:
    """Ask for approval of a draft that is otherwise ready.

    Raises NotFound, Forbidden, EmailUnverified, StaleVersion, WrongState (also where the company asks for
    no approval) and JobIncomplete.
    """
    job = lock_for_edit(actor, job_id, with_quota=False)
    check_seen(job, VERBS["submit"], version)
    if not job.company.approves_jobs:
        raise WrongState(_("This company asks for no approval: publish the job."), **state_of(job))
    check_publishable(job)
    job.status, job.submitted_by = Status.PENDING, actor
    job.version += 1
    job.save()
    publish(JobSubmitted(job.pk), aggregate=job, actor=actor)
    record("job:submit", actor=actor, target=job, version=job.version)
    return job


@transaction.atomic
def approve_job(
    *, actor: User, job_id: int, version: int | None = None, comment: str = "", allow_duplicate: bool = False
) -> Job:
    """Let a submitted posting be published: now, or at its moment.

    Raises NotFound, Forbidden, EmailUnverified, StaleVersion, WrongState, OwnPosting, JobIncomplete,
    DuplicatePosting and PlanLimitReached.
    """
    job = lock_for_review(actor, job_id, "approve", version)
    seen = job.version
    transfer(job, VERBS["approve"], actor, allow_duplicate=allow_duplicate)
    keep_review(job, actor, seen, [], comment)
    publish(JobApproved(job.pk), aggregate=job, actor=actor)
    record("job:approve", actor=actor, target=job, after=job.status, version=job.version)
    return job


@transaction.atomic
def reject_job(
    *, actor: User, job_id: int, objections: Sequence[str], version: int | None = None, comment: str = ""
) -> Job:
    """Send a submitted posting back to its author with reasons (of ``Objection``).

    Raises NotFound, Forbidden, EmailUnverified, StaleVersion, WrongState and OwnPosting.
    """
    job = lock_for_review(actor, job_id, "reject", version)
    seen = job.version
    job.status = Status.DRAFT
    job.version += 1
    job.save()
    keep_review(job, actor, seen, sorted(set(objections)), comment)
    publish(JobRejected(job.pk), aggregate=job, actor=actor)
    record("job:reject", actor=actor, target=job, objections=sorted(set(objections)), version=job.version)
    return job


def lock_for_review(actor: User, job_id: int, name: str, version: int | None) -> Job:
    """Return the locked posting if the actor may judge it; see ``approve_job`` for what it raises."""
    verb = VERBS[name]
    job = lock_for_edit(actor, job_id, with_quota=verb.goes_live(), right=Right.APPROVE_JOBS)
    check_seen(job, verb, version)
    if actor.pk in {job.created_by_id, job.submitted_by_id}:
        raise OwnPosting
    return job


def keep_review(job: Job, reviewer: User, seen: int, objections: list[str], comment: str) -> None:
    """Write the judgement down; none of its rows ever changes."""
    JobReview.objects.create(
        job=job,
        version=seen,
        is_approved=not objections,
        objections=objections,
        comment=comment,
        submitted_by_id=job.submitted_by_id,
        reviewer=reviewer,
    )
