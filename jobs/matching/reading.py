"""Reading the facts of a match from postings and résumés: named columns only, so that nothing else can count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils import timezone, translation

from jobs.anonymity import coarse
from jobs.gazetteer.places import coordinates_of
from jobs.matching.facts import Asked, Claim, Offered, Place, Wish
from jobs.matching.scoring import proficiency
from jobs.matching.weights import DEFAULT_WEIGHT, weights_of
from jobs.models import Importance, Job
from resumes.models import Experience, Resume, ResumeLanguage, ResumeSkill
from resumes.taxonomy import normalise


def asked_of_jobs(jobs: Sequence[Job]) -> dict[int, Asked]:
    """Return what postings ask for by their keys; one query, where ``with_parts()`` brought the parts."""
    counted = weights_of({row.skill_id for job in jobs for row in job.skills.all()})
    weights = {skill_id: row.weight for skill_id, row in counted.items()}
    return {job.pk: asked_of(job, weights) for job in jobs}


def asked_of(job: Job, weights: dict[int, int]) -> Asked:
    """Return what one posting asks for. An anonymous one keeps its exact spot to itself here, too."""
    return Asked(
        skills=tuple(
            Wish(
                row.skill_id,
                row.skill.name,
                row.importance == Importance.MUST,
                weights.get(row.skill_id, DEFAULT_WEIGHT),
                row.level,
                row.min_years,
            )
            for row in job.skills.all()
        ),
        experience_level=job.experience_level,
        work_mode=job.work_mode,
        eligible_countries=frozenset(job.eligible_countries),
        places=tuple(
            Place(row.country, row.city, spot_of(row.latitude, row.longitude, job.is_anonymous))
            for row in job.locations.all()
        ),
        pay_min=job.salary_yearly_min,
        pay_max=job.salary_yearly_max,
        language=job.language,
    )


def spot_of(latitude: float | None, longitude: float | None, is_anonymous: bool) -> tuple[float, float] | None:
    """Return the point of a place as outsiders may know it."""
    if is_anonymous:
        latitude, longitude = coarse(latitude), coarse(longitude)
    return None if latitude is None or longitude is None else (latitude, longitude)


def offered_of_resumes(resume_ids: Sequence[int], pay_wish: int | None = None) -> dict[int, Offered]:
    """Return what résumés say by their keys; four queries, whatever their number."""
    today = timezone.now().date()
    skills = grouped(ResumeSkill, resume_ids, "skill_id", "level", "years")
    positions = grouped(Experience, resume_ids, "started_on", "ended_on")
    spoken = grouped(ResumeLanguage, resume_ids, "language", "level")
    rows = Resume.objects.filter(pk__in=resume_ids).values_list("pk", "city", "country_code")
    found = {}
    for pk, city, country in rows:
        languages, has_unread = languages_of(spoken[pk])
        found[pk] = Offered(
            skills=claims_of(skills[pk]),
            months=months_of(positions[pk], today),
            country=country.upper(),
            point=coordinates_of(city, country.upper()) if city and country else None,
            languages=languages,
            has_unread_language=has_unread,
            pay_wish=pay_wish,
        )
    return found


def grouped(section: Any, resume_ids: Sequence[int], *columns: str) -> dict[int, list[tuple[Any, ...]]]:
    """Return the named columns of the rows of a section by résumé; one query."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for pk, *values in section.objects.filter(resume_id__in=resume_ids).values_list("resume_id", *columns):
        found[pk].append(tuple(values))
    return found


def claims_of(rows: Iterable[tuple[Any, ...]]) -> dict[int, Claim]:
    """Return the claims by canonical skill; of two that mean the same, the one that counts more."""
    claims: dict[int, Claim] = {}
    for skill_id, level, years in rows:
        claim = Claim(level, years)
        if skill_id is not None and (skill_id not in claims or proficiency(claim) > proficiency(claims[skill_id])):
            claims[skill_id] = claim
    return claims


def months_of(rows: Iterable[tuple[str, str]], today: date) -> int | None:
    """Return the months in which at least one position was held, None where none is dated.

    A month that is begun counts whole, one that two positions share once; a year alone is its January.
    """
    spans = sorted(
        (month_of(start), month_of(end) if end else today.year * 12 + today.month - 1) for start, end in rows if start
    )
    if not spans:
        return None
    total, reached = 0, -1
    for start, end in spans:
        begin = max(start, reached + 1)
        total += max(0, end - begin + 1)
        reached = max(reached, end)
    return total


def month_of(partial: str) -> int:
    """Return the number of the month of ``2014``, ``2014-05`` or ``2014-05-03``."""
    year, _dash, rest = partial.partition("-")
    return int(year) * 12 + (int(rest[:2]) - 1 if rest else 0)


def languages_of(rows: Iterable[tuple[str, str]]) -> tuple[dict[str, str] | None, bool]:
    """Return the levels by ISO 639-1 code (None where no language is told), and whether one was not understood."""
    rows = list(rows)
    codes = language_codes()
    found = {codes[name]: level for told, level in rows if (name := normalise(told)) in codes}
    return (found if rows else None), any(normalise(told) not in codes for told, _level in rows)


@cache
def language_codes() -> dict[str, str]:
    """Return the two-letter codes of languages by their names in English, French and themselves, and by code."""
    codes: dict[str, str] = {}
    known = {code: info for code, info in LANG_INFO.items() if len(code) == 2 and "name" in info}
    for tongue in ("en", "fr"):
        with translation.override(tongue):
            codes |= {normalise(translation.gettext(info["name"])): code for code, info in known.items()}
    for code, info in known.items():
        codes |= {normalise(info["name"]): code, normalise(info["name_local"]): code, code: code}
    return codes
