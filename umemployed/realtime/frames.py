"""The catalogue of everything that may travel on a socket.

An app declares in its own ``frames.py`` what its socket may tell::

    declare("chat", "message.created", MessageFrameSerializer, summary=_("A message was written."))
    declare("chat", "typing", TypingSerializer, durable=False, summary=_("Somebody types."))

Commands enter the catalogue by ``@command`` on the consumer's methods. Sending an undeclared type is
an error at the sender; outside production the data are checked against the schema as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.utils.encoders import JSONEncoder

from umemployed.realtime.schema import validator_of

SerializerClass = type[BaseSerializer]


def encode(value: Any) -> str:
    """Return the value as compact JSON text (knows what DRF knows: dates, UUIDs, decimals, lazy text)."""
    return json.dumps(value, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))


def moment(at: datetime) -> str:
    """Return an aware time as RFC 3339 in UTC, with ``Z``."""
    return at.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class EventType:
    """A frame that the server sends on its own; ``durable`` ones carry ``seq`` and are replayed."""

    socket: str
    type: str
    serializer: SerializerClass
    durable: bool
    summary: str

    def check(self, data: Any) -> None:
        """Raise jsonschema.ValidationError unless the data are what the catalogue says."""
        # Through JSON, so that dates, ids and decimals are judged as they travel.
        validator_of(self.serializer).validate(json.loads(encode(data)))


@dataclass(frozen=True)
class CommandType:
    """A frame that the client sends; ``handler(consumer, actor, data)`` returns the reply's data."""

    socket: str
    type: str
    serializer: SerializerClass
    reply: SerializerClass | None
    summary: str
    handler: Callable[..., dict[str, Any] | None]


class Nothing(Serializer):
    """The data of a frame that carries none."""


EVENTS: dict[tuple[str, str], EventType] = {}
COMMANDS: dict[tuple[str, str], CommandType] = {}


class UnknownFrame(LookupError):
    """The type was never declared for this socket."""


def declare(
    socket: str, type: str, serializer: SerializerClass, *, durable: bool = True, summary: str | Promise = ""
) -> EventType:
    """Enter an event type into the catalogue. ``serializer`` describes ``data``."""
    return EVENTS.setdefault((socket, type), EventType(socket, type, serializer, durable, str(summary)))


def event_type(socket: str, type: str, *, durable: bool) -> EventType:
    """Return the declared event type; raise UnknownFrame for an undeclared one or the wrong durability."""
    found = EVENTS.get((socket, type))
    if found is None or found.durable is not durable:
        kind = "durable" if durable else "ephemeral"
        raise UnknownFrame(f"No {kind} frame {type!r} is declared for the socket {socket!r}.")
    return found
