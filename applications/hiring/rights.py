"""What a person may do with the applications to one job: by the role in the company, or on the job's hiring team."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from applications.hiring.models import JobMember
from applications.hiring.vocabulary import JOB_RIGHTS, JobRole, job_roles_with
from companies.models import Membership, Role
from companies.rights import NOT_SHUT_OUT, RIGHTS, Right, members_with, require
from umemployed.api.errors import Forbidden


def jobs_where(user: User, right: Right) -> QuerySet[JobMember, Any]:
    """Return the ids of the jobs on whose hiring team the person holds the right, as a subquery for ``__in``."""
    mine = Membership.objects.filter(NOT_SHUT_OUT, user_id=user.pk or 0)
    return JobMember.objects.filter(membership__in=mine, role__in=job_roles_with(right)).values_list("job_id")


def require_on_job(actor: User, *, company_id: int, job_id: int, right: Right) -> None:
    """Let pass whoever holds the right in the company or on the job's team; two queries at most, no lock.

    Raises NotFound for who is no member, Forbidden, and MfaDemanded.
    """
    try:
        require(actor, company_id, right)
    except Forbidden:
        if not jobs_where(actor, right).filter(job=job_id).exists():
            raise


def rights_of(role: str | None, job_role: str | None) -> frozenset[Right]:
    """Return what a role in the company and a role on the job's team give together."""
    return (RIGHTS[Role(role)] if role else frozenset()) | (JOB_RIGHTS[JobRole(job_role)] if job_role else frozenset())


def team_of(*, company_id: int, job_id: int, right: Right) -> list[int]:
    """Return the user ids of all who hold the right on this job now, in order; two queries."""
    placed = Membership.objects.filter(
        NOT_SHUT_OUT,
        user__is_active=True,
        places_on_teams__job=job_id,
        places_on_teams__role__in=job_roles_with(right),
    )
    return sorted({*members_with(company_id, right), *placed.values_list("user_id", flat=True)})
