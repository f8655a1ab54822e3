"""How much waits in Celery's queues, and for how long: asked of the broker itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import redis
from celery.signals import before_task_publish
from django.conf import settings
from prometheus_client.metrics_core import Metric

from umemployed.api.metrics import gauge, measures
from umemployed.api.quarantine import DEAD

SENT_AT = "sent_at"


@before_task_publish.connect(dispatch_uid="umemployed.sent_at")
def stamp(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Write onto each task when it was queued; Celery does not say it."""
    if headers is not None:
        headers[SENT_AT] = time.time()


@cache
def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.BROKER_URL, socket_timeout=1, socket_connect_timeout=1)


def age_of(message: bytes | None, now: float) -> float:
    """Return for how many seconds a queued task has waited; 0 for none."""
    if message is None:
        return 0.0
    return max(0.0, now - float(json.loads(message)["headers"].get(SENT_AT) or now))


@measures
def queues() -> Iterable[Metric]:
    """Measure each queue, and what workers hold; one round trip."""
    names = [*(queue.name for queue in settings.CELERY_TASK_QUEUES), DEAD]
    prefix = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"])
    with _broker().pipeline(transaction=False) as pipe:
        for name in names:
            pipe.llen(prefix + name)
            pipe.lindex(prefix + name, -1)  # workers take from the right
        pipe.hlen(f"{prefix}unacked")
        *found, held = pipe.execute()
    now = time.time()
    depths = dict(zip(names, found[::2], strict=True))
    ages = {name: age_of(message, now) for name, message in zip(names, found[1::2], strict=True)}
    yield gauge("queue_depth", "Tasks that wait in a queue of Celery.", "queue", depths)
    yield gauge("queue_oldest_seconds", "Age of the task that has waited longest.", "queue", ages)
    yield gauge("tasks_held", "Tasks that workers have taken and not finished.", "by", {"workers": held})
