"""What people hear of the postings that they wrote, or are to judge."""

from __future__ import annotations

from typing import Any

from companies.rights import Right, members_with
from jobs.events import JobApproved, JobHeldBack, JobRejected, JobSubmitted
from jobs.models import Job
from notifications.services import notify
from umemployed.events.log import Meta, on

TO_THE_AUTHORS = {
    JobApproved: "posting_approved",
    JobRejected: "posting_rejected",
    JobHeldBack: "posting_held_back",
}


@on(JobSubmitted)
def tell_who_may_approve(event: JobSubmitted, meta: Meta) -> None:
    """Tell whoever may judge the posting: not those who wrote or submitted it."""
    job = Job.objects.filter(pk=event.job_id).first()
    if job is not None:
        approvers = set(members_with(job.company_id, Right.APPROVE_JOBS)) - authors_of(job)
        notify(kind="posting_to_approve", recipient_ids=approvers, meta=meta, **about(job))


@on(JobApproved, JobRejected, JobHeldBack)
def tell_the_authors(event: JobApproved | JobRejected | JobHeldBack, meta: Meta) -> None:
    """Tell who wrote and who submitted the posting what became of it."""
    job = Job.objects.filter(pk=event.job_id).first()
    if job is not None:
        notify(kind=TO_THE_AUTHORS[type(event)], recipient_ids=authors_of(job), meta=meta, **about(job))


def authors_of(job: Job) -> set[int]:
    """Return the user ids of who wrote and who submitted a posting, where they are known."""
    return {user_id for user_id in (job.created_by_id, job.submitted_by_id) if user_id is not None}


def about(job: Job) -> dict[str, Any]:
    """Return what news of a posting have in common; they are the company's."""
    return {
        "company_id": job.company_id,
        "job_id": job.pk,
        "for_team": True,
        "group": f"job:{job.public_id}",
        "data": {"job_id": str(job.public_id), "job": job.title},
    }
