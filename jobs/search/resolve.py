"""From a query's words to what the index holds: ids, folded places, stems, the pay in reference units."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from django.db import connection
from django.utils.translation import gettext as _

from jobs.geography import CODES_BY_NAME
from jobs.models import Category
from jobs.pay import REFERENCE_CURRENCY, yearly
from jobs.search.codes import CONFIGURATIONS, FALLBACK
from jobs.search.index import FOLD
from jobs.search.query import Pay, SearchQuery
from umemployed.api.errors import Invalid
from umemployed.api.judging import offering

# One statement resolves everything that a query can name. A skill may be named by any of its labels.
RESOLVE = f"""
SELECT
    (SELECT coalesce(array_agg(id), '{{}}') FROM companies_company WHERE slug = ANY(%(companies)s)),
    (SELECT coalesce(jsonb_object_agg(slug, id), '{{}}') FROM jobs_category WHERE slug = ANY(%(categories)s)),
    (SELECT coalesce(jsonb_object_agg(n.name, n.id), '{{}}') FROM (
        SELECT slug AS name, id FROM resumes_skill WHERE slug = ANY(%(skills)s)
        UNION ALL SELECT normalised, skill_id FROM resumes_skillalias WHERE normalised = ANY(%(skills)s)) n),
    (SELECT per_reference FROM jobs_exchangerate WHERE currency = %(currency)s ORDER BY "on" DESC LIMIT 1),
    (SELECT array_agg({FOLD.format("part")} ORDER BY n) FROM unnest(%(parts)s::text[]) WITH ORDINALITY u(part, n)),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(p.n, c.name,
            CASE WHEN p.phrase THEN phraseto_tsquery(c.name::regconfig, p.piece)
                 ELSE plainto_tsquery(c.name::regconfig, p.piece) END::text,
            tsvector_to_array(to_tsvector(c.name::regconfig, p.piece))) ORDER BY p.n, c.name), '[]')
        FROM unnest(%(pieces)s::text[], %(phrases)s::boolean[]) WITH ORDINALITY p(piece, phrase, n)
        CROSS JOIN unnest(%(configurations)s::text[]) c(name))
"""  # noqa: S608


@dataclass
class Resolved:
    """A query in the index's terms. ``groups`` and ``excluded`` are tsquery texts; ``wanted`` are stems to rank by."""

    impossible: bool = False
    company_ids: list[int] = field(default_factory=list)
    category_ids: list[int] = field(default_factory=list)
    unknown_categories: list[str] = field(default_factory=list)
    skill_ids: list[int] = field(default_factory=list)
    pay: int | None = None
    places: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)


def resolve(query: SearchQuery) -> Resolved:
    """Return the query in the index's terms, looked up once."""
    if "resolved" not in query.memo:
        query.memo["resolved"] = look_up(query)
    return query.memo["resolved"]


def look_up(query: SearchQuery) -> Resolved:
    """Look up everything that the query names; no statement where it names nothing, else one."""
    if not (query.company or query.category or query.skills or query.pay or query.location or query.pieces):
        return Resolved()
    skills = [" ".join(name.casefold().split()) for name in query.skills]
    with connection.cursor() as cursor:
        cursor.execute(
            RESOLVE,
            {
                "companies": list(query.company),
                "categories": list(query.category),
                "skills": skills,
                "currency": query.pay.currency if query.pay else "",
                "parts": [part for part in query.location.split(",") if part.strip()],
                "pieces": [piece.text for piece in query.pieces],
                "phrases": [piece.phrase for piece in query.pieces],
                "configurations": [*CONFIGURATIONS.values(), FALLBACK],
            },
        )
        companies, categories, known, rate, parts, stems = cursor.fetchone()
    known, stems, categories = (
        json.loads(value) if isinstance(value, str) else value for value in (known, stems, categories)
    )
    found = Resolved(company_ids=companies, category_ids=sorted(categories.values()))
    found.unknown_categories = [slug for slug in query.category if slug not in categories]
    found.skill_ids = sorted({known[name] for name in skills if name in known})
    found.places = place_names(parts or [])
    found.pay = pay_in_reference(query.pay, rate)
    split_stems(found, query, stems)
    found.impossible = (
        bool(query.company and not companies)
        or bool(query.category and not categories)
        or any(name not in known for name in skills)
        or bool(query.pay and found.pay is None)
        or bool(query.location.strip(" ,") and not found.places)
    )
    return found


def refuse_unknown_categories(query: SearchQuery) -> None:
    """Raise Invalid for a category that is none, with those that there are (one more query, only then)."""
    unknown = resolve(query).unknown_categories
    if unknown:
        detail = _("There is no category {names}.").format(names=", ".join(unknown))
        item = {"code": "invalid_choice", "attr": "category", "detail": detail}
        raise Invalid(errors=[offering(item, Category.objects.values_list("slug", flat=True))])


def pay_in_reference(pay: Pay | None, rate: Decimal | None) -> int | None:
    """Return the yearly figure that postings are compared with, by the rule that made theirs."""
    if pay is None:
        return None
    rates = {REFERENCE_CURRENCY: Decimal(1), **({pay.currency: rate} if rate is not None else {})}
    return yearly(pay.amount, pay.currency, pay.period, pay.hours_per_week, rates)


def place_names(parts: list[str]) -> list[str]:
    """Return the index's names of a place given by its parts; a country may be named or coded."""
    if not parts:
        return []
    readings = [{part, CODES_BY_NAME.get(part, part).lower()} for part in parts]
    return sorted({"|".join(sorted(set(choice))) for choice in product(*readings)})[:16]


def split_stems(found: Resolved, query: SearchQuery, stems: list[list]) -> None:
    """Make one tsquery per piece: each posting is asked in its own language's stems."""
    for number, piece in enumerate(query.pieces, 1):
        readings = {name: text for n, name, text, _ in stems if n == number and text}
        if not readings:
            continue  # nothing but punctuation
        group = group_of(readings)
        (found.excluded if piece.excluded else found.groups).append(group)
        if not piece.excluded:
            found.wanted += sorted({stem for n, _, _, words in stems if n == number for stem in words})


def group_of(readings: dict[str, str]) -> str:
    """Join the readings of one piece; where all languages read it alike, the language does not matter."""
    if len(set(readings.values())) == 1:
        return next(iter(readings.values()))
    return " | ".join(f"('D:{name}' & ({text}))" for name, text in readings.items())


def quoted(lexeme: str) -> str:
    """Quote a lexeme for a tsquery's text."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
