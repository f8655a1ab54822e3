"""Making the demo world: one transaction, in which services do what people would have done."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from companies.models import Role
from notifications.models import Notification
from notifications.services import notify
from umemployed.api.context import current_request_id, set_request_id
from umemployed.embedded.demo.conversations import make_conversations
from umemployed.embedded.demo.people import DOMAIN, PASSWORD, Cast, make_cast, make_skills, write_resume
from umemployed.embedded.demo.pipelines import make_applications
from umemployed.embedded.demo.postings import make_jobs
from umemployed.embedded.demo.teamwork import make_teamwork, make_templates
from umemployed.events.log import Meta
from umemployed.events.models import Delivery


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    companies: int
    jobs: int
    candidates: int


SIZES = {"small": Size(companies=4, jobs=30, candidates=16), "medium": Size(companies=16, jobs=240, candidates=160)}
LOGINS = ("candidate", *(role.value.replace("_", "-") for role in Role), "staff")
LOCK = 7_236_411_903  # any number that nobody else locks


def seed(*, number: int, size: str) -> dict[str, int] | None:
    """Make the world, and return how much of what; None when it is there already. Takes seconds.

    The random numbers come from the seed and the day alone. All events carry one request id, by which
    their deliveries are set to done before the commit: nobody is mailed about invented facts.
    """
    before = current_request_id()
    set_request_id(f"seed-demo-{uuid.uuid4().hex[:12]}")
    try:
        counts = _seed(Random(f"{number}:{timezone.localdate()}"), SIZES[size])  # noqa: S311 - a story, not a secret
    finally:
        set_request_id(before)
    write_logins()
    return counts


@transaction.atomic
def _seed(random: Random, size: Size) -> dict[str, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        return None
    skills = make_skills()
    cast = make_cast(random, companies=size.companies, candidates=size.candidates)
    for candidate in cast.candidates:
        cast.resumes[candidate.pk] = write_resume(random, candidate)
    jobs = make_jobs(random, cast, skills, size.jobs)
    make_templates(cast)
    applications = make_applications(random, cast, jobs)
    make_teamwork(random, cast, applications)
    conversations = make_conversations(random, cast, applications)
    tell_the_owners(cast)
    Delivery.objects.filter(event__request_id=current_request_id()).update(
        status=Delivery.Status.DONE, done_at=timezone.now()
    )
    return {
        "people": User.objects.filter(email__endswith=f"@{DOMAIN}").count(),
        "companies": len(cast.companies),
        "résumés": len(cast.resumes),
        "jobs": len(jobs),
        "applications": len(applications),
        "conversations": len(conversations),
        "notifications": Notification.objects.filter(recipient__email__endswith=f"@{DOMAIN}").count(),
    }


def tell_the_owners(cast: Cast) -> None:
    """Let each owner find in the app that the team has joined; without mails."""
    for company in cast.companies:
        for role, member in cast.teams[company.pk].items():
            notify(
                can_be_mailed=False,
                kind="invitation_accepted",
                recipient_ids=[cast.teams[company.pk][Role.OWNER].pk],
                meta=meta_of(f"{company.slug}:{role}"),
                actor_id=member.pk,
                group=f"company:{company.public_id}",
                data={"company_slug": company.slug, "company": company.name},
            )


def meta_of(name: str) -> Meta:
    """Return what the event log would say of an invented fact."""
    return Meta(
        event_id=0,
        public_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{DOMAIN}")),
        aggregate=name,
        actor_id=None,
        request_id=current_request_id(),
        occurred_at=timezone.now(),
    )


def write_logins() -> None:
    """Write one login for each role, for ``./dev`` and the front page to show."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    logins = [{"role": name.replace("-", "_"), "email": f"{name}@{DOMAIN}", "password": PASSWORD} for name in LOGINS]
    draft = settings.VAR_DIR / "demo.json.part"
    draft.write_text(json.dumps(logins, indent=1) + "\n")
    draft.rename(settings.VAR_DIR / "demo.json")
