"""Writing what a posting says."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.verification import require_verified
from companies.models import Company
from companies.rights import Right, require
from jobs.events import JobEdited
from jobs.gazetteer.places import coordinates_of
from jobs.models import Job, JobLocation, JobSkill, ScreeningQuestion, Status
from jobs.pay import Rates, latest_rates, yearly
from jobs.search.index import index_jobs
from jobs.services.duplicates import OCCUPYING, keep_fingerprints
from jobs.services.lifecycle import (
    LIVE_JOBS,
    ApprovalNeeded,
    WrongState,
    check_publishable,
    count_live_jobs,
    keep_version,
    lock_for_edit,
    state_of,
)
from subscriptions.entitlements import judge
from umemployed.api.errors import Invalid
from umemployed.api.preconditions import check_version
from umemployed.audit.record import record
from umemployed.events.log import publish

PARTS = ("locations", "skills", "questions")
EXPIRY = {"expires_on", "expires_at", "timezone"}
UNREVIEWED = {Status.DRAFT, Status.PENDING}
LONGEST_WAIT = timedelta(days=366)


@transaction.atomic
def create_job(*, actor: User, company: Company, **content: Any) -> Job:
    """Create a draft. ``content`` holds the posting's columns, and its parts as lists of dicts.

    Raises NotFound or Forbidden (no right to post for the company), EmailUnverified, Invalid.
    """
    require(actor, company.pk, Right.POST_JOBS)
    require_verified(actor)
    parts = {name: content.pop(name) for name in PARTS if name in content}
    job = Job(company=company, created_by=actor, **content)
    settle(job, content, latest_rates())
    job.save()
    write_parts(job, parts)
    record("job:created", actor=actor, target=job)
    return job


@transaction.atomic
def update_job(*, actor: User, job_id: int, expected_version: int, **changes: Any) -> Job:
    """Change what a posting says; parts that are given replace all of their kind.

    A live posting stays publishable, is found by its new words at once, and keeps its former ones as a
    version. An edit takes a submitted posting out of its review. Raises NotFound, Forbidden, EmailUnverified,
    PreconditionFailed, WrongState (archived), ApprovalNeeded (past its approval, by who may not approve),
    Invalid, JobIncomplete, and PlanLimitReached where a later expiry brings an expired posting back.
    """
    job = lock_for_edit(actor, job_id, with_quota=bool(EXPIRY & set(changes)))
    check_version(job, expected_version)
    if job.status == Status.ARCHIVED:
        raise WrongState(**state_of(job))
    if job.company.approves_jobs and job.status not in UNREVIEWED and not getattr(job, "is_approver", False):
        raise ApprovalNeeded(**state_of(job))
    was_open = job.is_open()
    names = sorted(changes)
    parts = {name: changes.pop(name) for name in PARTS if name in changes}
    for name, value in changes.items():
        setattr(job, name, value)
    settle(job, changes, latest_rates())
    job.version += 1
    job.status = Status.DRAFT if job.status == Status.PENDING else job.status
    used = count_live_jobs(job.company) if job.is_open() and not was_open else None
    job.save()
    write_parts(job, parts)
    if used is not None:
        judge(subject=job.company, key=LIVE_JOBS, used=used)
    if job.status in {Status.LIVE, Status.SCHEDULED}:
        check_publishable(job)
    if job.status == Status.LIVE:
        index_jobs([job.pk])
        keep_version(job, actor)
        publish(JobEdited(job.pk, job.version), aggregate=job, actor=actor)
    if job.status in OCCUPYING:
        keep_fingerprints([job])
    record("job:edited", actor=actor, target=job, fields=names, version=job.version)
    return job


def settle(job: Job, given: dict[str, Any], rates: Rates) -> None:
    """Derive what follows from the columns just ``given``; raise Invalid where they contradict each other."""
    settle_expiry(job, given)
    settle_publication(job, given)
    settle_pay(job, rates)


def settle_expiry(job: Job, given: dict[str, Any]) -> None:
    """Make ``expires_at`` follow from the last day in the posting's zone, unless an instant was given."""
    if given.get("expires_at") and given.get("expires_on"):
        raise Invalid.on_field("expires_on", _("Give the last day or the instant, not both."))
    if "expires_at" in given:
        job.expires_on = None
        job.expires_at = job.expires_at.replace(microsecond=0) if job.expires_at else None
    elif EXPIRY & set(given) and (job.expires_on or "expires_on" in given):
        job.expires_at = end_of(job.expires_on, job.timezone) if job.expires_on else None


def settle_publication(job: Job, given: dict[str, Any]) -> None:
    """Make ``publish_at`` an instant: one without an offset is read on the clocks of the posting's zone."""
    if "publish_at" not in given:
        return
    moment = given["publish_at"]
    if moment is None and job.status == Status.SCHEDULED:
        raise Invalid.on_field("publish_at", _("A scheduled posting has a moment; recall it to take it off the clock."))
    if moment is not None and moment.tzinfo is None:
        moment = instant_of(moment, job.timezone)
    if moment is not None and moment > timezone.now() + LONGEST_WAIT:
        raise Invalid.on_field("publish_at", _("A posting may be scheduled for a year ahead at most."))
    job.publish_at = moment.astimezone(UTC).replace(microsecond=0) if moment else None


def instant_of(clock: datetime, zone: str) -> datetime:
    """Return the instant at which clocks in a zone show this; of two, the first. Raises Invalid where they skip it."""
    local = clock.replace(tzinfo=ZoneInfo(zone), fold=0)
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != clock:
        raise Invalid.on_field("publish_at", _("The clocks of this zone skip that moment."))
    return local


def end_of(day: Any, zone: str) -> datetime:
    """Return the instant at which a day ends in a zone: the first one of the next day."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone))


def settle_pay(job: Job, rates: Rates) -> None:
    """Check the stated pay and restate it per year in the reference currency."""
    low, high = job.salary_min, job.salary_max
    if low is not None and high is not None and low > high:
        raise Invalid.on_field("salary.min", _("The lowest pay is above the highest."))
    if (low is not None or high is not None) and not (job.salary_currency and job.salary_period):
        raise Invalid.on_field("salary", _("Pay needs a currency and a period."))
    if low is None and high is None:
        job.salary_currency = job.salary_period = job.salary_basis = ""
    terms = (job.salary_currency, job.salary_period, job.hours_per_week, rates)
    job.salary_yearly_min, job.salary_yearly_max = (yearly(amount, *terms) for amount in (low, high))


def write_parts(job: Job, parts: dict[str, list[dict[str, Any]]]) -> None:
    """Replace the parts that are given: a delete and an insert per kind, questions row by row."""
    if "locations" in parts:
        job.locations.all().delete()
        JobLocation.objects.bulk_create(
            JobLocation(job=job, position=at, **placed(place)) for at, place in enumerate(parts["locations"])
        )
    if "skills" in parts:
        job.skills.all().delete()
        JobSkill.objects.bulk_create(
            JobSkill(job=job, position=at, **skill) for at, skill in enumerate(parts["skills"])
        )
    if "questions" in parts:
        write_questions(job, parts["questions"])


def placed(place: dict[str, Any]) -> dict[str, Any]:
    """Return the place with the coordinates of its city, where none were given and the gazetteer knows it."""
    if place.get("latitude") is not None or not place.get("city"):
        return place
    spot = coordinates_of(place["city"], place["country"])
    return place if spot is None else {**place, "latitude": spot[0], "longitude": spot[1]}


def write_questions(job: Job, given: list[dict[str, Any]]) -> None:
    """Keep the questions that are named by ``public_id``, drop those that are not, add the new ones."""
    known = {question.public_id: question for question in job.questions.all()}
    kept = []
    for position, content in enumerate(given):
        public_id = content.get("public_id")
        if public_id is not None and public_id not in known:
            raise Invalid.on_field(f"questions.{position}.id", _("This posting has no such question."))
        question = (known[public_id] if public_id else None) or ScreeningQuestion(job=job)
        for name, value in content.items():
            if name != "public_id":
                setattr(question, name, value)
        question.position = position
        question.save()
        kept.append(question.pk)
    job.questions.exclude(pk__in=kept).delete()
