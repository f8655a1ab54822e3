"""How complete a résumé is, and what publishing still needs.

The score is a sum of parts, 100 in all: name 10, headline 10, a way to be reached 10, place 5,
summary 10 and 5 more from 200 characters on, first position 15, second 5, education 10,
skills 2 each up to 10, a language 5, a project, certificate or link 5.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from resumes.models import Resume, Section
from resumes.models.sections import SECTIONS

LONG_SUMMARY = 200


def score_of(resume: Resume, counts: Mapping[str, int]) -> int:
    """Return 0 to 100 from the résumé's columns and the number of rows of each section."""
    parts: dict[int, list[object]] = {
        10: [resume.full_name, resume.headline, resume.email or resume.phone, resume.summary, counts["education"]],
        5: [
            resume.city or resume.country_code,
            len(resume.summary) >= LONG_SUMMARY,
            counts["experiences"] > 1,
            counts["languages"],
            counts["projects"] or counts["certificates"] or counts["links"],
        ],
        15: [counts["experiences"]],
        2: [count < counts["skills"] for count in range(5)],
    }
    return sum(points * sum(map(bool, reached)) for points, reached in parts.items())


def missing_of(resume: Resume, counts: Mapping[str, int]) -> list[str]:
    """Return what publishing still needs, as machine-readable words; empty when nothing is missing."""
    needed = {
        "full_name": resume.full_name,
        "headline": resume.headline,
        "contact": resume.email or resume.phone,
        "background": counts["experiences"] or counts["education"] or counts["projects"],
        "skills": counts["skills"],
    }
    return [name for name, there in needed.items() if not there]


def section_counts(resume: Resume) -> dict[str, int]:
    """Return how many rows each section has; one query for all."""
    counts = Resume.objects.filter(pk=resume.pk).order_by().values_list(*map(rows, SECTIONS.values())).get()
    return dict(zip(SECTIONS, counts, strict=True))


def rows(section: type[Section]) -> Coalesce:
    """Return the expression that counts a section's rows of the outer résumé."""
    own: QuerySet = section.objects.filter(resume=OuterRef("pk")).order_by().values("resume")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
