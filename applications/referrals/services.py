"""Referring people to jobs.

Of the links that somebody met within 90 days before they applied, the one met first has the credit: who told them of
the job. The one met last is kept beside it. A code that comes with the application counts as a touch at that
moment. Nobody refers themselves, and a link that leads nowhere never stands in an applicant's way.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from applications.models.core import Application
from applications.referrals.models import Referral, ReferralLink, ReferralTouch
from companies.models import Membership
from jobs.models import Job
from umemployed.api.errors import NotFound
from umemployed.audit.record import record

COUNTS_FOR = timedelta(days=90)


@transaction.atomic
def make_link(*, actor: User, job_id: int) -> ReferralLink:
    """Return the actor's link to a job of their company, made at the first time. Raises NotFound."""
    job = Job.objects.of_my_companies(actor).filter(pk=job_id).first()
    member = Membership.objects.filter(user=actor, company=job.company_id).first() if job else None
    if job is None or member is None:
        raise NotFound
    link, is_new = ReferralLink.objects.get_or_create(
        job=job, membership=member, defaults={"code": secrets.token_urlsafe(12)}
    )
    if is_new:
        record("referral_link:made", actor=actor, target=link)
    return link


@transaction.atomic
def visit_link(*, visitor: User | None, code: str) -> ReferralLink:
    """Count a visit, and remember it of who is signed in. Raises NotFound unless the public may read the job."""
    link = ReferralLink.objects.select_related("job__company").filter(code=code).first()
    if link is None or not Job.objects.published().filter(pk=link.job_id).exists():
        raise NotFound
    ReferralLink.objects.filter(pk=link.pk).update(visit_count=F("visit_count") + 1)
    if visitor is not None:
        touch(visitor, link)
    return link


def note_code(person: User, job: Job, code: str) -> None:
    """Remember the code that came with an application, if it is one of this job's."""
    link = ReferralLink.objects.filter(code=code, job=job).first()
    if link is not None:
        touch(person, link)


def touch(person: User, link: ReferralLink) -> None:
    """Remember that a person met a link; members of the company do not refer each other."""
    if Membership.objects.filter(company=link.job.company_id, user=person).exists():
        return
    now = timezone.now()
    ReferralTouch.objects.bulk_create(
        [ReferralTouch(link=link, person=person, first_at=now, last_at=now)],
        update_conflicts=True,
        unique_fields=["link", "person"],
        update_fields=["last_at"],
    )


@transaction.atomic
def attribute(*, application_id: int) -> Referral | None:
    """Write down by whose link an application came; again is the same."""
    application = Application.objects.filter(pk=application_id).first()
    if application is None:
        return None
    since = application.created_at - COUNTS_FOR
    met = ReferralTouch.objects.filter(person=application.candidate_id, link__job=application.job_id)
    met = met.filter(last_at__gte=since, first_at__lte=application.created_at)
    first, last = met.order_by("first_at", "pk").first(), met.order_by("-last_at", "-pk").first()
    if first is None or last is None:
        return None
    referral, _ = Referral.objects.get_or_create(
        application=application, defaults={"first_id": first.link_id, "last_id": last.link_id}
    )
    return referral
