"""Tickets: the way into a socket that puts no token into a URL, a log or a browser's history."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from umemployed.realtime.authority import Principal
from umemployed.realtime.models import Ticket

LIFETIME = timedelta(seconds=30)


def digest_of(secret: str) -> str:
    """Return what is stored of a ticket."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_ticket(principal: Principal) -> str:
    """Return a new ticket, good for one connection within LIFETIME. One insert."""
    secret = secrets.token_urlsafe(32)
    Ticket.objects.create(
        digest=digest_of(secret),
        user_id=principal.user_id,
        session_id=principal.session_id,
        expires_at=timezone.now() + LIFETIME,
    )
    return secret


def claim_ticket(secret: str) -> Principal | None:
    """Use a ticket up and return whose it was, or None. One atomic delete: of two claims one wins."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM realtime_ticket WHERE digest = %s RETURNING user_id, session_id, expires_at > now()",
            [digest_of(secret)],
        )
        row = cursor.fetchone()
    return Principal(row[0], row[1]) if row and row[2] else None
