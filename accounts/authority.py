"""What sockets ask of accounts; ``settings.REALTIME_AUTHORITY`` names this module."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from accounts.authentication import session_of
from accounts.models import Session
from accounts.tokens import BadToken
from umemployed.api.errors import Unauthenticated
from umemployed.realtime.authority import Principal

__all__ = ["Principal", "authenticate_token", "standing"]


def authenticate_token(token: str) -> Principal:
    """Return the person and session of an access token. Raises Unauthenticated; one query."""
    try:
        session = session_of(token)
    except BadToken as error:
        raise Unauthenticated from error
    return Principal(session.user_id, str(session.public_id))


def standing(principals: Iterable[Principal]) -> set[Principal]:
    """Return those that may still act: session not ended, person active. One query for all."""
    asked = set(principals)
    alive = Session.objects.standing().filter(public_id__in={uuid.UUID(one.session_id) for one in asked})
    return asked & {
        Principal(user_id, str(public_id)) for user_id, public_id in alive.values_list("user_id", "public_id")
    }
