"""Access tokens at the door of REST."""

from rest_framework_simplejwt.authentication import JWTAuthentication


class SessionTokenAuthentication(JWTAuthentication):
    """Authenticate the bearer of an access token."""
