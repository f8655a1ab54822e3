"""The orders that a column gives: newest first, and by pay. A page costs what a page holds, however much is found."""

from __future__ import annotations

from typing import Any

from jobs.search.asking import ask
from jobs.search.codes import PAY_BAND, PAY_BANDS
from jobs.search.conditions import Conditions, both
from jobs.search.frequencies import Frequencies
from jobs.search.windows import NEWEST, level_for, oldest_of, windowed

PAY = "coalesce(sal_max, -1)"
# A search that a twentieth of all postings satisfy finds a page within some hundred rows of the order of pay.
WALKED_SHARE = 0.05
BANDED = """SELECT x.* FROM unnest(%(bands)s::text[]) w(token) CROSS JOIN LATERAL (
    SELECT job_id, ord, {pay} AS key FROM jobs_jobsearch WHERE doc @@ quote_literal(w.token)::tsquery AND {where}
    ORDER BY {pay} + 0 {way}, ord {way} LIMIT %(size)s
) x LIMIT %(size)s"""
Row = tuple[Any, ...]
Edge = dict[str, Any] | None


def newest(conditions: Conditions, frequencies: Frequencies, edge: Edge, size: int, *, few: bool) -> list[Row]:
    """Return ``size`` rows beyond the edge in the order of publication, nearest first; one statement."""
    backward = bool(edge and edge["backward"])
    params = conditions.params | {"size": size}
    if edge:
        params["edge_ord"] = edge["ord"] + (1 if backward else -1)
    if few or not conditions.quals:
        way, walked = "ASC" if backward else "DESC", "ord + 0" if conditions.quals else "ord"
        beyond = [f"{walked} {'>=' if backward else '<='} %(edge_ord)s"] if edge else []
        statement = (
            f"SELECT job_id, ord, 0 AS key FROM jobs_jobsearch WHERE {conditions.where(*beyond)}"  # noqa: S608
            f" ORDER BY {walked} {way} LIMIT %(size)s"
        )
        return ask(statement, params, *(["seqscan"] if conditions.quals else []))
    statement = windowed(
        "job_id, ord, 0 AS key",
        conditions.where(),
        limit="%(size)s",
        level=level_for(conditions, frequencies, size),
        top="%(edge_ord)s" if edge and not backward else NEWEST,
        bottom="%(edge_ord)s" if backward else oldest_of(conditions),
        upward=backward,
    )
    return [row[:3] for row in ask(statement, params, "seqscan")]


def by_pay(conditions: Conditions, frequencies: Frequencies, edge: Edge, size: int, *, few: bool) -> list[Row]:
    """Return ``size`` rows beyond the edge by pay, the unknown last; one statement, two where both kinds are needed."""
    params = conditions.params | {"size": size}
    backward = bool(edge and edge["backward"])
    way = "ASC" if backward else "DESC"
    beyond = []
    if edge:
        params |= {"edge_key": edge["key"], "edge_ord": edge["ord"]}
        pay = PAY if not few and walks(conditions, frequencies) else f"{PAY} + 0"
        beyond = [f"({pay}, ord) {'>' if backward else '<'} (%(edge_key)s, %(edge_ord)s)"]
    if few or walks(conditions, frequencies):
        # All that is found is sorted; or the index of pay is walked, for which the GIN index is forbidden.
        where = conditions.where(*beyond)
        statement = f"SELECT job_id, ord, {PAY} AS key FROM jobs_jobsearch WHERE {where}"  # noqa: S608
        if few and conditions.quals:
            statement = f"SELECT * FROM ({statement} OFFSET 0) f ORDER BY key {way}, ord {way} LIMIT %(size)s"  # noqa: S608
            return ask(statement, params, "seqscan")
        return ask(f"{statement} ORDER BY {PAY} {way}, ord {way} LIMIT %(size)s", params, "seqscan", "bitmapscan")
    return banded(conditions, frequencies, params, both(beyond), size, edge)


def walks(conditions: Conditions, frequencies: Frequencies) -> bool:
    """Say whether walking the order of pay meets a page soon."""
    return not conditions.quals or frequencies.likely(conditions.groups) > WALKED_SHARE * frequencies.total


def banded(
    conditions: Conditions, frequencies: Frequencies, params: dict[str, Any], beyond: str, size: int, edge: Edge
) -> list[Row]:
    """Look at one band of pay after the other, and at the postings without pay in the order of publication."""
    backward = bool(edge and edge["backward"])
    key = edge["key"] if edge else None
    parts = ["known", "unknown"] if not backward else ["unknown", "known"]
    if (key == -1 and not backward) or (key not in (None, -1) and backward):
        parts = parts[1:]
    rows: list[Row] = []
    for part in parts:
        wanted = size - len(rows)
        if part == "unknown":
            unpaid = Conditions(
                conditions.groups,
                ["doc @@ '''SB:-'''::tsquery", *conditions.quals],
                conditions.residual,
                conditions.params,
            )
            found = newest(unpaid, frequencies, edge if key == -1 else None, wanted, few=False)
            rows += [(job_id, ordinal, -1) for job_id, ordinal, _ in found]
        else:
            statement = BANDED.format(pay=PAY, where=conditions.where(beyond), way="ASC" if backward else "DESC")
            bands = bands_beyond(key if key != -1 else None, backward)
            rows += ask(statement, params | {"size": wanted, "bands": bands}, "seqscan")
        if len(rows) >= size:
            break
    return rows


def bands_beyond(key: int | None, backward: bool) -> list[str]:
    """Return the tokens of the bands from the edge on."""
    edge = None if key is None else min(key // PAY_BAND, PAY_BANDS)
    if backward:
        return [f"SB:{band}" for band in range(edge or 0, PAY_BANDS + 1)]
    return [f"SB:{band}" for band in range(PAY_BANDS if edge is None else edge, -1, -1)]
