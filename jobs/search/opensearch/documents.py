"""From rows to documents: what the narrow table says of postings, and the words that they are read by.

The narrow table stays the truth about what is public, and about what an anonymous employer keeps to itself; a document
says no more than its row.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from jobs.search.opensearch.mapping import reading_of

ROWS = """
SELECT s.job_id, j.version, s.ord, s.posted, s.expires, coalesce(s.sal_max, -1), s.work_mode, s.employment_type,
    s.experience_level, s.category, s.company_id, s.skills, s.language, s.countries, s.lat, s.lon,
    ARRAY(SELECT substr(w, 3) FROM unnest(tsvector_to_array(s.doc)) w WHERE w LIKE 'Q:%%'),
    ARRAY(SELECT substr(w, 3) FROM unnest(tsvector_to_array(s.doc)) w WHERE w LIKE 'Y:%%'),
    j.title, j.description, j.requirements, j.benefits,
    CASE WHEN s.company_id <> 0 THEN c.slug END, c.name, g.slug, g.name, g.name_fr,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(l.city, l.region, l.country) ORDER BY l.position, l.id), '[]')
        FROM jobs_joblocation l WHERE l.job_id = j.id)::text,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(k.slug, k.name,
            (SELECT coalesce(jsonb_agg(a.label ORDER BY a.id), '[]') FROM resumes_skillalias a WHERE a.skill_id = k.id))
        ORDER BY js.position, js.id), '[]')
        FROM jobs_jobskill js JOIN resumes_skill k ON k.id = js.skill_id WHERE js.job_id = j.id)::text
FROM jobs_jobsearch s JOIN jobs_job j ON j.id = s.job_id JOIN companies_company c ON c.id = j.company_id
LEFT JOIN jobs_category g ON g.id = j.category_id
WHERE s.job_id = ANY(%s) ORDER BY s.job_id
"""
NUMBERS = ("ord", "posted", "expires", "sal_max", "work_mode", "employment_type", "experience_level", "category")
SEPARATOR = "\x1f"
WORD = re.compile(r"[^\W_]+")
SPACES = re.compile(r"\s+")
MOST_STARTS = 8


def documents_of(job_ids: Sequence[int]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Give (posting, version, document) of those that have a row in the narrow table; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [list(job_ids)])
        rows = cursor.fetchall()
    for job_id, version, *row in rows:
        numbers = dict(zip(NUMBERS, row[:8], strict=True))
        company_id, skill_ids, language, countries, lat, lon, eligible, places = row[8:16]
        title, *body, slug, employer, category, category_name, category_fr, towns, skills = row[16:]
        towns, skills = json.loads(towns), json.loads(skills)
        reading = reading_of(language)
        terms = [("title", fold(title), title, "", [title])]
        terms += [("company", slug, employer, "", [employer])] if slug else []
        terms += [("category", category, category_name, category_fr, [category_name, category_fr])] if category else []
        terms += [("skill", name, label, "", [label, *aliases]) for name, label, aliases in skills]
        for city, region, country in towns:
            if city and "," not in city + region:
                place = ", ".join(part for part in (city, region if region != city else "", country) if part)
                terms.append(("place", fold(place), place, "", [place]))
        yield (
            job_id,
            version,
            {
                **numbers,
                "company_id": company_id,
                "skills": list(skill_ids),
                "language": language,
                "countries": list(countries),
                "eligible": sorted(eligible),
                "places": sorted(places),
                "spots": [{"lat": north, "lon": east} for north, east in zip(lat, lon, strict=True)],
                f"title_{reading}": title,
                f"skills_{reading}": [label for _, label, _ in skills],
                f"place_{reading}": [*([employer] if slug else []), *(f"{city} {region}" for city, region, _ in towns)],
                f"body_{reading}": " ".join(body),
                "starts": sorted({start for term in terms for start in starts_of(*term)}),
            },
        )


def fold(text: str) -> str:
    """Return a text without case, accents and runs of spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return SPACES.sub(" ", "".join(char for char in plain if not unicodedata.combining(char))).strip()


def starts_of(kind: str, value: str, label: str, label_fr: str, names: list[str]) -> Iterator[str]:
    """Give what an aggregation counts for autocompletion: a start, and the term that it stands for."""
    for name in names:
        folded = fold(name)
        places = {0, *(found.start() for found in WORD.finditer(folded))}
        for place in sorted(places)[:MOST_STARTS] if folded else ():
            yield SEPARATOR.join((folded[place : place + 60], kind, value, label, label_fr))
