"""What people are told of their places in companies and on hiring teams, and what they lose with them."""

from __future__ import annotations

from applications.hiring.events import JobMemberPlaced, JobMemberRemoved
from applications.hiring.models import JobMember
from companies.events import MemberRemoved, MemberRoleChanged, OwnershipTransferred
from companies.models import Company, Membership
from jobs.models import Job
from notifications.services import forget_what_is_lost, notify
from umemployed.events.log import Meta, on


@on(MemberRemoved)
def tell_a_former_member(event: MemberRemoved, meta: Meta) -> None:
    """Take back the company's news, and tell whoever did not leave by themselves."""
    forget_what_is_lost(user_id=event.user_id, company_id=event.company_id)
    company = Company.objects.filter(pk=event.company_id).first()
    if company is not None:
        notify(kind="team_left", recipient_ids=[event.user_id], meta=meta, **about(company))


@on(MemberRoleChanged)
def tell_of_a_new_role(event: MemberRoleChanged, meta: Meta) -> None:
    """Take back what the new role may not read, and tell it to its holder."""
    membership = Membership.objects.select_related("company").filter(pk=event.membership_id).first()
    if membership is None:
        return
    forget_what_is_lost(user_id=membership.user_id, company_id=membership.company_id)
    told = about(membership.company)
    told["data"] = told["data"] | {"role": membership.role}
    notify(kind="team_role_changed", recipient_ids=[membership.user_id], meta=meta, **told)


@on(OwnershipTransferred)
def tell_the_new_owner(event: OwnershipTransferred, meta: Meta) -> None:
    """Tell whose company it is now."""
    company = Company.objects.filter(pk=event.company_id).first()
    if company is not None:
        notify(kind="ownership_received", recipient_ids=[event.to_user_id], meta=meta, **about(company))


@on(JobMemberPlaced)
def tell_of_a_place_on_a_team(event: JobMemberPlaced, meta: Meta) -> None:
    """Take back what a lesser role may not read, and tell the member of the place."""
    place = JobMember.objects.filter(job=event.job_id, membership__user=event.user_id).select_related("job").first()
    if place is None:
        return
    forget_what_is_lost(user_id=event.user_id, company_id=place.job.company_id)
    notify(
        kind="job_team_joined",
        recipient_ids=[event.user_id],
        meta=meta,
        company_id=place.job.company_id,
        job_id=place.job_id,
        for_team=True,
        group=f"job:{place.job.public_id}",
        data={"job_id": str(place.job.public_id), "job": place.job.title, "job_role": place.role},
    )


@on(JobMemberRemoved)
def take_back_a_jobs_news(event: JobMemberRemoved, meta: Meta) -> None:
    """Take back what only the place on the team allowed."""
    job = Job.objects.filter(pk=event.job_id).first()
    if job is not None:
        forget_what_is_lost(user_id=event.user_id, company_id=job.company_id)


def about(company: Company) -> dict:
    """Return what news of a place in a company have in common. They are the person's own, and stay."""
    return {
        "group": f"company:{company.public_id}",
        "data": {"company_slug": company.slug, "company": company.name},
    }
