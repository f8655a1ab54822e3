"""Reading the facts of a match from a JSON Resume document, such as an application keeps."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone

from jobs.gazetteer.places import coordinates_of
from jobs.matching.facts import Offered
from jobs.matching.reading import claims_of, languages_of, months_of
from resumes.jsonresume import fluency_of, level_of
from resumes.models.sections import PARTIAL_DATE
from resumes.taxonomy import match_skills, normalise

DATED = re.compile(PARTIAL_DATE)


def offered_of_document(document: dict[str, Any], known: dict[str, int] | None = None) -> Offered:
    """Return what the document says; one query. Skills mean what the taxonomy says today.

    Who reads many looks the ``names_of_skills`` of all up at once and gives what is ``known``; then none. Reads named
    members of skills, work, languages and the basics' location, and nothing else.
    """
    skills = [(normalise(text_of(row, "name")), row) for row in rows_of(document, "skills")]
    known = match_skills(names_of_skills(document)) if known is None else known
    claims = claims_of((known.get(name), level_of(text_of(row, "level")), years_of(row)) for name, row in skills)
    work = [(date_of(row, "startDate"), date_of(row, "endDate")) for row in rows_of(document, "work")]
    spoken = [(text_of(row, "language"), fluency_of(text_of(row, "fluency"))) for row in rows_of(document, "languages")]
    languages, has_unread = languages_of(spoken)
    basics = document.get("basics") or {}
    location = basics.get("location") or {}
    city, country = text_of(location, "city"), text_of(location, "countryCode").upper()
    return Offered(
        skills=claims,
        months=months_of(work, timezone.now().date()),
        country=country,
        point=coordinates_of(city, country) if city and country else None,
        languages=languages,
        has_unread_language=has_unread,
    )


def names_of_skills(document: dict[str, Any]) -> list[str]:
    """Return the skills that the document claims, as the taxonomy looks them up."""
    return [normalise(text_of(row, "name")) for row in rows_of(document, "skills")]


def rows_of(document: dict[str, Any], section: str) -> list[dict[str, Any]]:
    """Return the rows of a section that are rows."""
    return [row for row in document.get(section) or [] if isinstance(row, dict)]


def text_of(row: dict[str, Any], name: str) -> str:
    """Return a member that is text, or nothing."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def years_of(row: dict[str, Any]) -> int | None:
    """Return the years of a skill where they are a number of a life."""
    years = row.get("years")
    return years if isinstance(years, int) and 0 <= years <= 80 else None


def date_of(row: dict[str, Any], name: str) -> str:
    """Return a date as precise as it was said, or nothing."""
    value = text_of(row, name)
    return value if DATED.match(value) else ""
