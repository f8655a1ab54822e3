"""The postings of the demo world, in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from companies.models import Role
from jobs.models import (
    Category,
    EmploymentType,
    ExperienceLevel,
    Importance,
    Job,
    JobVersion,
    SalaryBasis,
    SalaryPeriod,
    WorkMode,
)
from jobs.search.index import index_jobs
from jobs.services import archive_job, close_job, create_job, pause_job, publish_job, submit_job
from resumes.models import Skill
from umemployed.embedded.demo import words
from umemployed.embedded.demo.people import Cast

LEVELS = (
    (ExperienceLevel.ENTRY, 1.0),
    (ExperienceLevel.ASSOCIATE, 1.2),
    (ExperienceLevel.MID, 1.45),
    (ExperienceLevel.SENIOR, 1.9),
)
# What becomes of postings, in tenths of a shuffled deck: most are live, every state occurs.
FATES = ("live",) * 5 + (
    *("anonymous", "draft", "pending", "scheduled", "paused", "closed", "archived", "expired", "expiring"),
)


@dataclass(frozen=True)
class Plan:
    """A posting to be: its age decides its place in the order of publication."""

    age: timedelta
    fate: str


def make_jobs(random: Random, cast: Cast, skills: dict[str, Skill], count: int) -> list[Job]:
    """Let the recruiters post, the oldest first, so that newest-first is true in every list and search.

    The first company has postings approved; it began to when these were made.
    """
    plans = [
        Plan(timedelta(days=random.randint(0, 60), minutes=random.randint(0, 1439)), FATES[number % len(FATES)])
        for number in range(count)
    ]
    categories = {category.slug: category for category in Category.objects.all()}
    jobs = [
        make_job(random, cast, skills, categories, plan) for plan in sorted(plans, key=lambda p: p.age, reverse=True)
    ]
    careful = cast.companies[0]
    careful.approves_jobs = True
    careful.save(update_fields=["approves_jobs"])
    for job in jobs:
        if job.status == "draft" and job.company_id == careful.pk:
            submit_job(actor=cast.teams[careful.pk][Role.RECRUITER], job_id=job.pk)
    index_jobs([job.pk for job in jobs if job.status == "live"])
    return jobs


def make_job(random: Random, cast: Cast, skills: dict[str, Skill], categories: dict[str, Category], plan: Plan) -> Job:
    """Let a recruiter draft a posting, and let it live its life."""
    company = cast.companies[0] if plan.fate == "pending" else random.choice(cast.companies)
    recruiter = cast.teams[company.pk][Role.RECRUITER]
    trade, city = random.choice(words.TRADES), random.choice(words.CITIES)
    job = create_job(
        actor=recruiter,
        company=company,
        category=categories[trade.category],
        locations=[
            {
                "city": city.name,
                "region": city.region,
                "country": city.country,
                "latitude": city.latitude,
                "longitude": city.longitude,
            }
        ],
        skills=[
            {"skill": skills[name], "importance": Importance.MUST if place < 2 else Importance.NICE}
            for place, name in enumerate(trade.skills)
        ],
        is_anonymous=plan.fate == "anonymous",
        publish_at=timezone.now() + timedelta(days=7) if plan.fate == "scheduled" else None,
        questions=[{"type": "boolean", "label": "May you work in this country?", "is_required": True}],
        **content_of(random, trade, city),
    )
    live_its_life(job, recruiter, plan, timezone.now().replace(minute=0, second=0, microsecond=0))
    return job


def content_of(random: Random, trade: words.Trade, city: words.City) -> dict[str, Any]:
    """Return what the posting says; every fourth does not state its pay."""
    level, worth = random.choice(LEVELS)
    fill = {"team": random.randint(3, 12), "skill": trade.skills[0].lower(), "days": random.randint(20, 30)}
    content: dict[str, Any] = {
        "title": random.choice(trade.titles),
        "description": "\n\n".join(text.format(**fill) for text in words.ROLES_TEXT),
        "requirements": words.REQUIREMENTS_TEXT.format(skills=", ".join(trade.skills)),
        "benefits": words.BENEFITS_TEXT.format(**fill),
        "language": "en",
        "experience_level": level,
        "employment_type": random.choice((EmploymentType.FULL_TIME,) * 3 + (EmploymentType.PART_TIME,)),
        "work_mode": random.choice(WorkMode.values),
        "openings": random.randint(1, 3),
        "timezone": city.timezone,
    }
    if random.random() > 0.25:
        monthly = round(trade.pay * worth * city.factor / 50) * 50
        yearly = random.random() < 0.3
        low = Decimal(monthly * (12 if yearly else 1))
        content |= {
            "salary_min": low,
            "salary_max": low * Decimal("1.25"),
            "salary_currency": city.currency,
            "salary_period": SalaryPeriod.YEAR if yearly else SalaryPeriod.MONTH,
            "salary_basis": SalaryBasis.GROSS,
        }
    return content


def live_its_life(job: Job, recruiter: Any, plan: Plan, now: datetime) -> None:
    """Bring the posting into its state, and date it back."""
    if plan.fate not in {"draft", "pending"}:
        publish_job(actor=recruiter, job_id=job.pk, allow_duplicate=True)  # the texts are of few patterns
    ends = {"paused": pause_job, "closed": close_job, "archived": close_job}
    if plan.fate in ends:
        ends[plan.fate](actor=recruiter, job_id=job.pk)
    if plan.fate == "archived":
        archive_job(actor=recruiter, job_id=job.pk)
    began = now - plan.age
    job.refresh_from_db()
    job.created_at = began - timedelta(days=1)
    if job.published_at is not None:
        job.published_at = began
    if job.closed_at is not None:
        job.closed_at = began + plan.age / 2
    if plan.fate in {"expired", "expiring"}:
        job.expires_at = now + timedelta(days=5 if plan.fate == "expiring" else -1)
    job.save(update_fields=["created_at", "published_at", "closed_at", "expires_at"])
    JobVersion.objects.filter(job=job).update(at=began)
