"""Putting members on a job's hiring team, and taking them off."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from applications.hiring.events import JobMemberPlaced, JobMemberRemoved
from applications.hiring.models import JobMember
from applications.hiring.vocabulary import JobRole
from companies.models import Membership
from companies.rights import Right, require
from jobs.models import Job
from umemployed.api.errors import NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish


@transaction.atomic
def place_on_team(*, actor: User, job_id: int, membership: Membership, role: JobRole) -> JobMember:
    """Give a member of the job's company a role on its team, or change it. Raises NotFound and Forbidden."""
    job = lock_job_for_team(actor, job_id)
    if membership.company_id != job.company_id:
        raise NotFound
    place, _ = JobMember.objects.update_or_create(job=job, membership=membership, defaults={"role": role})
    publish(JobMemberPlaced(job.pk, membership.user_id), aggregate=job, actor=actor)
    record("hiring_team:placed", actor=actor, target=place, role=str(role))
    return place


@transaction.atomic
def remove_from_team(*, actor: User, place_id: int) -> None:
    """End a place on a team at once: one's own, or another's with the right to post the company's jobs."""
    place = JobMember.objects.for_user(actor).select_related("membership").filter(pk=place_id).first()
    if place is None:
        raise NotFound
    if place.membership.user_id != actor.pk:
        lock_job_for_team(actor, place.job_id)
    record("hiring_team:removed", actor=actor, target=place, role=place.role)
    place.delete()
    publish(JobMemberRemoved(place.job_id, place.membership.user_id), aggregate=place.job, actor=actor)


def lock_job_for_team(actor: User, job_id: int) -> Job:
    """Return the locked job if the actor may compose its team. Raises NotFound and Forbidden."""
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    require(actor, job.company_id, Right.POST_JOBS)
    return job
