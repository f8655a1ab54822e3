"""Access tokens (JWT): short-lived, with everything pinned that a forger would like to choose.

Accepted is exactly: HS256, a ``kid`` that names one of our keys, ``typ`` ``at+jwt`` in the header
(RFC 9068), our issuer and audience, and an expiry. The key id is a fingerprint of the key, so a new key
needs only ``JWT_SIGNING_KEY``; the old one moves to ``JWT_PREVIOUS_KEYS`` until its last token is over.
"""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from datetime import datetime
from functools import cache

import jwt
from django.conf import settings

from accounts.models import Session

ALGORITHM = "HS256"
HEADER_TYPE = "at+jwt"
CLAIMS = ["exp", "iat", "iss", "aud", "sub", "sid"]


@dataclasses.dataclass(frozen=True)
class AccessClaims:
    """What a valid access token says: whose it is, and of which session (public ids)."""

    user_public_id: uuid.UUID
    session_public_id: uuid.UUID


class BadToken(Exception):
    """The token is not one of ours, or is over. Deliberately says no more."""


def key_id_of(key: str) -> str:
    """Return the public name of a signing key."""
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:16]


@cache
def _keys(current: str, previous: tuple[str, ...]) -> dict[str, str]:
    return {key_id_of(key): key for key in (current, *previous)}


def make_access_token(session: Session, *, issued_at: datetime) -> str:
    """Return a signed access token; the same bytes for the same session and second."""
    lifetime = settings.ACCESS_TOKEN_LIFETIME
    key = settings.JWT_SIGNING_KEY
    claims = {
        "iss": settings.PUBLIC_URL,
        "aud": settings.JWT_AUDIENCE,
        "sub": str(session.user.public_id),
        "sid": str(session.public_id),
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + lifetime).timestamp()),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"typ": HEADER_TYPE, "kid": key_id_of(key)})


def read_access_token(token: str) -> AccessClaims:
    """Check the signature and every claim. Raises BadToken; asks nothing of the database."""
    try:
        header = jwt.get_unverified_header(token)
        key = _keys(settings.JWT_SIGNING_KEY, tuple(settings.JWT_PREVIOUS_KEYS)).get(header.get("kid"))
        if key is None or header.get("typ") != HEADER_TYPE or "crit" in header:
            raise BadToken
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=settings.JWT_AUDIENCE,
            issuer=settings.PUBLIC_URL,
            options={"require": CLAIMS, "strict_aud": True},
        )
        return AccessClaims(uuid.UUID(claims["sub"]), uuid.UUID(claims["sid"]))
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError) as error:
        raise BadToken from error
