"""The house's Celery application with one task more, which kills the process that runs it."""

from __future__ import annotations

import os
import signal

import redis
from django.conf import settings

from umemployed.celery import app


@app.task(name="tests.kill_yourself")
def kill_yourself(*, key: str) -> None:
    """Count the start and die as by SIGKILL."""
    redis.Redis.from_url(settings.BROKER_URL).incr(key)
    os.kill(os.getpid(), signal.SIGKILL)
