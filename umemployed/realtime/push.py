"""The fast path from a commit to the sockets: to those of this process at once, to the others by one publication.

All web processes are in one group of the channel layer, and each looks up whom it holds: a frame for a hundred
people, or a batch of frames, travels once, whoever it is for. Both ways may lose; the sweep of every web process
finds what was lost within seconds. So a dead Redis must never cost a request more than one short timeout: after a
failure this keeps silent for a while.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol
from uuid import uuid4
from weakref import WeakSet

import redis
from channels.layers import get_channel_layer
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
GROUP = "frames"
TIMEOUT_SECONDS = 0.2
SILENCE_SECONDS = 2.0
_silent_until = 0.0


class Note(NamedTuple):
    """A frame and who is to have it, as (user id, number) pairs; an ephemeral one has no numbers.

    ``tail`` is the frame's text after its number; without one it means "look at the tables now".
    """

    socket: str
    tail: str | None
    people: Sequence[tuple[int, int | None]]


class Ear(Protocol):
    """Who hears the notes of this process without Redis."""

    def hear_soon(self, notes: Sequence[Note]) -> None:
        """Take notes from any thread."""


class _House:
    """The ears of this process, and the name under which they would hear their own notes again."""

    def __init__(self) -> None:
        self.name = ""  # made with the first ear, because a server may fork before that
        self.ears: WeakSet[Ear] = WeakSet()


_house = _House()
# Our own synchronous client: async_to_sync(layer.group_send) would start an event loop and dial Redis anew for every
# call. It dials at the first use, and threads share its pool.
_client = redis.Redis.from_url(
    settings.CHANNELS_URL,
    socket_timeout=TIMEOUT_SECONDS,
    socket_connect_timeout=TIMEOUT_SECONDS,
    retry=Retry(NoBackoff(), 0),
)


def listen(ear: Ear) -> None:
    """Let an ear of this process hear what is pushed here."""
    _house.name = _house.name or uuid4().hex
    _house.ears.add(ear)


def push(notes: Sequence[Note]) -> None:
    """Tell the notes here and publish them; one round trip. Never raises; call it after the commit."""
    global _silent_until
    if not any(note.people for note in notes):
        return
    for ear in tuple(_house.ears):
        ear.hear_soon(notes)
    if time.monotonic() < _silent_until:
        return
    try:
        _publish(pack(notes))
    except redis.RedisError as error:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("Socket pushes are mute (%s); the sweep takes over.", type(error).__name__)


def pack(notes: Sequence[Note]) -> dict[str, Any]:
    """Return what travels: the notes, and which process says them."""
    return {"process": _house.name, "notes": [list(note) for note in notes]}


def unpack(message: dict[str, Any]) -> list[Note]:
    """Return the notes of a publication; none of this process's own, which were heard already."""
    return [] if message["process"] == _house.name else [Note(*note) for note in message["notes"]]


def _publish(message: dict[str, Any]) -> None:
    """Send to the group as the channel layer itself would."""
    layer = get_channel_layer()
    config: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    channel, data = f"{config['prefix']}__group__{GROUP}", layer.serialize(message)
    try:
        _client.publish(channel, data)
    except redis.ConnectionError:
        # Pooled connections die with a restart of Redis, and the first use finds out: drop them, try once more.
        _client.connection_pool.disconnect(inuse_connections=False)
        _client.publish(channel, data)
