"""Totals and facets: exact where what is found is little, else from the newest rows, and then said to be so.

An estimate takes the newest rows of the search, and for a facet that is chosen the newest of the search without
that choice, and multiplies by how many live postings there are to each that was looked at. So it supposes that the
older ones are like the newest; how far that is wrong is measured in ``docs/performance.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from jobs.models.vocabulary import EmploymentType, ExperienceLevel, WorkMode
from jobs.search.asking import ask
from jobs.search.backend import FacetResult, FacetValue
from jobs.search.codes import CODES
from jobs.search.conditions import CHOSEN, Conditions, both, choices_of, conditions_of
from jobs.search.cursors import NOBODY
from jobs.search.frequencies import BLOCK, Frequencies
from jobs.search.query import SearchQuery
from jobs.search.resolve import Resolved
from jobs.search.windows import level_for, oldest_of, windowed

LABELS = {"work_mode": WorkMode, "employment_type": EmploymentType, "experience_level": ExperienceLevel}
FACET_LIMIT = 50
SAMPLE = 1_500
NAMED = {
    "category": ("category", "JOIN jobs_category n ON n.id = v.value", "n.slug, {name}"),
    "company": ("company_id", "JOIN companies_company n ON n.id = v.value", "n.slug, n.name"),
    "skills": ("unnest(skills)", "JOIN resumes_skill n ON n.id = v.value", "n.slug, n.name"),
    "country": ("unnest(countries)", "", "v.value::text, v.value::text"),
}
PLAIN = ("{column}", "", "v.value::text, v.value::text")
COLUMNS = "ord, work_mode, employment_type, experience_level, category, language, company_id, countries, skills"
# How many live postings are at least as new as the sample's oldest, counted up to a bound; how many of that one's
# window are older; and how many are in the window of the oldest posting that may be found. Index-only, below 1 ms.
NEWER_COUNTED = 4_000
REACHED = f"""SELECT '', '{{name}}', concat_ws(' ', r.low, r.bottom,
    (SELECT count(*) FROM (SELECT FROM jobs_jobsearch WHERE ord >= r.low LIMIT {NEWER_COUNTED}) n),
    (SELECT count(*) FROM jobs_jobsearch WHERE ord >= greatest(r.low >> {BLOCK} << {BLOCK}, r.bottom) AND ord < r.low),
    (SELECT count(*) FROM jobs_jobsearch WHERE ord >= r.bottom AND ord < (r.bottom >> {BLOCK}) + 1 << {BLOCK})), r.count
FROM (SELECT min(ord) AS low, min(bottom) AS bottom, count(*) AS count FROM {{source}}) r"""  # noqa: S608
Row = tuple[Any, ...]


@dataclass
class Counting:
    """One count of dimensions, over ``base`` (exact) or over samples."""

    query: SearchQuery
    found: Resolved
    dimensions: Sequence[str]
    chosen: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.chosen = {name: CHOSEN[name] for name in CHOSEN if getattr(self.query, name)}

    def exactly(self, base: Conditions) -> FacetResult:
        """Count everything; one statement."""
        parts = [f"SELECT '', 'total', '', count(*) FROM base WHERE {both(self.chosen.values())}"]  # noqa: S608
        for dimension in self.dimensions:
            others = [condition for name, condition in self.chosen.items() if name != dimension]
            parts.append(counting(dimension, "base", both(others)))
        rows = ask(
            f"WITH base AS MATERIALIZED (SELECT {COLUMNS} FROM jobs_jobsearch WHERE {base.where()})"  # noqa: S608
            f" {' UNION ALL '.join(parts)}",
            base.params | choices_of(self.query, self.found),
            *(["seqscan"] if base.quals else []),
        )
        return result_of(rows, self.dimensions)

    def estimated(self, frequencies: Frequencies) -> FacetResult:
        """Count the newest rows, and estimate where there are more; one statement."""
        params: dict[str, Any] = {"sample": SAMPLE}
        samples, parts = [], []
        names = ["", *(name for name in self.dimensions if name in self.chosen)]
        for number, name in enumerate(names):
            conditions = conditions_of(self.query, self.found, frequencies, but=[name], mark=f"s{number}")
            params |= conditions.params
            samples.append(f"s{number} AS MATERIALIZED ({sample_of(conditions, frequencies)})")
            parts.append(REACHED.format(name=name, source=f"s{number}"))
        parts += [
            counting(dimension, f"s{names.index(dimension) if dimension in names else 0}", "true")
            for dimension in self.dimensions
        ]
        rows = ask(f"WITH {', '.join(samples)} {' UNION ALL '.join(parts)}", params, "seqscan")
        factors = {name: factor_of(reached, count, frequencies) for kind, name, reached, count in rows if not kind}
        scaled: list[Row] = []
        for dimension, value, label, count in rows:
            if dimension or not value:
                factor = factors[dimension if dimension in factors else ""]
                scaled.append((dimension, value, label, round(count * factor)))
        return result_of(scaled, self.dimensions, exact=all(factor == 1 for factor in factors.values()))


def sample_of(conditions: Conditions, frequencies: Frequencies) -> str:
    """Return the statement of the newest rows."""
    if not conditions.quals:
        return (
            f"SELECT {COLUMNS}, {oldest_of(conditions)} AS bottom FROM jobs_jobsearch"  # noqa: S608
            f" WHERE {conditions.where()} ORDER BY ord DESC LIMIT %(sample)s"
        )
    level = level_for(conditions, frequencies, SAMPLE)
    return windowed(COLUMNS, conditions.where(), limit="%(sample)s", level=level, bottom=oldest_of(conditions))


def factor_of(reached: str, count: int, frequencies: Frequencies) -> float:
    """Return by what a sample is multiplied: 1 where it is everything.

    What was looked at is counted in the table, up to a bound; only what lies in whole windows between the sample and
    the oldest posting that may be found (and, beyond the bound, in whole windows above) is taken from the frequencies.
    No posting's place in its window matters, so neither do holes that were left by those that closed.
    """
    if count < SAMPLE:
        return 1.0
    low, bottom, newer, beside, last = map(int, reached.split())
    block, oldest = low >> BLOCK, bottom >> BLOCK
    older = beside if block == oldest else beside + frequencies.between(oldest + 1, block) + last
    if newer == NEWER_COUNTED:
        newer = max(newer, frequencies.between(block, NOBODY) - (beside if block > oldest else 0))
    return 1 + older / newer


def counting(dimension: str, source: str, where: str) -> str:
    """Return the statement that counts one dimension."""
    column, join, names = NAMED.get(dimension, PLAIN)
    french = (get_language() or "").startswith("fr")
    names = names.format(name="coalesce(nullif(n.name_fr, ''), n.name)" if french else "n.name")
    return (
        f"SELECT '{dimension}', w.* FROM (SELECT {names}, v.count FROM (SELECT"  # noqa: S608
        f" {column.format(column=dimension)} AS value, count(*) AS count FROM {source} WHERE {where} GROUP BY 1"
        f") v {join} ORDER BY v.count DESC, 1 LIMIT {FACET_LIMIT}) w"
    )


def result_of(rows: list[Row], dimensions: Sequence[str], *, exact: bool = True) -> FacetResult:
    """Return the rows as the interface wants them; the total's dimension is empty."""
    total = next(count for dimension, _value, _label, count in rows if not dimension)
    result = FacetResult(total, {name: [] for name in dimensions}, exact)
    for dimension, value, label, count in rows:
        if dimension:
            result.facets[dimension].append(FacetValue(*named(dimension, value, label), count))
    return result


def named(facet: str, value: str, label: str) -> tuple[str, str]:
    """Return a facet's value and label as the API names them."""
    if facet not in CODES:
        return value, label
    word = CODES[facet][int(value) - 1]
    return word, str(LABELS[facet](word).label)
