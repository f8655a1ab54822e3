"""The door of every socket: origin, subprotocol, ticket or first frame."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from umemployed.api.errors import Unauthenticated
from umemployed.api.middleware import trusted_address
from umemployed.api.security import tell
from umemployed.realtime.authority import Principal, authority
from umemployed.realtime.protocol import SUBPROTOCOL, TICKET_PREFIX
from umemployed.realtime.tickets import claim_ticket

Scope = dict[str, Any]


def has_allowed_origin(scope: Scope) -> bool:
    """Say whether exactly one Origin was sent and it is on the list, letter for letter."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    return len(origins) == 1 and origins[0].decode("latin-1") in settings.REALTIME_ORIGINS


def note_refusal(scope: Scope, why: str) -> None:
    """Tell that somebody was refused at the door: a foreign origin, or a ticket or token that is no good."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    peer, _port = scope.get("client") or ("", 0)
    address = trusted_address(peer, headers.get("x-forwarded-for", ""))
    tell(f"refused:{why}", address=address, request_id=uuid4().hex, method="WEBSOCKET", route=scope["path"])


def language_of(scope: Scope) -> str:
    """Return the first language of the handshake's Accept-Language that we speak, or the platform's own."""
    asked = b",".join(value for name, value in scope["headers"] if name == b"accept-language").decode("latin-1")
    for code, _weight in parse_accept_lang_header(asked.lower()):
        with suppress(LookupError):
            return get_supported_language_variant(code)
    return settings.LANGUAGE_CODE


def spoken(scope: Scope) -> str | None:
    """Return the subprotocol to echo: ours or none, never the ticket."""
    return SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None


def ticket_in(scope: Scope) -> str | None:
    """Return the ticket that the handshake carries, or None."""
    offered = (name for name in scope.get("subprotocols", ()) if name.startswith(TICKET_PREFIX))
    return next((name.removeprefix(TICKET_PREFIX) for name in offered), None)


def principal_of_ticket(secret: str) -> Principal:
    """Claim the ticket; raise Unauthenticated when it is unknown, used, late, or its session has ended."""
    principal = claim_ticket(secret)
    if principal is None or principal not in authority().standing([principal]):
        raise Unauthenticated
    return principal


def principal_of_token(data: Any) -> Principal:
    """Return who the first frame's access token belongs to; raise Unauthenticated."""
    token = data.get("token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token.isascii():
        raise Unauthenticated
    return authority().authenticate_token(token)
