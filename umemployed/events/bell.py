"""The relay's bell: a Redis publication that says "look now". It carries no data and may be lost."""

from __future__ import annotations

import contextlib
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
    """Wake the relays; never raises, waits at most 0.2 s and then keeps silent for a while.

    Loss is harmless: relays poll, and beat sweeps.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        _client().publish(CHANNEL, b"1")
    except redis.RedisError as error:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("The relay's bell is mute (%s); the relay's poll takes over.", type(error).__name__)


class BellListener:
    """The relay's ear. Reconnects by itself; without Redis it is only a slow clock."""

    def __init__(self, url: str | None = None) -> None:
        self._client = redis.Redis.from_url(url or settings.CHANNELS_URL, socket_timeout=2, socket_connect_timeout=1)
        self._subscription: redis.client.PubSub | None = None

    def wait(self, seconds: float) -> bool:
        """Return True when the bell rang, False after ``seconds`` of silence or of no Redis.

        Rings that pile up meanwhile count as one. A fresh subscription counts as a ring, because
        one may have been missed before it.
        """
        until = time.monotonic() + seconds
        try:
            if self._subscription is None:
                self._subscribe()
                return True
            rang = self._subscription.get_message(timeout=seconds) is not None
            while rang and self._subscription.get_message(timeout=0) is not None:
                pass
        except redis.RedisError as error:
            logger.warning("The bell cannot be heard (%s); polling.", type(error).__name__)
            self.close()
            time.sleep(max(0.0, until - time.monotonic()))
            return False
        return rang

    def _subscribe(self) -> None:
        subscription = self._client.pubsub(ignore_subscribe_messages=False)
        subscription.subscribe(CHANNEL)
        if subscription.get_message(timeout=1) is None:
            subscription.close()
            raise redis.TimeoutError("no answer to SUBSCRIBE")
        self._subscription = subscription

    def close(self) -> None:
        """Hang up; the next wait() subscribes again."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            with contextlib.suppress(redis.RedisError):
                subscription.close()
