"""How far behind the outbox is, and the removal of what was told long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

LAG = """
SELECT count(*) FILTER (WHERE status = 'pending'),
       count(*) FILTER (WHERE status = 'pending' AND attempts > 0),
       count(*) FILTER (WHERE status = 'dead'),
       COALESCE((
           SELECT extract(epoch FROM clock_timestamp() - e.occurred_at)
           FROM events_delivery d JOIN events_eventrecord e ON e.id = d.event_id
           WHERE d.status = 'pending' ORDER BY d.event_id LIMIT 1), 0)
FROM events_delivery WHERE status IN ('pending', 'dead')
"""

PURGE = """
WITH old AS (
    SELECT e.id FROM events_eventrecord e
    WHERE e.occurred_at < now() - %(age)s
      AND NOT EXISTS (SELECT 1 FROM events_delivery d WHERE d.event_id = e.id AND d.status <> 'done')
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), told AS (
    DELETE FROM events_delivery d USING old WHERE d.event_id = old.id
)
DELETE FROM events_eventrecord e USING old WHERE e.id = old.id
"""


@dataclass(frozen=True)
class Lag:
    """The state of the outbox; ``oldest_seconds`` is the age of the oldest fact still owed to somebody."""

    pending: int
    retrying: int
    dead: int
    oldest_seconds: float


def lag() -> Lag:
    """Measure the outbox; one query that reads only what is pending or dead."""
    with connection.cursor() as cursor:
        cursor.execute(LAG)
        pending, retrying, dead, oldest = cursor.fetchone()
    return Lag(pending, retrying, dead, float(oldest))


def purge_told_events(*, days: int | None = None, batch: int = 5000) -> int:
    """Delete events older than ``days`` that everybody was told of; returns how many.

    Dead letters keep their event until they are retried or deleted. Each batch is a statement of
    its own, so that no lock is held long.
    """
    age: Any = timedelta(days=settings.EVENTS_KEEP_DAYS if days is None else days)
    total = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(PURGE, {"age": age, "limit": batch})
            total += cursor.rowcount
            if cursor.rowcount < batch:
                return total
