"""Events, their publication, and who listens.

An app declares its facts in ``events.py``::

    @dataclass(frozen=True)
    class ApplicationSubmitted(Event):
        application_id: int

publishes them inside the service's transaction::

    publish(ApplicationSubmitted(application.pk), aggregate=application, actor=candidate)

and a higher app listens in ``handlers.py``, which its ``AppConfig.ready()`` imports::

    @on(ApplicationSubmitted)
    def tell_the_recruiters(event: ApplicationSubmitted, meta: Meta) -> None: ...
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from umemployed.api.context import current_request_id
from umemployed.api.ids import new_public_id
from umemployed.events.bell import ring_bell
from umemployed.events.models import EventRecord

TOPICS: dict[str, type[Event]] = {}
HANDLERS: dict[str, dict[str, Handler]] = {}


@dataclasses.dataclass(frozen=True)
class Event:
    """Base of every fact: a frozen dataclass of ids (JSON scalars), named in the past tense."""

    topic: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.topic = f"{cls.__module__.partition('.')[0]}.{cls.__name__}"
        TOPICS[cls.topic] = cls


@dataclasses.dataclass(frozen=True)
class Meta:
    """What the log knows of an event besides its payload."""

    event_id: int
    public_id: str
    aggregate: str
    actor_id: int | None
    request_id: str
    occurred_at: datetime


Handler = Callable[[Any, Meta], None]


def on(*event_types: type[Event]) -> Callable[[Handler], Handler]:
    """Register a handler. It runs in a transaction of its own with its delivery record.

    Its database effects therefore happen exactly once, however often the process is killed. What
    leaves the database (a task, a socket push) is started in ``transaction.on_commit`` from a row
    that the handler wrote and that a sweep would find again, because a kill may come before it.
    A handler must end within ``relay.HANDLER_SECONDS``.
    """

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        for event_type in event_types:
            HANDLERS.setdefault(event_type.topic, {})[name] = handler
        return handler

    return register


def lane_of(aggregate: models.Model | str) -> str:
    """Name what must be told in order, e.g. ``applications.application:42``."""
    if isinstance(aggregate, str):
        return aggregate
    return f"{aggregate._meta.label_lower}:{aggregate.pk}"


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """An event, what it is about, who did it, and in the course of which request."""

    event: Event
    aggregate: models.Model | str
    actor_id: int | None
    request_id: str


# The facts are numbered in the order in which they come.
INSERT_FACTS = """
WITH fact AS (
    INSERT INTO events_eventrecord (public_id, topic, aggregate, payload, actor_id, request_id, occurred_at)
    SELECT public_id, %(topic)s, aggregate, payload, actor_id, request_id, %(occurred_at)s
    FROM unnest(
        %(public_ids)s::uuid[], %(aggregates)s::text[], %(payloads)s::jsonb[], %(actor_ids)s::bigint[],
        %(request_ids)s::text[]
    ) WITH ORDINALITY AS said(public_id, aggregate, payload, actor_id, request_id, nth)
    ORDER BY nth
    RETURNING id, aggregate
), owed AS (
    INSERT INTO events_delivery (event_id, handler, aggregate, status, attempts, failures, next_attempt_at, last_error)
    SELECT fact.id, handler, fact.aggregate, 'pending', 0, 0, now(), ''
    FROM fact, unnest(%(handlers)s::text[]) AS handler ORDER BY fact.id
)
SELECT id FROM fact ORDER BY id
"""


def publish(event: Event, *, aggregate: models.Model | str, actor: models.Model | None = None) -> EventRecord:
    """Write the fact and what each handler is owed, in the caller's transaction; one round trip.

    Hold the aggregate's row lock when you publish: ids are then in commit order per aggregate,
    which is what the relay's order rests on. Raises RuntimeError outside a transaction, and
    TypeError for a payload that is not JSON.
    """
    fact = Fact(event, aggregate, actor.pk if actor is not None else None, current_request_id())
    key, public_id, now = publish_all([fact])[0]
    record = EventRecord(
        pk=key,
        public_id=public_id,
        topic=event.topic,
        aggregate=lane_of(aggregate),
        payload=vars(event),
        actor_id=fact.actor_id,
        request_id=fact.request_id,
        occurred_at=now,
    )
    record._state.adding = False
    record._state.db = connection.alias
    return record


def publish_all(facts: Sequence[Fact]) -> list[tuple[int, UUID, datetime]]:
    """Like ``publish``, several facts of one topic in this order; still one round trip.

    Returns each one's key, public id and time.
    """
    topic, now = facts[0].event.topic, timezone.now()
    if not connection.in_atomic_block:
        raise RuntimeError(f"publish({topic}) outside a transaction would lose or invent facts.")
    handlers = list(HANDLERS.get(topic, ()))
    public_ids = [new_public_id() for _ in facts]
    row: dict[str, Any] = {
        "topic": topic,
        "occurred_at": now,
        "public_ids": [str(public_id) for public_id in public_ids],
        "aggregates": [lane_of(fact.aggregate) for fact in facts],
        "payloads": [json.dumps(vars(fact.event)) for fact in facts],
        "actor_ids": [fact.actor_id for fact in facts],
        "request_ids": [fact.request_id for fact in facts],
        "handlers": handlers,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT_FACTS, row)
        keys = cursor.fetchall()
    if handlers:
        transaction.on_commit(ring_bell)
    return [(key, public_id, now) for (key,), public_id in zip(keys, public_ids, strict=True)]
