"""What conversations do when something happens below."""

from __future__ import annotations

from applications.blind.events import BlindReviewSwitched
from applications.hiring.events import JobMemberPlaced, JobMemberRemoved
from applications.hiring.rights import team_of
from applications.services import mark_answered
from companies.events import MemberRemoved, MemberRoleChanged
from companies.models import Membership
from companies.rights import Right
from jobs.models import Job
from messaging.events import MessageSent
from messaging.models import Message, Side
from messaging.services import forget_company
from umemployed.events.log import Meta, on


@on(MemberRemoved)
def cut_a_former_member(event: MemberRemoved, meta: Meta) -> None:
    """Close the chat of somebody who left, and blank what they had not yet read there."""
    forget_company(user_id=event.user_id, company_id=event.company_id)


@on(MemberRoleChanged)
def cut_a_member_without_the_right(event: MemberRoleChanged, meta: Meta) -> None:
    """Do the same for a member whose new role may not message candidates."""
    membership = Membership.objects.filter(pk=event.membership_id).first()
    if membership is not None:
        forget_company(user_id=membership.user_id, company_id=membership.company_id)


@on(JobMemberRemoved, JobMemberPlaced)
def cut_who_left_a_hiring_team(event: JobMemberRemoved | JobMemberPlaced, meta: Meta) -> None:
    """Do the same for somebody whose place on a job's team was all that let them message its candidates."""
    job = Job.objects.filter(pk=event.job_id).first()
    if job is not None:
        forget_company(user_id=event.user_id, company_id=job.company_id)


@on(BlindReviewSwitched)
def cut_a_blind_team(event: BlindReviewSwitched, meta: Meta) -> None:
    """Blank what a team had not yet read of candidates whom it reads blind from now on."""
    job = Job.objects.filter(pk=event.job_id).first()
    if job is not None and event.is_on:
        for user_id in team_of(company_id=job.company_id, job_id=job.pk, right=Right.MESSAGE_CANDIDATES):
            forget_company(user_id=user_id, company_id=job.company_id)


@on(MessageSent)
def note_the_answer(event: MessageSent, meta: Meta) -> None:
    """Count the team's first message as the answer that it promised the candidate."""
    message = Message.objects.select_related("conversation").filter(pk=event.message_id, side=Side.COMPANY).first()
    if message is not None and message.conversation.application_id is not None:
        mark_answered(application_id=message.conversation.application_id)
