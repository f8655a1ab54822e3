"""Access tokens at the door of REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken

from accounts.models import Session
from accounts.tokens import AccessToken, BadToken, read_access_token
from umemployed.api.errors import Unauthenticated

SCHEME = "Bearer"


def session_of(token: str) -> Session:
    """Return the standing session that an access token names, with its person; one query.

    Raises BadToken when the token is not ours or over, or when its session has ended or its person is
    not active. Because the row is asked every time, signing out is immediate.
    """
    return session_named_by(read_access_token(token))


def session_named_by(token: AccessToken) -> Session:
    """Return the standing session of a verified token, with its person. Raises BadToken; one query."""
    session = (
        Session.objects.standing()
        .select_related("user")
        .filter(public_id=token.session_public_id, user__public_id=token.user_public_id)
        .first()
    )
    if session is None:
        raise BadToken
    return session


class SessionTokenAuthentication(JWTAuthentication):
    """Authenticate the bearer of an access token; ``request.auth`` becomes the Session."""

    def authenticate(self, request: Request) -> Any:  # the library names its own token there
        try:
            authenticated: Any = super().authenticate(request)
        except (BadToken, InvalidToken) as error:
            raise Unauthenticated(headers={"WWW-Authenticate": f'{SCHEME} error="invalid_token"'}) from error
        return authenticated and (authenticated[0], authenticated[1].session)

    def get_raw_token(self, header: bytes) -> bytes | None:
        """Return what follows the scheme, whose case does not matter (RFC 9110)."""
        words = header.split()
        return b" ".join(words[1:]) if words and words[0].lower() == SCHEME.lower().encode() else None

    def get_user(self, validated_token: Any) -> Any:
        """Return the person of the token's standing session, in our one query."""
        validated_token.session = session_named_by(validated_token)
        user = validated_token.session.user
        user.came_with = validated_token.session
        return user

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class BearerScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names this door."""

    target_class = SessionTokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
