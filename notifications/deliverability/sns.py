"""Messages of Amazon SNS, by which SES reports: who signed them, and what they ask.

SNS signs a canonical text with RSA; the certificate stands at an address that the message names. It is believed only
from Amazon's own hosts, over TLS, and the topic must be one of ``SES_TOPIC_ARNS``: anybody can have a topic, which
Amazon signs as truly. Signatures of version 1 (SHA-1) are not believed, for the same reason: a stranger's topic may
sign one half of a collision.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from functools import lru_cache
from typing import Any

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notifications.deliverability.signatures import ReportNotSigned
from umemployed.api.errors import Unavailable
from umemployed.fetching import fetch

NOTIFICATION, CONFIRMATION, FAREWELL = "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"
# What is signed, in this order; ``Subject`` only where there is one.
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    FAREWELL: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
AMAZON = re.compile(r"https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?/")
SECONDS = 3  # for a certificate or a confirmation
LARGEST = 300 * 1024  # bytes; SNS carries at most 256 KiB


class AmazonUnreachable(Unavailable):
    """SNS delivers again by itself."""

    code = "amazon_unreachable"
    title = _("Amazon could not be asked")
    cause = _("The certificate of the signature, or the address of the confirmation, did not answer in time.")
    cure = _("Deliver again later.")


def demand_topic(request: HttpRequest) -> None:
    """Let pass what one of our topics says, signed by Amazon. Raises ReportNotSigned, AmazonUnreachable."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length[:9]) > LARGEST:
        raise ReportNotSigned
    try:
        message = json.loads(request.body)
    except (ValueError, RecursionError):
        raise ReportNotSigned from None
    if not isinstance(message, dict) or message.get("TopicArn") not in settings.SES_TOPIC_ARNS:
        raise ReportNotSigned
    if message.get("SignatureVersion") != "2" or not is_signed(message):
        raise ReportNotSigned


def is_signed(message: dict[str, Any]) -> bool:
    """Say whether the key behind the message's certificate signed it."""
    names = SIGNED.get(str(message.get("Type")), ())
    told = {name: message[name] for name in names if name in message}
    address, signature = message.get("SigningCertURL"), message.get("Signature")
    whole = set(names) - {"Subject"} <= set(told)
    if not names or not whole or not all(isinstance(value, str) for value in [*told.values(), address, signature]):
        return False
    if not is_amazons(str(address)) or not str(address).endswith(".pem"):
        return False
    text = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
    try:
        given = base64.b64decode(str(signature), validate=True)
        key_of(str(address)).verify(given, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (binascii.Error, UnicodeEncodeError, InvalidSignature):
        return False
    return True


def is_amazons(url: str) -> bool:
    """Say whether an address is on a host of SNS, or of the server that stands in for it."""
    if settings.SNS_ENDPOINT_URL:
        return url.startswith(f"{settings.SNS_ENDPOINT_URL}/")
    return AMAZON.match(url) is not None and url.isascii() and url.isprintable()


@lru_cache(maxsize=8)
def key_of(address: str) -> rsa.RSAPublicKey:
    """Return the key of the certificate at an address that is known to be Amazon's; kept, as it never changes."""
    try:
        key = x509.load_pem_x509_certificate(_get(address)).public_key()
    except ValueError:
        raise AmazonUnreachable from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise AmazonUnreachable
    return key


def confirm(url: str) -> None:
    """Say yes to a subscription of our topic. Raises ReportNotSigned for a foreign address, AmazonUnreachable."""
    if not is_amazons(url):
        raise ReportNotSigned
    _get(url)


def _get(url: str) -> bytes:
    try:
        answer = fetch("GET", url, deadline=time.monotonic() + SECONDS, seconds=SECONDS)
        answer.raise_for_status()
    except requests.RequestException:
        raise AmazonUnreachable from None
    return answer.content
