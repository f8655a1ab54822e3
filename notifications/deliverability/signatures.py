"""Who may report: bearers of one of the shared secrets (``MAIL_REPORT_SECRETS``; several while one is rotated out).

Our own format is signed as Standard Webhooks says: HMAC-SHA256 of ``id.timestamp.body``, at most five minutes
old. Postmark signs nothing and sends what stands in the URL that it is given, so there the secret is the
password of HTTP Basic.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Forbidden

TOLERANCE_SECONDS = 300


class ReportNotSigned(Forbidden):
    code = "report_not_signed"
    title = _("The report is not signed")
    cause = _("The signature or the password is missing, wrong or too old.")
    cure = _("Sign with one of the secrets that the operator set, and send within five minutes.")


def demand_signature(request: HttpRequest) -> None:
    """Let pass what is signed by Standard Webhooks' headers. Raises ReportNotSigned."""
    moment, identity = request.headers.get("webhook-timestamp", ""), request.headers.get("webhook-id", "")
    if not moment.isascii() or not moment.isdecimal() or len(moment) > 12 or not identity:
        raise ReportNotSigned
    if abs(time.time() - int(moment)) > TOLERANCE_SECONDS:
        raise ReportNotSigned
    signed = f"{identity}.{moment}.".encode() + request.body
    given = [
        part.partition(",")[2] for part in request.headers.get("webhook-signature", "").split() if part[:3] == "v1,"
    ]
    wanted = [sign(secret, signed) for secret in settings.MAIL_REPORT_SECRETS]
    if not any(same(one, other) for one in given for other in wanted):
        raise ReportNotSigned


def demand_password(request: HttpRequest) -> None:
    """Let pass who has one of the secrets as the password of HTTP Basic. Raises ReportNotSigned."""
    scheme, _space, coded = request.headers.get("Authorization", "").partition(" ")
    try:
        _user, _colon, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        password = ""
    known = [same(password, secret) for secret in settings.MAIL_REPORT_SECRETS]
    if scheme.lower() != "basic" or not any(known):
        raise ReportNotSigned


def sign(secret: str, signed: bytes) -> str:
    """Return the signature, in base64."""
    return base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()


def same(one: str, other: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
