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
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.utils import timezone

from umemployed.api.context import current_request_id
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


FACT_COLUMNS = ("topic", "aggregate", "actor_id", "request_id", "occurred_at")
INSERT_FACT = """
WITH fact AS (
    INSERT INTO events_eventrecord (public_id, topic, aggregate, payload, actor_id, request_id, occurred_at)
    VALUES (%(public_id)s, %(topic)s, %(aggregate)s, %(payload)s, %(actor_id)s, %(request_id)s, %(occurred_at)s)
    RETURNING id
), owed AS (
    INSERT INTO events_delivery (event_id, handler, aggregate, status, attempts, failures, next_attempt_at, last_error)
    SELECT fact.id, handler, %(aggregate)s, 'pending', 0, 0, now(), '' FROM fact, unnest(%(handlers)s::text[]) handler
)
SELECT id FROM fact
"""


def publish(event: Event, *, aggregate: models.Model | str, actor: models.Model | None = None) -> EventRecord:
    """Write the fact and what each handler is owed, in the caller's transaction; one round trip.

    Hold the aggregate's row lock when you publish: ids are then in commit order per aggregate,
    which is what the relay's order rests on. Raises RuntimeError outside a transaction, and
    TypeError for a payload that is not JSON.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"publish({event.topic}) outside a transaction would lose or invent facts.")
    payload = vars(event)
    fact = EventRecord(
        topic=event.topic,
        aggregate=lane_of(aggregate),
        payload=payload,
        actor_id=actor.pk if actor is not None else None,
        request_id=current_request_id(),
        occurred_at=timezone.now(),
    )
    handlers = list(HANDLERS.get(event.topic, ()))
    with connection.cursor() as cursor:
        row = {name: getattr(fact, name) for name in FACT_COLUMNS}
        row |= {"public_id": str(fact.public_id), "payload": json.dumps(payload), "handlers": handlers}
        cursor.execute(INSERT_FACT, row)
        (fact.pk,) = cursor.fetchone()
    fact._state.adding = False
    fact._state.db = connection.alias
    if handlers:
        transaction.on_commit(ring_bell)
    return fact
