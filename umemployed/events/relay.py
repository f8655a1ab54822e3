"""From the outbox to the handlers.

Every delivery passes three committed states:

1. *claimed*: ``attempts`` is counted and a short lease taken, before any handler runs. An event that
   kills its process has therefore been counted, and ends as a dead letter.
2. *running*: the row stays locked while the handler works, so a slow handler keeps its delivery
   although the lease has run out, and nobody else's claim (``attempts`` differs) can finish it.
3. *done*, in the very transaction of the handler's effects: they happen exactly once.

One lane (handler + aggregate) is told strictly in order: only its earliest pending delivery can be
claimed, by whichever relay comes first. Other lanes never wait for it.
"""

from __future__ import annotations

import json
import logging
import random
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from umemployed.api.context import set_request_id
from umemployed.events.log import HANDLERS, TOPICS, Meta
from umemployed.events.models import Delivery

logger = logging.getLogger(__name__)

BATCH = 50
LEASE_SECONDS = 15  # how long a claim of a dead process delays its deliveries
HANDLER_SECONDS = 10  # a handler's own limit, for each statement and for the whole
MAX_FAILURES = 8  # with the backoff below, the last start is about 2 minutes after the first
MAX_DEATHS = 3  # of the process, while it held the delivery
BACKOFF_SECONDS, BACKOFF_MAX_SECONDS = 1.0, 300.0

# First starts go in batches. What failed once, or was in the hands of a process that died, starts
# alone: so a poisonous event cannot bring the innocent ones of its batch down with it.
FRESH = "d.attempts = 0"
AGAIN = "d.attempts > 0 AND d.next_attempt_at <= now()"
ORDER = {FRESH: "d.event_id", AGAIN: "d.next_attempt_at, d.event_id"}

# The minimum is one probe of the index per row whatever the planner believes; NOT EXISTS would become a
# join, which on the stale statistics of a queue reads the whole backlog for every row.
CLAIM = """
WITH due AS (
    SELECT d.id FROM events_delivery d
    WHERE d.status = 'pending' AND {queue} AND d.event_id = (
        SELECT min(lane.event_id) FROM events_delivery lane
        WHERE lane.status = 'pending' AND lane.handler = d.handler AND lane.aggregate = d.aggregate)
    ORDER BY {order} LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE events_delivery d SET attempts = d.attempts + 1, next_attempt_at = now() + %(lease)s
    FROM due WHERE d.id = due.id
    RETURNING d.id, d.handler, d.attempts, d.failures, d.event_id
)
SELECT c.id, c.handler, c.attempts, c.failures,
       e.id, e.topic, e.payload::text, e.aggregate, e.actor_id, e.request_id, e.occurred_at, e.public_id
FROM claimed c JOIN events_eventrecord e ON e.id = c.event_id
ORDER BY e.id, c.id
"""

# Done, and the lane's next one claimed with it: a busy lane costs one commit per event. While this
# transaction is open nobody else can claim the next one, because this one still looks pending to them.
FINISH = """
WITH done AS (
    UPDATE events_delivery SET status = 'done', done_at = clock_timestamp(), last_error = ''
    WHERE id = %(id)s
    RETURNING id
), claimed AS (
    UPDATE events_delivery SET attempts = 1, next_attempt_at = clock_timestamp() + %(lease)s
    WHERE id = (
        SELECT id FROM events_delivery
        WHERE status = 'pending' AND handler = %(handler)s AND aggregate = %(aggregate)s AND event_id > %(event_id)s
        ORDER BY event_id LIMIT 1)
      AND status = 'pending' AND attempts = 0
    RETURNING id, handler, attempts, failures, event_id
)
SELECT c.id, c.handler, c.attempts, c.failures,
       e.id, e.topic, e.payload::text, e.aggregate, e.actor_id, e.request_id, e.occurred_at, e.public_id
FROM claimed c JOIN events_eventrecord e ON e.id = c.event_id
"""


class HandlerTooSlow(Exception):
    """The handler did not end within HANDLER_SECONDS."""


@dataclass(frozen=True)
class Claim:
    """One delivery in this relay's hands, with all that its handler needs."""

    id: int
    handler: str
    attempts: int
    failures: int
    event_id: int
    topic: str
    payload: str
    aggregate: str
    actor_id: int | None
    request_id: str
    occurred_at: datetime
    public_id: str

    def deaths(self) -> int:
        """Count the earlier starts that neither ended nor failed: their process died."""
        return self.attempts - 1 - self.failures

    def meta(self) -> Meta:
        """Return what the handler is told besides the event."""
        return Meta(
            event_id=self.event_id,
            public_id=str(self.public_id),
            aggregate=self.aggregate,
            actor_id=self.actor_id,
            request_id=self.request_id,
            occurred_at=self.occurred_at,
        )


def claim(queue: str, limit: int) -> list[Claim]:
    """Take up to ``limit`` due deliveries, in order of their events; one statement, committed."""
    with connection.cursor() as cursor:
        statement = CLAIM.format(queue=queue, order=ORDER[queue])  # only the constants above
        arguments: dict[str, Any] = {"limit": limit, "lease": timedelta(seconds=LEASE_SECONDS)}
        cursor.execute(statement, arguments)
        return [Claim(*row) for row in cursor.fetchall()]


def give_back(claims: list[Claim]) -> None:
    """Return claims that were not started, as if they had never been taken."""
    if not claims:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE events_delivery d SET attempts = d.attempts - 1, next_attempt_at = now()
               FROM unnest(%s::bigint[], %s::int[]) AS mine(id, attempts)
               WHERE d.id = mine.id AND d.attempts = mine.attempts AND d.status = 'pending'""",
            [[c.id for c in claims], [c.attempts for c in claims]],
        )


def deliver(mine: Claim) -> list[Claim]:
    """Run one handler with its delivery record; return the lane's next claim, if any.

    Nothing happens when the claim was lost meanwhile. Raises only DatabaseError, when the
    connection itself is gone.
    """
    set_request_id(mine.request_id)
    try:
        with transaction.atomic():
            return _deliver_locked(mine)
    except DatabaseError:
        raise
    except Exception:
        # The delivery is committed; what failed was a fast path, and its sweep will do the work.
        logger.exception("%s: something started after the commit of #%s failed.", mine.handler, mine.event_id)
        return []
    finally:
        set_request_id("")


def _deliver_locked(mine: Claim) -> list[Claim]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true) FROM events_delivery "
            "WHERE id = %s AND status = 'pending' AND attempts = %s FOR UPDATE SKIP LOCKED",
            [f"{HANDLER_SECONDS}s", mine.id, mine.attempts],
        )
        if cursor.fetchone() is None:
            return []
        if mine.deaths() >= MAX_DEATHS:
            _bury(mine, f"The process died {mine.deaths()} times while it handled this.")
            return []
        error = _run(mine)
        if error is not None:
            _fail(mine, error)
            return []
        return _finish(mine)


def _finish(mine: Claim) -> list[Claim]:
    with connection.cursor() as cursor:
        arguments: dict[str, Any] = {
            "id": mine.id,
            "handler": mine.handler,
            "aggregate": mine.aggregate,
            "event_id": mine.event_id,
            "lease": timedelta(seconds=LEASE_SECONDS),
        }
        cursor.execute(FINISH, arguments)
        return [Claim(*row) for row in cursor.fetchall()]


def _run(mine: Claim) -> Exception | None:
    """Call the handler inside a savepoint and return what it raised, its effects undone."""
    try:
        with transaction.atomic(), time_limit(HANDLER_SECONDS):
            event = TOPICS[mine.topic](**json.loads(mine.payload))
            HANDLERS[mine.topic][mine.handler](event, mine.meta())
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is deferred must fail here, not at the commit
    except Exception as error:
        if connection.connection is None or connection.connection.closed:
            raise
        logger.warning("%s failed on event #%s.", mine.handler, mine.event_id, exc_info=True)
        return error
    return None


def _fail(mine: Claim, error: Exception) -> None:
    message = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    if mine.failures + 1 >= MAX_FAILURES:
        _bury(mine, message, failures=mine.failures + 1)
        return
    Delivery.objects.filter(pk=mine.id).update(
        failures=mine.failures + 1,
        last_error=message,
        next_attempt_at=timezone.now() + timedelta(seconds=backoff(mine.failures + 1)),
    )


def _bury(mine: Claim, reason: str, **fields: Any) -> None:
    logger.error("Dead letter: %s of event #%s (%s). %s", mine.handler, mine.event_id, mine.topic, reason)
    Delivery.objects.filter(pk=mine.id).update(status=Delivery.Status.DEAD, last_error=reason, **fields)


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures: doubling, capped, the upper half random."""
    ceiling = min(BACKOFF_SECONDS * 2 ** (failures - 1), BACKOFF_MAX_SECONDS)
    return ceiling / 2 + random.random() * ceiling / 2  # noqa: S311 - jitter, not a secret


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise HandlerTooSlow in the block after ``seconds``; only the main thread has the alarm for it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum: int, frame: object) -> None:
        raise HandlerTooSlow(f"It ran longer than {seconds:g} s.")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Relay:
    """One worker of the outbox. Any number may run, in any processes."""

    def __init__(self) -> None:
        self.stopping = threading.Event()

    def stop(self) -> None:
        """Finish the handler that runs now, give the rest back, and leave."""
        self.stopping.set()

    def drain(self, *, seconds: float = float("inf")) -> int:
        """Deliver what is due until nothing is, ``stop()`` is called or the time is up; return the number of starts."""
        deadline = time.monotonic() + seconds
        started = 0
        while not self.stopping.is_set() and time.monotonic() < deadline:
            work = claim(FRESH, BATCH) + claim(AGAIN, 1)
            if not work:
                break
            started += self._work_off(deque(work), deadline)
        return started

    def _work_off(self, work: deque[Claim], deadline: float) -> int:
        """Deliver one batch, while its leases surely last."""
        started = 0
        until = min(deadline, time.monotonic() + LEASE_SECONDS / 2)
        while work and not self.stopping.is_set() and time.monotonic() < until:
            work.extend(deliver(work.popleft()))
            started += 1
        give_back(list(work))
        return started
