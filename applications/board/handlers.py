"""What the boards tell when something happens, and who is cut off from them."""

from __future__ import annotations

from applications.board.services import forget_boards, tell_of_columns, tell_watchers
from applications.events import ApplicationMoved, ApplicationSeen, ApplicationSubmitted, ApplicationWithdrawn
from applications.hiring.events import JobMemberPlaced, JobMemberRemoved
from applications.models.core import ApplicationEvent
from applications.pipeline.events import PipelineChanged
from applications.vocabulary import EventKind
from companies.events import MemberRemoved, MemberRoleChanged
from companies.models import Membership
from jobs.models import Job
from umemployed.events.log import Meta, on

Fact = ApplicationSubmitted | ApplicationSeen | ApplicationMoved | ApplicationWithdrawn
ROWS = ApplicationEvent.objects.with_parties().select_related("application__job", "actor", "from_stage", "to_stage")
# Of these an application's history has one row each.
KINDS: dict[type, EventKind] = {
    ApplicationSubmitted: EventKind.SUBMITTED,
    ApplicationSeen: EventKind.SEEN,
    ApplicationWithdrawn: EventKind.WITHDRAWN,
}


@on(ApplicationSubmitted, ApplicationSeen, ApplicationMoved, ApplicationWithdrawn)
def tell_what_happened(event: Fact, meta: Meta) -> None:
    """Tell the watchers of one row of the history. One handler for all kinds: its lane is what keeps them in order."""
    if isinstance(event, ApplicationMoved):
        entry = ROWS.filter(pk=event.transition_id).first()
    else:
        entry = ROWS.filter(application=event.application_id, kind=KINDS[type(event)]).order_by("pk").first()
    if entry is not None:
        tell_watchers(entry=entry)


@on(PipelineChanged)
def tell_that_columns_changed(event: PipelineChanged, meta: Meta) -> None:
    """Tell the watchers to read the board again."""
    job = Job.objects.filter(pk=event.job_id).first()
    if job is not None:
        tell_of_columns(job=job)


@on(MemberRemoved)
def cut_a_former_member(event: MemberRemoved, meta: Meta) -> None:
    """End what somebody who left was told of the company's boards."""
    forget_boards(user_id=event.user_id, job_ids=jobs_of(event.company_id))


@on(MemberRoleChanged)
def cut_a_member_without_the_right(event: MemberRoleChanged, meta: Meta) -> None:
    """Do the same for a member whose new role may not view applications."""
    membership = Membership.objects.filter(pk=event.membership_id).first()
    if membership is not None:
        forget_boards(user_id=membership.user_id, job_ids=jobs_of(membership.company_id))


@on(JobMemberRemoved, JobMemberPlaced)
def cut_who_left_the_team(event: JobMemberRemoved | JobMemberPlaced, meta: Meta) -> None:
    """Do the same for a place on one job's team."""
    forget_boards(user_id=event.user_id, job_ids=[event.job_id])


def jobs_of(company_id: int) -> list[int]:
    """Return the ids of the company's jobs."""
    return list(Job.objects.filter(company=company_id).order_by("pk").values_list("pk", flat=True))
