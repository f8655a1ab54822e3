"""From a query's words to what the index holds: ids, folded places, stems, the pay in reference units."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from jobs.geography import CODES_BY_NAME
from jobs.models import Category
from jobs.pay import REFERENCE_CURRENCY, yearly
from jobs.search.codes import CONFIGURATIONS, FALLBACK
from jobs.search.index import FOLD
from jobs.search.query import Pay, Piece, SearchQuery
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


# By text and whether it is a phrase: configuration, tsquery, stems. The configurations change with a migration alone.
Readings = list[tuple[str, str, list[str]]]
STEMS: dict[tuple[str, bool], Readings] = {}
MOST_KEPT, LONGEST_KEPT = 10_000, 40


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
    """Look up everything that the query names; one statement, none where it names nothing but words that are kept."""
    unknown = [piece for piece in query.pieces if (piece.text, piece.phrase) not in STEMS]
    named = query.company or query.category or query.skills or query.pay or query.location
    companies, categories, known, rate, parts = [], {}, {}, None, None
    skills = [" ".join(name.casefold().split()) for name in query.skills]
    stems: dict[tuple[str, bool], Readings] = {}
    if named or unknown:
        with connection.cursor() as cursor:
            cursor.execute(RESOLVE, asked_for(query, skills, unknown))
            companies, categories, known, rate, parts, found_stems = map(read, cursor.fetchone())
        stems = keep_stems(unknown, found_stems)
    found = Resolved(company_ids=companies, category_ids=sorted(categories.values()))
    found.unknown_categories = [slug for slug in query.category if slug not in categories]
    found.skill_ids = sorted({known[name] for name in skills if name in known})
    found.places = place_names(parts or [])
    found.pay = pay_in_reference(query.pay, rate)
    for piece in query.pieces:
        key = (piece.text, piece.phrase)
        split_stems(found, piece, stems[key] if key in stems else STEMS[key])
    found.impossible = (
        bool(query.company and not companies)
        or bool(query.category and not categories)
        or any(name not in known for name in skills)
        or bool(query.pay and found.pay is None)
        or bool(query.location.strip(" ,") and not found.places)
    )
    return found


def asked_for(query: SearchQuery, skills: list[str], pieces: list[Piece]) -> dict[str, Any]:
    """Return the parameters of ``RESOLVE``."""
    return {
        "companies": list(query.company),
        "categories": list(query.category),
        "skills": skills,
        "currency": query.pay.currency if query.pay else "",
        "parts": [part for part in query.location.split(",") if part.strip()],
        "pieces": [piece.text for piece in pieces],
        "phrases": [piece.phrase for piece in pieces],
        "configurations": [*CONFIGURATIONS.values(), FALLBACK],
    }


def read(value: object) -> Any:
    """Return what a column says; the driver leaves JSON as text."""
    return json.loads(value) if isinstance(value, str) else value


def keep_stems(pieces: list[Piece], stems: list[list[Any]]) -> dict[tuple[str, bool], Readings]:
    """Return the readings by piece, and keep those of short ones: a word is stemmed alike for ever."""
    found: dict[tuple[str, bool], Readings] = {(piece.text, piece.phrase): [] for piece in pieces}
    for number, name, text, words in stems:
        if text:
            piece = pieces[number - 1]
            found[piece.text, piece.phrase].append((name, text, words))
    if len(STEMS) > MOST_KEPT:
        STEMS.clear()
    STEMS.update((key, readings) for key, readings in found.items() if len(key[0]) <= LONGEST_KEPT)
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


def split_stems(found: Resolved, piece: Piece, readings: Readings) -> None:
    """Make one tsquery of a piece: each posting is asked in its own language's stems."""
    if not readings:
        return  # nothing but punctuation
    group = group_of({name: text for name, text, _ in readings})
    (found.excluded if piece.excluded else found.groups).append(group)
    if not piece.excluded:
        found.wanted += sorted({stem for _, _, words in readings for stem in words})


def group_of(readings: dict[str, str]) -> str:
    """Join the readings of one piece; where all languages read it alike, the language does not matter."""
    if len(set(readings.values())) == 1:
        return next(iter(readings.values()))
    return " | ".join(f"('D:{name}' & ({text}))" for name, text in readings.items())


def quoted(lexeme: str) -> str:
    """Quote a lexeme for a tsquery's text."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
