"""The signed links at the foot of a mail: stop this kind (RFC 8058), and choose what is mailed; no signing in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

if TYPE_CHECKING:
    from accounts.models import User

SALT = "notifications.unsubscribe"
SETTINGS_SALT = "notifications.mail_settings"
# It shows and changes more than the other link, so it ends; who comes later signs in.
SETTINGS_LIFETIME = timedelta(days=90)


def unsubscribe_link(reader: User, kind: str) -> str:
    """Return the link. It never expires: the right to be left alone does not either."""
    token = signing.dumps([str(reader.public_id), kind], salt=SALT)
    return f"{settings.PUBLIC_URL}/api/v1/unsubscribe/{token}/"


def read_token(token: str) -> tuple[str, str] | None:
    """Return (the reader's public id, kind), or None for a token that we did not make."""
    try:
        reader, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return reader, kind


def settings_link(reader: User) -> str:
    """Return the link to the page on which the reader chooses what is mailed."""
    token = signing.dumps(str(reader.public_id), salt=SETTINGS_SALT)
    return f"{settings.PUBLIC_URL}/api/v1/mail/settings/{token}/"


def reader_of_settings(token: str) -> str | None:
    """Return the reader's public id, or None for a token that we did not make or that is too old."""
    try:
        reader = signing.loads(token, salt=SETTINGS_SALT, max_age=SETTINGS_LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    return reader if isinstance(reader, str) else None
