"""Access tokens at the door of REST."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts.models import Session, User
from accounts.tokens import BadToken, read_access_token
from umemployed.api.errors import Unauthenticated

SCHEME = "Bearer"


def session_of(token: str) -> Session:
    """Return the standing session that an access token names, with its person; one query.

    Raises BadToken when the token is not ours or over, or when its session has ended or its person is
    not active. Because the row is asked every time, signing out is immediate.
    """
    claims = read_access_token(token)
    session = (
        Session.objects.standing()
        .select_related("user")
        .filter(public_id=claims.session_public_id, user__public_id=claims.user_public_id)
        .first()
    )
    if session is None:
        raise BadToken
    return session


class SessionTokenAuthentication(BaseAuthentication):
    """Authenticate the bearer of an access token; ``request.auth`` becomes the Session."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != SCHEME.lower().encode():
            return None
        try:
            session = session_of(b" ".join(words[1:]).decode("ascii"))
        except (BadToken, UnicodeDecodeError) as error:
            raise Unauthenticated(headers={"WWW-Authenticate": f'{SCHEME} error="invalid_token"'}) from error
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class BearerScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names this door."""

    target_class = SessionTokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
