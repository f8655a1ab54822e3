"""The dialect of our sockets: limits, close codes and envelopes. `docs/realtime.md` tells it to clients."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NoReturn

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import ApiError, Conflict, NotFound
from umemployed.api.problems import problem
from umemployed.realtime.frames import encode, moment

SUBPROTOCOL = "umemployed.v1"
TICKET_PREFIX = "ticket."
FRAME_BYTES = 64 * 1024
COMMANDS_PER_MINUTE = 100
CONNECTIONS_PER_PERSON = 10  # on one socket, in one process
ENTRY_SECONDS = 5.0
HEARTBEAT_SECONDS = 25.0
SILENCE_SECONDS = 60.0
# How long live frames wait for the client's `resume`, so that the replay comes before them.
HOLD_SECONDS = 0.5
# What may wait for a peer that does not read.
WAITING_FRAMES = 512
WAITING_CHARACTERS = 1024 * 1024
MAX_SEQ = 2**63 - 1


class CloseCode(IntEnum):
    """Why a connection ended, as the client reads it; the comments say what the client should do."""

    RESTART = 1012  # sent by the server at shutdown: come back after the jitter named in hello
    BAD_FRAME = 4400  # mend the client
    UNAUTHENTICATED = 4401  # sign in or refresh, get a ticket, come back
    ACCESS_LOST = 4403  # read the state again by REST before coming back
    TIMEOUT = 4408  # come back and resume
    TOO_LARGE = 4413  # send less at once
    SLOW_DOWN = 4429  # come back later
    SLOW_CONSUMER = 4490  # come back and resume


class UnknownCommand(NotFound):
    code = "unknown_command"
    title = _("Unknown command")
    cause = _("This socket has no command of that type.")
    cure = _("Compare the frame's `type` with the list in docs/asyncapi.yaml.")


class AlreadyAuthenticated(Conflict):
    code = "already_authenticated"
    title = _("Already authenticated")
    cause = _("This socket has been entered; it stays its person's until it closes.")
    cure = _(
        "Send `authenticate` only as the first frame, and only where no ticket was presented. Go on with commands."
    )


class BadFrame(ValueError):
    """The peer sent what cannot even be answered."""


@dataclass(frozen=True, slots=True)
class Command:
    """A frame from the client. ``id`` is the client's own and comes back as ``re``."""

    id: int | str
    type: str
    data: Any


def _refuse_constant(name: str) -> NoReturn:
    raise BadFrame(f"{name} is not JSON.")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object; of two equal names two readers would believe different ones (RFC 8259 §4)."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadFrame("An object names a member twice.")
    return members


def parse(text: str) -> Command:
    """Read a client's frame; raise BadFrame without a readable ``id`` and ``type``, and for a member named twice."""
    try:
        frame = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    match frame:
        case {"id": int() | str() as ident, "type": str() as kind, **rest} if _is_id(ident) and len(kind) <= 64:
            if rest.keys() - {"data"}:
                raise BadFrame("unknown members")
            return Command(ident, kind, rest.get("data", {}))
    raise BadFrame("no id or no type")


def _is_id(value: int | str) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= 64 and value.isprintable()
    return not isinstance(value, bool) and 0 <= value < 2**53


def reply(ident: int | str, data: Any = None) -> str:
    """Return the answer to a command that succeeded."""
    return f'{{"re":{encode(ident)},"ok":true,"data":{encode(data if data is not None else {})}}}'


def refusal(ident: int | str, error: ApiError) -> str:
    """Return the answer to a command that failed: the same problem document as REST's.

    A problem may quote what the client sent, lone surrogates among it, which are no text to send back.
    """
    told = encode(problem(error)).encode("utf-8", "replace").decode()
    return f'{{"re":{encode(ident)},"ok":false,"problem":{told}}}'


def announcement(kind: str, data: dict[str, Any]) -> str:
    """Return a frame of the protocol itself (hello, heartbeat, resync); it has no number."""
    return f'{{"type":"{kind}","at":"{moment(timezone.now())}","data":{encode(data)}}}'
