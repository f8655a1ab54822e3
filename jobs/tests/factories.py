"""Postings for tests: rows straight in their state, and everything that such a row must have."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from companies.tests.factories import make_company
from jobs.models import (
    Category,
    ExchangeRate,
    Job,
    JobFingerprint,
    JobLocation,
    JobReview,
    JobSkill,
    JobVersion,
    QuestionType,
    ScreeningQuestion,
    Status,
)
from jobs.search.index import index_jobs, next_ordinal
from jobs.snapshot import snapshot_of
from resumes.models import Skill, SkillAlias

_numbers = itertools.count(1)


def make_skill(name: str | None = None) -> Skill:
    """The skill of that name, made when it is missing."""
    name = name or f"Skill {next(_numbers)}"
    slug = "".join(char if char.isalnum() else "-" for char in name.lower())
    skill, created = Skill.objects.get_or_create(slug=slug, defaults={"name": name})
    if created:
        SkillAlias.objects.get_or_create(normalised=name.lower(), defaults={"skill": skill, "label": name})
    return skill


def make_job(**overrides: Any) -> Job:
    """A live posting in Douala, open now. ``locations``, ``skills`` (names), ``category`` (slug) replace its parts."""
    number = next(_numbers)
    places = overrides.pop("locations", [{"city": "Douala", "region": "Littoral", "country": "CM"}])
    skills = overrides.pop("skills", [])
    if isinstance(overrides.get("category"), str):
        overrides["category"] = Category.objects.get(slug=overrides["category"])
    fields: dict[str, Any] = {
        "title": f"Engineer {number}",
        "description": "Build what people use.",
        "status": Status.LIVE,
        **overrides,
    }
    if fields["status"] == Status.SCHEDULED:
        fields = {"publish_at": timezone.now() + timedelta(days=1), **fields}
    if fields["status"] in {Status.LIVE, Status.PAUSED, Status.CLOSED}:
        fields = {"published_at": timezone.now(), "search_ord": next_ordinal(), **fields}
    if "company" not in fields:
        fields["company"] = make_company()
    job = Job.objects.create(**fields)
    JobLocation.objects.bulk_create(JobLocation(job=job, position=at, **place) for at, place in enumerate(places))
    JobSkill.objects.bulk_create(
        JobSkill(job=job, position=at, skill=make_skill(name)) for at, name in enumerate(skills)
    )
    return job


def make_indexed(**overrides: Any) -> Job:
    """A posting that searches find, as if it had been published."""
    job = make_job(**overrides)
    if job.status == Status.LIVE:
        index_jobs([job.pk])
    job.refresh_from_db()
    return job


def make_question(**overrides: Any) -> ScreeningQuestion:
    fields: dict[str, Any] = {"type": QuestionType.TEXT, "label": f"Question {next(_numbers)}?", **overrides}
    if "job" not in fields:
        fields["job"] = make_job()
    return ScreeningQuestion.objects.create(**fields)


def make_category(**overrides: Any) -> Category:
    number = next(_numbers)
    return Category.objects.create(**{"slug": f"field-{number}", "name": f"Field {number}", **overrides})


def make_exchange_rate(**overrides: Any) -> ExchangeRate:
    day = date(2025, 1, 1) + timedelta(days=next(_numbers))
    return ExchangeRate.objects.create(**{"currency": "USD", "on": day, "per_reference": 1, **overrides})


def make_job_version(**overrides: Any) -> JobVersion:
    job = overrides.pop("job", None) or make_job()
    return JobVersion.objects.create(**{"job": job, "number": job.version, "snapshot": snapshot_of(job), **overrides})


def make_job_review(**overrides: Any) -> JobReview:
    job = overrides.pop("job", None) or make_job()
    return JobReview.objects.create(**{"job": job, "version": job.version, "is_approved": True, **overrides})


def make_job_fingerprint(**overrides: Any) -> JobFingerprint:
    job = overrides.pop("job", None) or make_job()
    return JobFingerprint.objects.create(**{"job": job, "bands": [next(_numbers)], **overrides})
