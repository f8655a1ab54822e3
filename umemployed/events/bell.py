"""The relay's bell: a Redis publication that says "look now". It carries no data and may be lost."""

from __future__ import annotations

import logging
import time
from functools import cache

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
CHANNEL = "um:events:bell"
SILENCE_SECONDS = 2.0  # after a failure, do not make every request wait for a dead Redis
_silent_until = 0.0


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.CHANNELS_URL, socket_timeout=0.2, socket_connect_timeout=0.2)


def ring_bell() -> None:
    """Publish on the bell's channel; never raises, waits at most 0.2 s and then keeps silent for a while."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        _client().publish(CHANNEL, b"1")
    except redis.RedisError as error:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("The relay's bell is mute (%s); the relay's poll takes over.", type(error).__name__)
