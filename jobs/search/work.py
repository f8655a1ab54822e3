"""What others have to hear of the narrow table: one row per changed posting and reader, written with the change.

A reader (the terms, another engine) takes rows, makes its own side say what the posting says *now*, and deletes
them. Nothing is lost when a reader is away, and doing a row twice does no harm. The event log would not do: pay
restated by new rates, and rows that are indexed anew, are no facts about a posting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from prometheus_client.metrics_core import Metric

from umemployed.api.metrics import gauge, measures

TERMS = "terms"
OPENSEARCH = "opensearch"
# Goes along with the statement that changes the table, in one round trip. Rows are only added, so no two
# transactions that publish wait for each other.
TELL = """
INSERT INTO jobs_indexwork (reader, job_id, asked_at)
SELECT reader, job_id, now() FROM unnest(%(readers)s::text[]) reader, unnest(%(ids)s::bigint[]) job_id
"""
TAKE = "SELECT id, job_id FROM jobs_indexwork WHERE reader = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
LAG = """
SELECT reader, count(*), coalesce(extract(epoch FROM now() - min(asked_at)), 0)::float8
FROM jobs_indexwork GROUP BY reader
"""


def readers() -> list[str]:
    """Return who reads along in this house."""
    return [TERMS, OPENSEARCH] if settings.OPENSEARCH_URL else [TERMS]


def take(reader: str, limit: int) -> tuple[list[int], list[int]]:
    """Return ids of work rows and of their postings, the rows locked: others who take now pass them by."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [reader, limit])
        rows = cursor.fetchall()
    return [row for row, _ in rows], sorted({job_id for _, job_id in rows})


def finish(work_ids: Iterable[int]) -> None:
    """Delete work that is done."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM jobs_indexwork WHERE id = ANY(%s)", [list(work_ids)])


def ask(reader: str, job_ids: Iterable[int]) -> None:
    """Ask one reader to look at these postings again."""
    with connection.cursor() as cursor:
        cursor.execute(TELL, {"readers": [reader], "ids": list(job_ids)})


def lag() -> dict[str, tuple[int, float]]:
    """Return by reader how many rows wait, and for how many seconds the oldest has."""
    with connection.cursor() as cursor:
        cursor.execute(LAG)
        waiting: dict[str, Any] = {reader: (count, seconds) for reader, count, seconds in cursor}
    return {reader: waiting.get(reader, (0, 0.0)) for reader in {*readers(), *waiting}}


@measures
def index_work() -> Iterable[Metric]:
    """Measure how far behind the narrow table its readers are; one query."""
    now = lag()
    waiting = {reader: float(count) for reader, (count, _) in now.items()}
    yield gauge("search_index_waiting", "Changed postings that a reader has not looked at yet.", "reader", waiting)
    oldest = {reader: seconds for reader, (_, seconds) in now.items()}
    yield gauge(
        "search_index_lag_seconds", "Age of the oldest change that a reader has not looked at.", "reader", oldest
    )
