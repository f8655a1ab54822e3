"""The secret in the last letter, by which the report can be read without an account; derived, never stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import urlencode

from django.conf import settings

from umemployed.privacy.models import Erasure

PATH = "/erasure-report"


def secret_of(erasure: Erasure) -> str:
    """Return 256 bits, URL-safe, the same each time for the same erasure."""
    raw = hmac.digest(settings.SECRET_KEY.encode(), f"erasure-report:{erasure.public_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def digest_of(secret: str) -> str:
    """Return what the table keeps of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def report_link(erasure: Erasure) -> str:
    """Return the frontend's page that shows the report."""
    return f"{settings.FRONTEND_URL}{PATH}?{urlencode({'token': secret_of(erasure)})}"
