"""The catalogue of everything that may travel on a socket.

An app declares in its own ``frames.py`` what its socket may tell::

    declare("chat", "message.created", MessageFrameSerializer, summary=_("A message was written."))
    declare("chat", "typing", TypingSerializer, durable=False, summary=_("Somebody types."))

Commands enter the catalogue by ``@command`` on the consumer's methods. Sending an undeclared type is
an error at the sender; outside production the data are checked against the schema as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.utils.encoders import JSONEncoder

from umemployed.realtime.schema import validator_of

SerializerClass = type[BaseSerializer]


_encoder = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(value: Any) -> str:
    """Return the value as compact JSON text (knows what DRF knows: dates, UUIDs, decimals, lazy text)."""
    return _encoder.encode(value)


def moment(at: datetime) -> str:
    """Return an aware time as RFC 3339 in UTC, with ``Z``."""
    return at.isoformat().replace("+00:00", "Z")


def frame_tail(kind: str, at: datetime, data: str) -> str:
    """Return an event's text after its number, the same for everybody who is told; ``data`` is JSON text."""
    return f'"type":{encode(kind)},"at":"{moment(at)}","data":{data}}}'


def frame_text(seq: int | None, tail: str) -> str:
    """Return the whole text of an event; an ephemeral one has no number."""
    return "{" + tail if seq is None else f'{{"seq":{seq},{tail}'


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


class Call(NamedTuple):
    """One of several commands that are executed together: who gives it, its validated data, its request id."""

    actor: Any
    data: dict[str, Any]
    request_id: str


Together = Callable[[Sequence[Call]], Sequence[dict[str, Any] | None]]


@dataclass(frozen=True)
class CommandType:
    """A frame that the client sends; ``handler(consumer, actor, data)`` returns the reply's data.

    ``together``, if there is one, executes several at once and returns a reply's data for each, or None for what
    the handler has to execute alone.
    """

    socket: str
    type: str
    serializer: SerializerClass
    reply: SerializerClass | None
    summary: str
    handler: Callable[..., dict[str, Any] | None]
    together: Together | None = None


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
