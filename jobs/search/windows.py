"""Rows in the order of publication, by windows of it, stopping when enough are found.

Each document names its windows of 2 thousand, 16 thousand and 131 thousand publications (tokens W1 to W3). They are
looked at one by one, each larger than those before it, so nothing is ever sorted but what one window holds, and no
row is left out: the last windows reach the end. ``ord + 0`` keeps the planner from walking the primary key,
which would unpack the document of every row on its way.
"""

from __future__ import annotations

from jobs.search.conditions import Conditions
from jobs.search.frequencies import Frequencies

SHIFTS = (11, 14, 17)
MOST_IN_WINDOW = 4_000
DAY = 86_400
OLDEST = "(SELECT min(ord) FROM jobs_jobsearch)"
NEWEST = "(SELECT max(ord) FROM jobs_jobsearch)"
# Order of publication and time agree but for the seconds that transactions take; a day is ample.
SINCE = f"""greatest({OLDEST}, coalesce((SELECT ord FROM jobs_jobsearch WHERE posted >= %(posted_after)s - {DAY}
    ORDER BY posted LIMIT 1), 2147483647))"""  # noqa: S608


def windowed(
    columns: str, where: str, *, limit: str, level: int, top: str = NEWEST, bottom: str = OLDEST, upward: bool = False
) -> str:
    """Return the statement of the first ``limit`` rows from ``top`` to ``bottom``, or the other way (upward)."""
    way = "ASC" if upward else "DESC"
    # OFFSET 0: the ends are looked up once, not (and planned) wherever they are named.
    return f"""SELECT x.*, m.bottom FROM (SELECT {bottom} AS bottom, {top} AS top OFFSET 0) m
CROSS JOIN LATERAL ({rising(level) if upward else falling(level)}) w
CROSS JOIN LATERAL (
    SELECT {columns} FROM jobs_jobsearch
    WHERE doc @@ quote_literal(w.token)::tsquery AND {where} AND ord + 0 BETWEEN m.bottom AND m.top
    ORDER BY ord + 0 {way} LIMIT {limit}
) x LIMIT {limit}"""  # noqa: S608


def falling(level: int) -> str:
    """Return the windows from ``top`` down to ``bottom``, beginning with those of ``level`` (1 to 3)."""
    parts = []
    for number in range(level, 4):
        shift = SHIFTS[number - 1]
        first = f"top >> {shift}" if number == level else f"(top >> {shift}) - 1"
        last = f"bottom >> {shift}"
        if number < 3:
            last = f"greatest((top >> {SHIFTS[number]}) << 3, {last})"
        parts.append(f"SELECT 'W{number}:' || n AS token FROM generate_series({first}, {last}, -1) n")  # noqa: S608
    return " UNION ALL ".join(parts)


def rising(level: int) -> str:
    """Return the windows from ``bottom`` up to ``top``, beginning with those of ``level``."""
    parts = []
    for number in range(level, 4):
        shift = SHIFTS[number - 1]
        first = f"bottom >> {shift}" if number == level else f"(bottom >> {shift}) + 1"
        last = f"top >> {shift}"
        if number < 3:
            last = f"least((((bottom >> {SHIFTS[number]}) + 1) << 3) - 1, {last})"
        parts.append(f"SELECT 'W{number}:' || n AS token FROM generate_series({first}, {last}) n")  # noqa: S608
    return " UNION ALL ".join(parts)


def level_for(conditions: Conditions, frequencies: Frequencies, wanted: int) -> int:
    """Return with which windows to begin: the smallest that likely hold a quarter of what is wanted.

    Never such as may hold more than ``MOST_IN_WINDOW``, however the groups depend on one another.
    """
    if not frequencies.total:
        return 1
    likely = frequencies.likely(conditions.groups) / frequencies.total
    most = frequencies.most(conditions.groups) / frequencies.total
    for level, shift in enumerate(SHIFTS, 1):
        if most * (1 << shift) > MOST_IN_WINDOW:
            return max(1, level - 1)
        if likely * (1 << shift) >= wanted / 4:
            return level
    return 3


def oldest_of(conditions: Conditions) -> str:
    """Return the expression of the oldest posting that can satisfy the conditions."""
    return SINCE if "posted_after" in conditions.params else OLDEST
