"""Access tokens (JWT): short-lived, with everything pinned that a forger would like to choose.

SimpleJWT makes and reads them by ``settings.SIMPLE_JWT``; this room adds the ring of keys and what
RFC 9068 asks. Accepted is exactly: HS256, a ``kid`` that names one of our keys, ``typ`` ``at+jwt`` in the
header, our issuer and audience, and an expiry. The key id is a fingerprint of the key, so a new key needs
only ``JWT_SIGNING_KEY``; the old one moves to ``JWT_PREVIOUS_KEYS`` until its last token is over.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from functools import cache
from typing import Any, cast

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken as SimpleAccessToken

from accounts.models import Session

HEADER_TYPE = "at+jwt"
LAST_MOMENT = 253_402_300_800  # seconds; the year 10000, which no datetime holds
CLAIMS = frozenset({"exp", "iat", "iss", "aud", "sub", "sid"})


class BadToken(Exception):
    """The token is not one of ours, or is over. Deliberately says no more."""


def key_id_of(key: str) -> str:
    """Return the public name of a signing key."""
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:16]


class KeyRingBackend(TokenBackend):
    """Signs with the newest key and says which in ``kid``; verifies with whichever of ours ``kid`` names."""

    def __init__(self, current: str, previous: tuple[str, ...]) -> None:
        super().__init__(api_settings.ALGORITHM, current, audience=api_settings.AUDIENCE, issuer=api_settings.ISSUER)
        self.current = current
        self.keys: dict[Any, Any] = {key_id_of(key): self._prepare_key(key) for key in (current, *previous)}

    def encode(self, payload: dict[str, Any]) -> str:
        """Sign a payload; the library's own ``encode`` has no place for the header."""
        claims = {**payload, "iss": self.issuer, "aud": self.audience}
        headers = {"typ": HEADER_TYPE, "kid": key_id_of(self.current)}
        return jwt.encode(claims, self.prepared_signing_key, algorithm=self.algorithm, headers=headers)

    def get_verifying_key(self, token: Any) -> Any:
        """Judge the header and choose the key; ``decode`` calls it before it looks at the signature."""
        header = jwt.get_unverified_header(token)
        key = self.keys.get(header.get("kid"))
        if key is None or header.get("typ") != HEADER_TYPE or "crit" in header:
            raise TokenBackendError("not one of ours")
        return key

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """Verify and return the claims, all of them there and the audience ours alone."""
        try:
            claims = super().decode(token, verify=verify)
        except (OverflowError, ValueError) as error:  # a moment that no clock shows
            raise TokenBackendError("not one of ours") from error
        if not claims.keys() >= CLAIMS or claims["aud"] != self.audience or not _lives_as_long_as_ours(claims):
            raise TokenBackendError("not one of ours")
        return claims


def _lives_as_long_as_ours(claims: dict[str, Any]) -> bool:
    """Say whether both moments are whole seconds, and no further apart than we make them, even if a key signed it."""
    begins, ends = claims["iat"], claims["exp"]
    if type(begins) is not int or type(ends) is not int:
        return False
    return 0 < ends - begins <= api_settings.ACCESS_TOKEN_LIFETIME.total_seconds() and ends < LAST_MOMENT


@cache
def _backend(current: str, previous: tuple[str, ...]) -> KeyRingBackend:
    return KeyRingBackend(current, previous)


class AccessToken(SimpleAccessToken):
    """An access token; one that was read has been verified whole. Asks nothing of the database."""

    user_public_id: uuid.UUID
    session_public_id: uuid.UUID
    session: Session  # set by whoever has asked the database for it

    @classmethod
    def for_session(cls, session: Session, *, issued_at: datetime) -> AccessToken:
        """Return the token of a session; the same bytes for the same session and second."""
        token = cls()
        token.payload = {"sub": str(session.user.public_id), "sid": str(session.public_id)}
        token.set_iat(at_time=issued_at)
        token.set_exp(from_time=issued_at)
        return token

    @property
    def token_backend(self) -> KeyRingBackend:
        """Return the ring of the keys that are set now."""
        return _backend(settings.JWT_SIGNING_KEY, tuple(settings.JWT_PREVIOUS_KEYS))

    def verify(self) -> None:
        """Check what is left when signature, issuer and audience hold. Raises TokenError."""
        super().verify()
        try:
            self.user_public_id = uuid.UUID(self.payload["sub"])
            self.session_public_id = uuid.UUID(self.payload["sid"])
        except (ValueError, TypeError, AttributeError) as error:
            raise TokenError("not one of ours") from error


def make_access_token(session: Session, *, issued_at: datetime) -> str:
    """Return a signed access token; the same bytes for the same session and second."""
    return str(AccessToken.for_session(session, issued_at=issued_at))


def read_access_token(token: str) -> AccessToken:
    """Check the signature and every claim. Raises BadToken; asks nothing of the database."""
    try:
        return AccessToken(cast("Any", token))  # the library says Token, and means the text of one
    except TokenError as error:
        raise BadToken from error
