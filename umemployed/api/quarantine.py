"""Tasks that kill their worker are tried three times, and then put aside.

A task is acknowledged when it ends, so the broker hands out again what was in the hands of a worker that died. A
task that itself is the cause would kill one worker after the other for ever. The broker marks what it hands out
again; those starts are counted, and what has had its three goes to the queue ``dead``, which nobody works on:
``/metrics`` counts it and the log says so. Nothing is lost with it: tasks carry ids, rows are the truth, and what
they owe is found by the sweeps or marked as failed there.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import redis
from celery import Task
from django.conf import settings

logger = logging.getLogger(__name__)
MAX_STARTS = 3
DEAD = "dead"
KEPT_SECONDS = 86_400


@cache
def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.BROKER_URL, socket_timeout=1, socket_connect_timeout=1)


class QuarantinedTask(Task):
    """The base of every task. Costs nothing at a first start, and one round trip at a repeated one."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task, unless it has been started often enough without an end."""
        request = self.request
        if (request.delivery_info or {}).get("redelivered") and starts_of(str(request.id)) > MAX_STARTS:
            put_aside(self, kwargs)
            return None
        return super().__call__(*args, **kwargs)


def starts_of(task_id: str) -> int:
    """Count this repeated start and return how many there were with the first; 1 when the broker does not answer."""
    key = f"um:jobs:starts:{task_id}"
    try:
        with _broker().pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, KEPT_SECONDS)
            repeated, _ = pipe.execute()
    except redis.RedisError:
        return 1
    return int(repeated) + 1


def put_aside(task: Task, kwargs: dict[str, Any]) -> None:
    """Put the task into the queue of the dead, and say so."""
    logger.error("Dead task: %s killed its worker %d times. %s", task.name, MAX_STARTS, kwargs)
    task.apply_async(kwargs=kwargs, queue=DEAD)
