"""The fast path from a commit to the sockets: one publication per person through the channel layer's Redis.

It may lose; the sweep of every web process finds what was lost within seconds. So a dead Redis must
never cost a request more than one short timeout: after a failure this keeps silent for a while.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 0.2
SILENCE_SECONDS = 2.0
_silent_until = 0.0


def group_of(socket: str, user_id: int) -> str:
    """Name the channel layer's group of one person on one socket."""
    return f"{socket}.user.{user_id}"


# Our own synchronous client: async_to_sync(layer.group_send) would start an event loop and dial Redis anew
# for every call. It dials at the first use, and threads share its pool.
_client = redis.Redis.from_url(
    settings.CHANNELS_URL,
    socket_timeout=TIMEOUT_SECONDS,
    socket_connect_timeout=TIMEOUT_SECONDS,
    retry=Retry(NoBackoff(), 0),
)


def push(messages: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Publish (group, message) pairs in one round trip. Never raises; call it after the commit."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    layer = get_channel_layer()
    config: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    prefix = config["prefix"]
    packed = [(f"{prefix}__group__{group}", layer.serialize(message)) for group, message in messages]
    try:
        _publish(packed)
    except redis.RedisError as error:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("Socket pushes are mute (%s); the sweep takes over.", type(error).__name__)


def _publish(packed: list[tuple[str, bytes]]) -> None:
    try:
        _send(packed)
    except redis.ConnectionError:
        # Pooled connections die with a restart of Redis, and the first use finds out: drop them, try once more.
        _client.connection_pool.disconnect(inuse_connections=False)
        _send(packed)


def _send(packed: list[tuple[str, bytes]]) -> None:
    pipeline = _client.pipeline(transaction=False)
    for channel, payload in packed:
        pipeline.publish(channel, payload)
    pipeline.execute()
