"""From a search to what a new posting is looked up by: a tsquery, and the tokens that it cannot do without."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection

from jobs.search.codes import PAY_BAND, PAY_BANDS
from jobs.search.conditions import circle_conditions, facet_groups
from jobs.search.query import SearchQuery
from jobs.search.resolve import Resolved, quoted, resolve

PART = re.compile(r"'((?:[^']|'')*)'|([|])")
# Every posting is looked up by it: searches that no token narrows.
EVERYTHING = ""
MOST_NEEDS = 2
# The index that holds an anchor with its needs takes 2,704 bytes a row, and a lexeme may have 2,046 of them.
LONGEST_NEED = 200
COMMON = """
SELECT token, frequency FROM pg_stats,
    unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common(token, frequency)
WHERE schemaname = ANY(current_schemas(false)) AND tablename = 'jobs_jobsearch' AND attname = 'doc'
    AND token = ANY(%s)
"""


@dataclass(frozen=True)
class Anchor:
    """A token to be looked up by, and what must be there, too."""

    token: str
    needs: tuple[str, ...]


@dataclass
class Compiled:
    """The columns of a saved search, and its anchors."""

    columns: dict[str, Any]
    anchors: list[Anchor] = field(default_factory=list)


def compile_search(query: SearchQuery) -> Compiled:
    """Return a search that can find something in the index's terms; at most two queries."""
    found = resolve(query)
    circle = query.circle
    groups = groups_of(query, found)
    columns: dict[str, Any] = {
        "wanted": " & ".join([*(f"({group})" for group in groups), *(f"!({group})" for group in found.excluded)]),
        "pay": found.pay,
        "posted_after": math.ceil(query.posted_after.timestamp()) if query.posted_after else None,
        "latitude": circle.latitude if circle else None,
        "longitude": circle.longitude if circle else None,
        "radius_km": circle.radius_km if circle else None,
    }
    return Compiled(columns, anchors_of(groups))


def groups_of(query: SearchQuery, found: Resolved) -> list[str]:
    """Return one tsquery per condition that tokens answer, as the search itself asks them."""
    groups = [*found.groups, *facet_groups(query, found, ())]
    if query.circle:
        groups += circle_conditions(query.circle)[0]
    if found.pay is not None and found.pay >= PAY_BAND:
        groups.append(quoted(f"S:{min(found.pay // PAY_BAND, PAY_BANDS)}"))
    return groups


def anchors_of(groups: list[str]) -> list[Anchor]:
    """Choose the rarest group as the anchor, and the rarest tokens of others as what is needed besides.

    How rare a token is, PostgreSQL's statistics of the index say; one that they do not name is rare.
    Statistics only choose: whatever they say, the same postings are found.
    """
    readings = [choices for choices in map(alternatives, groups) if choices]
    if not readings:
        return [Anchor(EVERYTHING, ())]
    common = frequencies({token for choices in readings for tokens in choices for token in tokens})
    # The rarest token of each alternative stands for it.
    rarest = [[min(tokens, key=lambda token: (common.get(token, 0.0), token)) for tokens in it] for it in readings]
    rarest.sort(key=lambda tokens: (sum(common.get(token, 0.0) for token in tokens), len(tokens)))
    short = (tokens[0] for tokens in rarest[1:] if len(tokens) == 1 and len(tokens[0].encode()) <= LONGEST_NEED)
    needs = tuple(islice(short, MOST_NEEDS))
    return [Anchor(token, needs) for token in dict.fromkeys(rarest[0])]


def alternatives(group: str) -> list[list[str]]:
    """Return the lexemes of each alternative of ``('D:x' & ('a' & 'b')) | …``: *or* stands only outermost."""
    found: list[list[str]] = [[]]
    for lexeme, bar in PART.findall(group):
        if bar:
            found.append([])
        else:
            found[-1].append(lexeme.replace("''", "'").replace("\\\\", "\\"))
    # An alternative without a lexeme would be true of everything.
    return found if all(found) else []


def frequencies(tokens: set[str]) -> dict[str, float]:
    """Return the share of postings that have each token, of those that are common; one query."""
    with connection.cursor() as cursor:
        cursor.execute(COMMON, [sorted(tokens)])
        return dict(cursor.fetchall())
