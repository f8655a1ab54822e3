"""From a resolved search to conditions: quals that the index answers, and what is judged on the rows.

Each AND group is a qual of its own, because GIN steps between quals and not inside one. Exclusions and phrases
are rechecked on the rows, never negated in the index.
"""

from __future__ import annotations

import math
import time
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from jobs.geography import EARTH_RADIUS_KM, cells_around
from jobs.search.codes import CONFIGURATIONS, LETTERS, MAX_CELLS, PAY_BAND, PAY_BANDS, code_of
from jobs.search.frequencies import Frequencies
from jobs.search.query import Circle, SearchQuery
from jobs.search.resolve import Resolved, quoted

DISTANCE = f"""EXISTS (SELECT FROM unnest(lat, lon) p(a, b) WHERE 2 * {EARTH_RADIUS_KM} * asin(least(1, sqrt(
    sin(radians(p.a - %(latitude)s) / 2) ^ 2
    + cos(radians(%(latitude)s)) * cos(radians(p.a)) * sin(radians(p.b - %(longitude)s) / 2) ^ 2))) <= %(radius)s)"""
NEARLY_ALL = 0.9
# How each facet is chosen, on the row's own columns, and how its values are counted and named.
CHOSEN = {
    "work_mode": "work_mode = ANY(%(work_mode)s)",
    "employment_type": "employment_type = ANY(%(employment_type)s)",
    "experience_level": "experience_level = ANY(%(experience_level)s)",
    "category": "category = ANY(%(category)s)",
    "language": "language = ANY(%(language)s)",
    "company": "company_id = ANY(%(company)s)",
    "country": "countries && %(country)s::varchar[]",
}


def both(conditions: Any) -> str:
    """Join conditions; none is no restriction."""
    return " AND ".join(conditions) or "true"


@dataclass(frozen=True)
class Conditions:
    """What rows have to satisfy. ``groups`` are the tsqueries behind ``quals``, the rarest first."""

    groups: list[str]
    quals: list[str]
    residual: list[str]
    params: dict[str, Any]

    def where(self, *more: str) -> str:
        """Return all of it as one condition."""
        return both([*self.quals, *self.residual, *more])


def conditions_of(
    query: SearchQuery, found: Resolved, frequencies: Frequencies, but: Container[str] = (), mark: str = ""
) -> Conditions:
    """Return the conditions without the facets in ``but``; ``mark`` tells parameters of one statement apart."""
    words, judged = loosened(found.groups, frequencies)
    groups = [*words, *facet_groups(query, found, but)]
    residual, params = residual_of(query, found)
    for number, (language, group) in enumerate(judged):
        residual.append(f"(language = %(d{number})s OR doc @@ %(e{number})s::tsquery)")
        params |= {f"d{number}": language, f"e{number}": group}
    if query.circle:
        near, values = circle_conditions(query.circle)
        groups += near
        residual.append(DISTANCE)
        params |= values
    if found.pay is not None and found.pay >= PAY_BAND:
        groups.append(quoted(f"S:{min(found.pay // PAY_BAND, PAY_BANDS)}"))
    groups.sort(key=frequencies.of)
    quals = []
    for number, group in enumerate(groups):
        params[f"{mark}g{number}"] = group
        quals.append(f"doc @@ %({mark}g{number})s::tsquery")
    return Conditions(groups, quals, residual, params)


def loosened(groups: list[str], frequencies: Frequencies) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the groups without the language that nearly all postings are in, and what is then judged on the rows.

    Asking the index whether a posting is in that language means reading a list as long as the table. Without it,
    postings of that language are found as before, and only the few others have to be judged by their documents.
    """
    for language, name in CONFIGURATIONS.items():
        if frequencies.total and frequencies.of(f"'D:{name}'") >= NEARLY_ALL * frequencies.total:
            marker = f"'D:{name}' & "
            return (
                [group.replace(marker, "") for group in groups],
                [(language, group) for group in groups if marker in group],
            )
    return groups, []


def residual_of(query: SearchQuery, found: Resolved) -> tuple[list[str], dict[str, Any]]:
    """Return what is judged on the rows, and the parameters; none depends on the facets."""
    # Whole seconds, like the column: a fraction would make PostgreSQL compare as numeric, row by row.
    params: dict[str, Any] = {"now": int(time.time())}
    residual = ["expires > %(now)s"]
    if found.pay is not None:
        residual.append("sal_max >= %(pay)s")
        params["pay"] = found.pay
    if query.hidden:
        residual.append("job_id <> ALL(%(hidden)s::bigint[])")
        params["hidden"] = list(query.hidden)
    if query.only is not None:
        residual.append("job_id = ANY(%(only)s::bigint[])")
        params["only"] = list(query.only)
    if query.posted_after:
        residual.append("posted >= %(posted_after)s")
        params["posted_after"] = math.ceil(query.posted_after.timestamp())
    for number, group in enumerate(found.excluded):
        params[f"x{number}"] = group
        residual.append(f"NOT doc @@ %(x{number})s::tsquery")
    if found.impossible:
        residual.append("false")
    return residual, params


def facet_groups(query: SearchQuery, found: Resolved, but: Container[str]) -> list[str]:
    """Return one tsquery per filter that the index answers by tokens."""
    tokens: dict[str, list[str]] = {
        **{name: [f"{LETTERS[name]}:{code_of(name, word)}" for word in getattr(query, name)] for name in LETTERS},
        "category": [f"C:{pk}" for pk in found.category_ids],
        "company": [f"O:{pk}" for pk in found.company_ids],
        "country": [f"N:{code}" for code in query.country],
        "language": [f"X:{code}" for code in query.language],
    }
    groups = [" | ".join(map(quoted, words)) for name, words in tokens.items() if words and name not in but]
    groups += [quoted(f"K:{pk}") for pk in found.skill_ids]
    if query.eligible_in:
        groups.append(f"'Q:*' | {quoted('Q:' + query.eligible_in)}")
    if found.places:
        groups.append(" | ".join(quoted(f"Y:{name}") for name in found.places))
    return groups


def choices_of(query: SearchQuery, found: Resolved) -> dict[str, list[Any]]:
    """Return the parameters of ``CHOSEN``."""
    return {
        **{name: [code_of(name, word) for word in getattr(query, name)] for name in LETTERS},
        "category": found.category_ids,
        "company": found.company_ids,
        "language": list(query.language),
        "country": list(query.country),
    }


def circle_conditions(circle: Circle) -> tuple[list[str], dict[str, Any]]:
    """Return the cells that an index begins with, and the parameters of the exact distance."""
    cells = cells_around(circle.latitude, circle.longitude, circle.radius_km, MAX_CELLS)
    groups = [" | ".join(quoted(f"G:{row},{column}") for row, column in cells)] if cells else []
    return groups, {"latitude": circle.latitude, "longitude": circle.longitude, "radius": circle.radius_km}
