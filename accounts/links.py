"""Secrets that are mailed: derived, never stored, and the frontend links that carry them.

A row that a mail points at (a verification, a reset, an invitation) keeps only the SHA-256 of its
secret. The secret itself is HMAC-SHA256(``SECRET_KEY``, purpose and the row's public id), so whoever
sends the mail derives the same link again from the row, and no secret rests in a table, an event, a
queue or a log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from urllib.parse import urlencode

from django.conf import settings

from accounts.models import EmailToken

PATHS = {
    EmailToken.Purpose.VERIFY_EMAIL: "/verify-email",
    EmailToken.Purpose.RESET_PASSWORD: "/reset-password",
    EmailToken.Purpose.CHANGE_EMAIL: "/change-email",
}


def secret_of(purpose: str, public_id: uuid.UUID) -> str:
    """Return the row's secret: 256 bits, URL-safe, the same each time for the same row and purpose."""
    message = f"link:{purpose}:{public_id}".encode()
    raw = hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def digest_of(secret: str) -> str:
    """Return what a table keeps of a secret (hex SHA-256; the secret has 256 bits, so no salt is needed)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def frontend_link(path: str, secret: str) -> str:
    """Return the frontend's page that finishes what the mail began."""
    return f"{settings.FRONTEND_URL}{path}?{urlencode({'token': secret})}"


def link_for(token: EmailToken) -> str:
    """Derive the link of a verification or reset again, at the moment when its mail is sent."""
    return frontend_link(PATHS[EmailToken.Purpose(token.purpose)], secret_of(token.purpose, token.public_id))
