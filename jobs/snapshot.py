"""What a posting says, as plain data: the content of a version, and what an application keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jobs.anonymity import conceal
from jobs.models import Job


def snapshot_of(job: Job) -> dict[str, Any]:
    """Return the posting's content as JSON-ready data, the same for the same content.

    Reads company, category, locations, skills and questions: prefetch them when there are many.
    Candidates may read a snapshot, so knock-outs are not part of it, nor who an anonymous employer is.
    """
    said = content_of(job)
    return conceal(said) if job.is_anonymous else said


def content_of(job: Job) -> dict[str, Any]:
    """Return the content with everything in it."""
    return {
        "id": str(job.public_id),
        "version": job.version,
        "company": {"slug": job.company.slug, "name": job.company.name},
        "is_anonymous": job.is_anonymous,
        "title": job.title,
        "description": job.description,
        "requirements": job.requirements,
        "benefits": job.benefits,
        "language": job.language,
        "category": job.category.slug if job.category else None,
        "employment_type": job.employment_type,
        "experience_level": job.experience_level,
        "work_mode": job.work_mode,
        "eligible_countries": sorted(job.eligible_countries),
        "openings": job.openings,
        "salary": salary_of(job),
        "reference": job.reference,
        "expires_at": job.expires_at.isoformat() if job.expires_at else None,
        "timezone": job.timezone,
        "locations": [
            {
                "city": place.city,
                "region": place.region,
                "country": place.country,
                "address": place.address,
                "latitude": place.latitude,
                "longitude": place.longitude,
            }
            for place in job.locations.all()
        ],
        "skills": [
            {
                "id": str(row.skill.public_id),
                "name": row.skill.name,
                "importance": row.importance,
                "level": row.level,
                "min_years": row.min_years,
            }
            for row in job.skills.all()
        ],
        "questions": [
            {
                "id": str(question.public_id),
                "type": question.type,
                "label": question.label,
                "required": question.is_required,
                "options": question.options,
            }
            for question in job.questions.all()
        ],
    }


def salary_of(job: Job) -> dict[str, Any] | None:
    """Return the stated pay, or None where none is stated."""
    if job.salary_min is None and job.salary_max is None:
        return None
    return {
        "min": text_of(job.salary_min),
        "max": text_of(job.salary_max),
        "currency": job.salary_currency,
        "period": job.salary_period,
        "basis": job.salary_basis or None,
        "hours_per_week": text_of(job.hours_per_week, "0.1"),
    }


def text_of(amount: Decimal | None, places: str = "0.01") -> str | None:
    """Write an amount out with its decimals."""
    return None if amount is None else str(Decimal(amount).quantize(Decimal(places)))
