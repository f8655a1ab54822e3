"""The signed link that stops one kind of mail for one person, without signing in (RFC 8058)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

if TYPE_CHECKING:
    from accounts.models import User

SALT = "notifications.unsubscribe"


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
